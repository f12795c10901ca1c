"""What a month asks: the same for everybody, never what is retired, always what is pinned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from curriculum.golden.edition import (
    SIZE,
    Standing,
    check_month,
    draw,
    frozen,
    is_sealed,
    sealed_goldens,
    standings,
    thaw,
    title_of,
)
from engine.errors import RustaError
from engine.evals.caseset import CaseSet
from engine.evals.sealed import Sealed
from engine.evals.tasks import task_named
from engine.store.golden import GoldenEdition, GoldenRuling, Ruling
from tests.curriculum.golden.conftest import goldens, sealing

NAMES = [f"g{number:02}" for number in range(12)]
EVERY = goldens(*NAMES)


def ids(cases: CaseSet) -> list[str]:
    return [found.case.id for found in cases.cases]


def ruled(*rulings: tuple[str, Ruling]) -> dict[str, Standing]:
    return standings(GoldenRuling(golden, ruling, "why", "2026-01-01T00:00:00Z") for golden, ruling in rulings)


def test_the_same_month_draws_the_same_whatever_the_order_they_lie_in() -> None:
    drawn = draw("2026-01", EVERY, {})
    turned = CaseSet("golden", tuple(reversed(EVERY.cases)))
    assert ids(drawn) == ids(draw("2026-01", turned, {}))
    assert len(drawn.cases) == SIZE


def test_months_differ_and_every_golden_has_its_turn_within_a_year() -> None:
    year = [ids(draw(f"2026-{month:02}", EVERY, {})) for month in range(1, 13)]
    assert len({tuple(month) for month in year}) > 6
    assert {id_ for month in year for id_ in month} == set(NAMES)


def test_a_golden_added_later_moves_at_most_one_place_of_a_month() -> None:
    before, after = set(ids(draw("2026-01", EVERY, {}))), set(ids(draw("2026-01", goldens(*NAMES, "new"), {})))
    assert len(before - after) <= 1


def test_pinned_ones_are_always_in_and_retired_ones_never() -> None:
    out = [name for name in NAMES if name not in ids(draw("2026-01", EVERY, {}))]
    gone = ids(draw("2026-01", EVERY, {}))[0]
    drawn = ids(draw("2026-01", EVERY, ruled((out[0], "pin"), (gone, "retire"))))
    assert out[0] in drawn
    assert gone not in drawn
    assert len(drawn) == SIZE
    assert len(draw("2026-01", EVERY, ruled(*((name, "pin") for name in NAMES))).cases) == len(NAMES)


def test_the_last_ruling_holds_and_a_retired_golden_is_out_though_it_is_pinned() -> None:
    assert ruled(("a", "pin"), ("a", "unpin"))["a"].pinned is False
    assert ruled(("a", "retire"), ("a", "restore"))["a"].retired is False
    both = ruled(("g00", "pin"), ("g00", "retire"))
    assert (both["g00"].pinned, both["g00"].retired) == (True, True)
    assert "g00" not in ids(draw("2026-01", EVERY, both))
    with pytest.raises(RustaError, match="every golden is retired"):
        draw("2026-01", EVERY, ruled(*((name, "retire") for name in NAMES)))


def test_only_what_is_as_it_was_sealed_is_asked() -> None:
    sealed = sealing(EVERY)
    changed = replace(EVERY.cases[0], checks={})
    found = sealed_goldens(CaseSet("golden", (changed, *EVERY.cases[1:])), sealed)
    assert ids(found) == NAMES[1:]
    with pytest.raises(RustaError, match="no golden is sealed"):
        sealed_goldens(EVERY, Sealed([]))


def test_a_frozen_edition_is_refused_when_a_case_of_it_was_changed() -> None:
    drawn = draw("2026-01", EVERY, ruled(("g03", "pin")))
    edition = GoldenEdition("2026-01", "2026-01-02T00:00:00Z", frozen(drawn, ruled(("g03", "pin"))))
    assert [id_ for id_, _, pinned in edition.cases if pinned] == ["g03"]
    assert ids(thaw(edition, EVERY)) == ids(drawn)
    first = next(found for found in EVERY.cases if found.case.id == edition.ids[0])
    others = tuple(found for found in EVERY.cases if found is not first)
    with pytest.raises(RustaError, match=f"{first.case.id} is not what the edition of 2026-01 asked"):
        thaw(edition, CaseSet("golden", (replace(first, checks={}), *others)))


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "next", "2026-01-01"])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(RustaError, match="is no month"):
        check_month(month)


def test_the_shipped_goldens_are_twelve_and_sealed_as_they_are() -> None:
    shipped, sealed = task_named("golden").load(), Sealed.load()
    assert len(shipped.cases) == 12
    assert [found.case.id for found in shipped.cases if not is_sealed(found, sealed.seals)] == []
    assert all("golden" in found.case.tags and found.after and found.checks for found in shipped.cases)
    assert all(title_of(found.case.id).endswith(".") for found in shipped.cases)
