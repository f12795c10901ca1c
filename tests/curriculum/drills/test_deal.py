"""Which cards a week has."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from curriculum.drills.card import Kind
from curriculum.drills.deal import deal, reserve
from curriculum.drills.schedule import Schedule, Standing
from curriculum.drills.weakness import Weaknesses, weaknesses
from engine.store.drills import DrillCard

NOW = datetime(2026, 1, 5, tzinfo=UTC)
NOTHING_WEAK = Weaknesses({})


def card(number: int, kind: Kind = Kind.PREDICT, code: str = "", topic: str = "t", origin: str = "canon") -> DrillCard:
    return DrillCard(f"{number:04}", kind, topic, code, "page.html", 0, "digest", origin)


def standing(due_in_days: float, rating: int = 3) -> Standing:
    return Standing(NOW + timedelta(days=due_in_days), NOW - timedelta(days=9), 5.0, 5.0, rating, 1, int(rating == 1))


kinds = st.sampled_from(list(Kind))
decks = st.lists(st.tuples(kinds, st.integers(0, 20)), max_size=60).map(
    lambda chosen: [card(number, kind, f"E{code:04}") for number, (kind, code) in enumerate(chosen)]
)


@given(decks, st.integers(1, 30), st.text(max_size=8), st.sets(st.integers(0, 59)), st.sets(st.integers(0, 59)))
def test_a_deal_has_no_card_twice_none_that_waits_and_as_many_as_there_are(
    deck: list[DrillCard], size: int, seed: str, due: set[int], waiting: set[int]
) -> None:
    schedule = Schedule({f"{number:04}": standing(-1.0 - number) for number in due})
    away = {f"{number:04}" for number in waiting}
    dealt = deal(deck, schedule, NOTHING_WEAK, at=NOW, size=size, seed=seed, waiting=away)
    ids = [each.id for each in dealt]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & away
    assert len(ids) == min(size, sum(each.id not in away for each in deck))


@given(decks, st.integers(1, 30), st.text(max_size=8))
def test_the_same_seed_deals_the_same_whatever_order_the_cards_come_in(
    deck: list[DrillCard], size: int, seed: str
) -> None:
    first = deal(deck, Schedule(), NOTHING_WEAK, at=NOW, size=size, seed=seed)
    assert deal(list(reversed(deck)), Schedule(), NOTHING_WEAK, at=NOW, size=size, seed=seed) == first


def test_another_seed_deals_another_hand() -> None:
    deck = [card(number) for number in range(200)]
    hands = {deal(deck, Schedule(), NOTHING_WEAK, at=NOW, size=10, seed=str(seed)) for seed in range(10)}
    assert len(hands) == 10


def test_cards_that_are_not_due_yet_stay_away() -> None:
    deck = [card(number) for number in range(5)]
    schedule = Schedule({each.id: standing(3) for each in deck[:4]})
    assert [each.id for each in deal(deck, schedule, NOTHING_WEAK, at=NOW, size=5, seed="s")] == ["0004"]


def test_a_backlog_leaves_three_cards_in_ten_for_something_new() -> None:
    deck = [card(number) for number in range(100)]
    schedule = Schedule({each.id: standing(-5) for each in deck[:50]})
    dealt = deal(deck, schedule, NOTHING_WEAK, at=NOW, size=20, seed="s")
    assert sum(each.id in schedule.standings for each in dealt) == 14


def test_every_kind_has_its_share_of_what_is_new() -> None:
    deck = [card(number, kind, f"E{number:04}") for number, kind in enumerate(list(Kind) * 40)]
    dealt = deal(deck, Schedule(), NOTHING_WEAK, at=NOW, size=20, seed="s")
    assert Counter(each.kind for each in dealt) == {Kind.EXPLAIN: 8, Kind.PREDICT: 7, Kind.FIX: 5}


def test_no_code_comes_twice_among_the_new_while_there_are_others() -> None:
    deck = [card(number, list(Kind)[number % 3], f"E{number // 3:04}") for number in range(300)]
    dealt = deal(deck, Schedule(), NOTHING_WEAK, at=NOW, size=20, seed="s")
    assert len({each.code for each in dealt}) == 20


def test_what_she_is_weak_at_comes_more_often_among_the_new() -> None:
    deck = [card(number, code="E0502" if number < 50 else "E0308", topic="") for number in range(100)]
    deck += [card(number, code="E0502" if number < 1050 else "E0308") for number in (1000, 1099)]
    failed = Schedule({"1000": standing(9, rating=1), "1099": standing(9, rating=4)})
    weak = weaknesses(deck, failed, [("E0502", "clone", 4)])
    counted: Counter[str] = Counter()
    for seed in range(60):
        counted += Counter(each.code for each in deal(deck, failed, weak, at=NOW, size=10, seed=str(seed)))
    assert counted["E0502"] > 1.3 * counted["E0308"]


def test_her_own_mistakes_come_first_and_leave_two_thirds_to_the_canon() -> None:
    def own(mistakes: int) -> int:
        deck = [card(n, Kind.EXPLAIN, f"E{n:04}", origin="mistake" if n < mistakes else "canon") for n in range(900)]
        return sum(each.origin == "mistake" for each in deal(deck, Schedule(), NOTHING_WEAK, at=NOW, size=12, seed="s"))

    assert [own(mistakes) for mistakes in (0, 1, 3, 50)] == [0, 1, 3, 4]


def test_a_reserve_is_of_the_same_kind_and_new() -> None:
    deck = [card(0, Kind.FIX), card(1, Kind.FIX), card(2, Kind.EXPLAIN), card(3, Kind.FIX)]
    schedule = Schedule({"0000": standing(-1)})
    assert reserve(deck, schedule, NOTHING_WEAK, seed="s", kind="fix", used={"0001"}) == deck[3]
    assert reserve(deck, schedule, NOTHING_WEAK, seed="s", kind="fix", used={"0001", "0003"}) is None


def test_weakness_grows_with_failures_and_with_red_repairs_and_shrinks_with_good_grades() -> None:
    one = [card(1, code="E0502", topic="Borrowing")]

    def share(rating: int, reds: int = 0) -> float:
        known = weaknesses(one, Schedule({"0001": standing(1, rating)}), [("E0502", "clone", reds)] if reds else [])
        return known.known["code", "E0502"].share

    assert share(1) > share(2) > share(3) > share(4)
    assert share(4, reds=3) > share(4)
    found = weaknesses(one, Schedule({"0001": standing(1, 1)}), [])
    assert {(weak.kind, weak.name) for weak in found.worst(5)} == {("topic", "Borrowing"), ("code", "E0502")}
    assert weaknesses(one, Schedule({"0001": standing(1, 4)}), []).worst(5) == []
