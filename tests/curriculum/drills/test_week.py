"""A whole drill over a small book of docs: real compiler, real loop, real store."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from curriculum.drills.answer import Answer
from curriculum.drills.card import Kind
from curriculum.drills.grading import grade, last_answer, ungrade
from curriculum.drills.progress import full, history, places, status, streak
from curriculum.drills.schedule import fold
from curriculum.drills.week import Step, Week, open_session, study
from engine.errors import RustaError, ToolMissingError
from engine.loop.inbox import Inbox
from engine.rust.docs import Docs
from engine.rust.toolchain import Toolchain
from engine.schema.decision import Stop
from engine.store.drills import DrillSession
from engine.store.store import Store
from tests.curriculum.drills.conftest import SECRET

pytestmark = pytest.mark.skipif(not (shutil.which("cargo") and shutil.which("git")), reason="cargo and git are needed")


def week(store: Store, docs: Docs, toolchain: Toolchain, inbox: Inbox | None = None) -> tuple[Week, list[Step]]:
    steps: list[Step] = []
    inbox = inbox or Inbox()
    inbox.attach()
    return Week(store, toolchain, docs, inbox, steps.append), steps


async def test_a_week_from_the_deal_to_the_grade(store: Store, docs: Docs, toolchain: Toolchain) -> None:
    drill, steps = week(store, docs, toolchain)
    session = await drill.run(20, None)
    assert session.ended is not None
    found = {
        (place.card.kind, place.card.code, place.card.block): place for place in places(store, study(store)[1], session)
    }

    explain = found["explain", "E0384", 0]
    assert explain.answer is not None
    assert explain.answer.mark == "unmarked"
    assert explain.waits
    assert "count" in explain.answer.text  # the compiler's own finding, not the page alone
    assert "error_codes/E0384.html" in explain.answer.citations

    predicted = [place for place in found.values() if place.card.kind == Kind.PREDICT]
    assert {place.answer.truth for place in predicted if place.answer} == {"compiles", "E0384", "E0425"}
    assert all(place.answer and place.answer.confidence and place.rating for place in predicted)

    mended = found["fix", "E0384", 0]
    assert mended.answer is not None
    assert mended.answer.truth == "compiles"
    assert mended.answer.mark in ("right", "half")
    assert "mut count" in mended.answer.diff
    assert mended.marker == "compiler"

    assert steps[-1].done == steps[-1].total == len(found)
    assert store.drill_docs().startswith(toolchain.version)
    assert {row.repository for row in store.devlog_rows(None)} == {"rust-docs"}
    assert any(count.repository == "rust-docs" and count.green for count in store.outcome_counts())

    # The same example teaches the judge once, and a second deal has only what is due or waits for nobody.
    with pytest.raises(RustaError, match="no card to deal"):
        await week(store, docs, toolchain)[0].run(20, None)

    # The mentor doubts the repair: the judge stops counting it as green, until the grade is taken back.
    before = store.outcome_counts("rust-docs")
    given = grade(store, mended.card.id[:6], 1)
    assert given.before is not None
    assert given.before.marker == "compiler"
    assert sum(count.green for count in store.outcome_counts("rust-docs")) < sum(count.green for count in before)
    due_when_doubted = fold(store.drill_reviews(), store.drill_answers()).standings[mended.card.id].due
    taken = ungrade(store)
    assert taken is not None
    assert taken.standing is not None
    assert taken.standing.due > due_when_doubted
    assert store.outcome_counts("rust-docs") == before
    assert ungrade(store) is None

    # The mentor grades what only he can, and the card has a day to come back on.
    assert grade(store, explain.card.id, 3).standing is not None
    now = status(store)
    assert now.streak == 1
    assert now.due == 0
    assert sum(count for _, count in now.forecast) == len(study(store)[1].standings)
    (told,) = history(store)
    assert told["answered"] == told["cards"] == len(found)
    assert told["marks"]["fix"]["right"] + told["marks"]["fix"]["half"] >= 1
    assert 0 <= told["brier"] <= 1

    # A card to read holds the docs' words, which the store does not.
    place = next(place for place in places(store, study(store)[1], session) if place.card.id == explain.card.id)
    assert SECRET in full(place, store, docs)["key"]


async def test_a_stopped_drill_goes_on_where_it_was(store: Store, docs: Docs, toolchain: Toolchain) -> None:
    inbox = Inbox()
    drill, steps = week(store, docs, toolchain, inbox)

    def stop_after_the_second(step: Step) -> None:
        steps.append(step)
        if step.answer is not None and step.done == 2:
            inbox.put(Stop())

    drill.on_step = stop_after_the_second
    stopped = await drill.run(4, "a seed")
    assert stopped.ended is None
    answered = [place.id for place in store.drill_answers(stopped.id) if place.at]
    assert 2 <= len(answered) < 4
    assert open_session(store) == stopped
    went_on, _ = week(store, docs, toolchain)
    finished = await went_on.run(20, "another seed")
    assert (finished.id, finished.seed) == (stopped.id, "a seed")
    assert finished.ended is not None
    assert all(place.at for place in store.drill_answers(finished.id))
    assert len(store.drill_reviews()) == len({review.answer for review in store.drill_reviews()})


async def test_the_same_seed_deals_the_same_week(tmp_path: Path, docs: Docs, toolchain: Toolchain) -> None:
    hands = []
    for name in ("one", "two"):
        with Store.open(f"sqlite:///{tmp_path / name}.db") as opened:
            inbox = Inbox()
            drill, _ = week(opened, docs, toolchain, inbox)
            inbox.put(Stop())
            session = await drill.run(3, None, datetime(2026, 1, 7, tzinfo=UTC))
            assert session.week == "2026-W02"
            hands.append([place.card for place in opened.drill_answers(session.id)])
    assert hands[0] == hands[1]


async def test_a_card_that_cannot_be_asked_makes_room_for_another(
    store: Store, docs: Docs, html_root: Path, toolchain: Toolchain
) -> None:
    stranger = "use rand::Rng;\n\nfn main() {\n    let x = 1;\n}\n"
    block = f'<pre><code class="language-rust edition2024">{stranger}</code></pre>'
    page = html_root / "book/ch03-01-variables-and-mutability.html"
    page.write_text(page.read_text().replace("</main>", f"{block}</main>"), encoding="utf-8")
    drill, _ = week(store, docs, toolchain)
    await drill.make_cards()
    unfit = next(
        card for card in store.drill_cards() if card.kind == Kind.PREDICT and card.block == 1 and not card.code
    )
    store.open_drill(DrillSession("w.1", "2026-01-05T00:00:00.000Z", "w", "s", "search", "d"), [unfit.id])
    session = await drill.run(1, None)
    (place,) = store.drill_answers(session.id)
    assert place.card != unfit.id
    assert place.at is not None
    assert unfit.id not in {card.id for card in store.drill_cards()}


async def test_another_version_of_the_docs_sets_the_old_cards_aside_and_keeps_their_history(
    store: Store, docs: Docs, html_root: Path, toolchain: Toolchain
) -> None:
    drill, _ = week(store, docs, toolchain)
    assert await drill.make_cards() > 0
    assert await drill.make_cards() == 0
    before = {card.id for card in store.drill_cards()}
    (html_root / "error_codes/E0425.html").unlink()
    store._db.write("UPDATE drill_cards SET docs = 'an older one'")
    fresh, _ = week(store, Docs(html_root), toolchain)
    await fresh.make_cards()
    gone = before - {card.id for card in store.drill_cards()}
    assert {card.code for card in store.drill_cards(sorted(gone))} == {"E0425"}


async def test_two_drills_at_once_are_one_too_many(store: Store, docs: Docs, toolchain: Toolchain) -> None:
    first, _ = week(store, docs, toolchain)
    second, _ = week(store, docs, toolchain)
    refused: list[RustaError] = []

    def begin_another(step: Step) -> None:
        if step.answer is None and not refused:
            coroutine = second.run(1, None)
            with pytest.raises(RustaError, match="another process") as caught:
                coroutine.send(None)
            refused.append(caught.value)

    first.on_step = begin_another
    assert (await first.run(1, None)).ended is not None
    assert len(refused) == 1
    assert len(store.drill_sessions()) == 1


async def test_without_the_docs_there_is_one_clear_line(store: Store, toolchain: Toolchain) -> None:
    drill, _ = week(store, Docs(None), toolchain)
    with pytest.raises(ToolMissingError, match="docs are not installed") as caught:
        await drill.run(20, None)
    assert "rust-docs" in caught.value.fix


def test_grading_what_was_never_answered_is_refused(store: Store, docs: Docs) -> None:
    from curriculum.drills.canon import canon_cards

    cards = canon_cards(docs)
    store.deal_in(cards, "1")
    with pytest.raises(RustaError, match="not answered"):
        grade(store, cards[0].id, 3)
    with pytest.raises(RustaError, match="no card that begins"):
        grade(store, "zzzz", 3)


def test_the_last_answer_to_a_card_is_the_one_that_is_graded(store: Store, docs: Docs) -> None:
    from curriculum.drills.canon import canon_cards

    card = canon_cards(docs)[0]
    store.deal_in([card], "1")
    for number, week_ in enumerate(("2026-W01", "2026-W02"), 1):
        at = f"2026-01-{number * 7:02}T00:00:00.000Z"
        store.open_drill(DrillSession(f"{week_}.1", at, week_, "s", "search", "d"), [card.id])
        store.save_drill_answer(f"{week_}.1.01", json.loads(Answer(text=week_).model_dump_json()), at=at)
    last = last_answer(store, card.id)
    assert last is not None
    assert last.session == "2026-W02.1"
    grade(store, card.id, 4)
    assert [review.answer for review in store.drill_reviews()] == ["2026-W02.1.01"]


def test_a_streak_counts_finished_weeks_and_forgives_the_one_that_runs() -> None:
    def done(day: date, ended: bool = True) -> DrillSession:
        name = f"{day:%G-W%V}"
        return DrillSession(name, "", name, "s", "search", "d", "then" if ended else None)

    today = date(2026, 1, 7)
    weeks = [done(today - timedelta(weeks=back)) for back in (1, 2, 3, 5)]
    assert streak(weeks, today) == 3
    assert streak([*weeks, done(today)], today) == 4
    assert streak([*weeks, done(today, ended=False)], today) == 3
    assert streak(weeks, today + timedelta(weeks=1)) == 0
    assert streak([], today) == 0
