"""An exam under the real loop: begun, cut off, gone on with, taken again, and read."""

from __future__ import annotations

from typing import Any

import pytest

import curriculum.golden.edition as edition
from curriculum.golden.book import attempt_facts, goldens_listed, month_facts, rule, trend_facts
from curriculum.golden.challenge import Challenge, Step
from engine.errors import RustaError
from engine.evals.caseset import CaseSet
from engine.loop.inbox import Inbox
from engine.schema.decision import Stop
from engine.store.golden import GoldenAttempt
from engine.store.store import Store
from tests.curriculum.golden.conftest import UNFIXABLE, golden, goldens, sealing

BOTH = CaseSet("golden", (golden("gold-dust", UNFIXABLE), golden("sun")))
NOW = edition.this_month()


def challenge(store: Store, cases: CaseSet = BOTH, watch: Any = lambda step: None, inbox: Inbox | None = None) -> Any:
    return Challenge(store, inbox or Inbox(), watch, goldens=cases, sealed=sealing(cases))


def scored(store: Store, month: str, run: str, **totals: float | None) -> None:
    cases = tuple((name.replace("_", "-"), "digest", name == "pinned") for name in totals)
    store.open_golden_exam(cases, month, run, "search", None)
    for name, value in totals.items():
        status = "error" if value is None else "fixed" if value else "abstained"
        store.save_golden_attempt(GoldenAttempt(run, name.replace("_", "-"), status, value, {}))
    store.end_golden_exam(run)


@pytest.mark.slow
async def test_a_month_is_taken_cut_off_gone_on_with_and_taken_again_as_worn(store: Store, jailed: None) -> None:
    steps: list[Step] = []
    inbox = Inbox()

    def stop_after_one(step: Step) -> None:
        steps.append(step)
        if step.attempt is not None:
            inbox.put(Stop())

    stopped = await challenge(store, watch=stop_after_one, inbox=inbox).run(NOW)
    assert stopped.ended is None
    assert [step.attempt.golden for step in steps if step.attempt] == ["gold-dust"]
    halfway = month_facts(store, BOTH, sealing(BOTH), NOW)
    assert (halfway["taken"], halfway["unfinished"], halfway["exams"]) == (False, True, 1)

    # As a kill between the two writes leaves it: on record in the run log, without a score.
    store._db.write("DELETE FROM golden_attempts")
    steps.clear()
    ended = await challenge(store, watch=steps.append).run(NOW)
    assert ended.run == stopped.run
    assert ended.ended is not None
    assert [step.attempt.golden for step in steps if step.attempt] == ["gold-dust", "sun"]
    assert steps[1].text == "1 of them on record already"
    assert steps[-1].done == 2

    facts = month_facts(store, BOTH, sealing(BOTH), NOW)
    assert [(case["id"], case["status"]) for case in facts["cases"]] == [("gold-dust", "abstained"), ("sun", "fixed")]
    assert facts["cases"][0]["score"] == 0.0
    # Mended word for word; clippy has something to say of the line.
    assert facts["cases"][1]["parts"] | {"style": None} == {
        "compiles": 1.0, "tests": 1.0, "hidden": 1.0, "minimal": 1.0, "style": None, "exact": 1.0
    }  # fmt: skip
    assert facts["cases"][1]["score"] == 95.0
    told = attempt_facts(store, BOTH, sealing(BOTH), NOW, "sun")
    assert "+    return sum;" in told["diff"]
    assert "+    return sum;" in told["golden"]
    assert "needless_return" in told["parts"]["clippy"][0]

    with pytest.raises(RustaError, match="was taken already"):
        await challenge(store).run(NOW)
    again = await challenge(store).run(NOW, again=True)
    assert again.run != ended.run
    facts = month_facts(store, BOTH, sealing(BOTH), NOW)
    assert (facts["run"], facts["exams"], facts["worn"], len(facts["retakes"])) == (ended.run, 2, True, 1)
    assert trend_facts(store)[0]["worn"] is True


async def test_a_month_is_first_taken_in_its_own_time(store: Store) -> None:
    for month, said in (("2020-01", "has passed"), ("2999-01", "has not come")):
        with pytest.raises(RustaError, match=said):
            await challenge(store).run(month)
    assert store.golden_exams() == []


async def test_an_exam_whose_log_is_gone_says_what_to_do(store: Store) -> None:
    cases = sealing(BOTH).seals[0].cases
    store.open_golden_exam(tuple((id_, digest, False) for id_, digest in cases.items()), NOW, "lost", "search", None)
    with pytest.raises(RustaError, match=r"the run log lost\.jsonl is gone"):
        await challenge(store).run(NOW)


def test_the_trend_tells_a_rise_on_shared_cases_from_another_draw(store: Store) -> None:
    scored(store, "2026-01", "r1", a=40.0, b=0.0, pinned=50.0)
    scored(store, "2026-02", "r2", a=60.0, c=100.0, pinned=60.0)
    scored(store, "2026-03", "r3", d=90.0, e=None)
    store.open_golden_exam((("a", "digest", False),), "2026-04", "r4", "search", None)  # never ended
    first, second, third = trend_facts(store)
    assert (first["total"], first["n"], first["fixed"], first["common"]) == (30.0, 3, 2, None)
    assert first["low"] is not None
    assert first["low"] < first["total"] < first["high"]
    assert (second["common"], second["shared"], second["pinned"]) == (15.0, 2, 60.0)
    assert (third["total"], third["n"], third["common"], third["worn"]) == (90.0, 1, None, False)


def test_the_first_finished_exam_counts_whatever_the_later_ones_say(store: Store) -> None:
    cases = (("a", "d", False),)
    store.open_golden_exam(cases, "2026-01", "cut-off", "search", None)
    for run, value in (("first", 20.0), ("second", 80.0)):
        store.open_golden_exam(cases, "2026-01", run, "search", None)
        store.save_golden_attempt(GoldenAttempt(run, "a", "fixed", value, {}))
        store.end_golden_exam(run)
    assert (trend_facts(store)[0]["total"], trend_facts(store)[0]["exams"]) == (20.0, 3)


def test_a_ruling_is_refused_that_changes_nothing(store: Store) -> None:
    cases = goldens("lru", "trie", "trial")
    assert rule(store, cases, "lru", "pin", "watch it")["from_next_month"] is False
    with pytest.raises(RustaError, match="lru is pinned already"):
        rule(store, cases, "lru", "pin", "again")
    with pytest.raises(RustaError, match="lru is not retired"):
        rule(store, cases, "lru", "restore", "why not")
    with pytest.raises(RustaError, match="2 goldens begin with tri"):
        rule(store, cases, "tri", "retire", "which?")
    with pytest.raises(RustaError, match="there is no golden x"):
        rule(store, cases, "x", "retire", "none")
    listed = {one["id"]: one for one in goldens_listed(store, cases, sealing(cases))}
    assert (listed["lru"]["pinned"], listed["lru"]["reason"], listed["trie"]["pinned"]) == (True, "watch it", False)


def test_a_month_without_an_edition_names_those_there_are(store: Store) -> None:
    scored(store, "2026-01", "r1", a=40.0)
    cases = goldens("a", "b")
    with pytest.raises(RustaError, match=r"no edition of 2025-12") as error:
        month_facts(store, cases, sealing(cases), "2025-12")
    assert "2026-01" in (error.value.fix or "")
    past = month_facts(store, cases, sealing(cases), NOW)
    assert (past["before"], past["after"], past["taken"]) == ("2026-01", None, False)
