"""The parts of a score, and what they come to."""

from __future__ import annotations

from typing import Any

import pytest

from curriculum.golden.lint import lints_of, on_lines
from curriculum.golden.scoring import WEIGHTS, score, total
from curriculum.golden.size import added_lines, golden_diff, patched, size_of
from engine.errors import PatchError
from engine.evals.plan import shipped_policy
from engine.evals.record import CaseResult, Status
from engine.evals.tasks import task_named
from engine.schema.case import Expectation
from tests.curriculum.golden.conftest import golden

FOUND = golden("till")
DIFF = golden_diff(FOUND.before, FOUND.after)
HELD: dict[str, Any] = {"compiles": True, "tests_green": True, "checks_green": True, "exact": True, "rustfmt": True}


def result(status: Status = Status.FIXED, diff: str = DIFF, **judged: Any) -> CaseResult:
    return CaseResult(
        run="r", case="till", family="names", expect=Expectation.FIXED, status=status, diff=diff, **{**HELD, **judged}
    )


def worth(found: CaseResult, clippy: tuple[str, ...] | None = ()) -> float | None:
    return total(score(found, FOUND, clippy), found)


def test_the_golden_itself_is_worth_everything() -> None:
    assert sum(WEIGHTS.values()) == 100
    parts = score(result(), FOUND, ())
    assert (parts.minimal, parts.style, parts.exact) == (1.0, 1.0, 1.0)
    assert worth(result()) == 100.0


def test_nothing_committed_and_nothing_honest_is_worth_nothing() -> None:
    left = result(Status.ABSTAINED, "", compiles=None, tests_green=None, checks_green=None, exact=None, rustfmt=None)
    assert worth(left) == 0.0
    assert worth(result(Status.WRONG, deletions=("public item removed",))) == 0.0


def test_a_harness_that_failed_says_nothing_of_her() -> None:
    assert worth(result(Status.ERROR, "", compiles=None)) is None


def test_a_green_that_hidden_tests_refute_earns_its_build_and_its_own_tests_only() -> None:
    assert worth(result(Status.WRONG, checks_green=False)) == WEIGHTS["compiles"] + WEIGHTS["tests"]


def test_another_right_answer_loses_only_what_the_golden_is_worth() -> None:
    assert worth(result(exact=False)) == 100 - WEIGHTS["exact"]


def test_a_patch_of_more_lines_and_nodes_is_worth_less() -> None:
    text = FOUND.before["src/lib.rs"].replace(
        b"    return sun;\n", b"    let mut more = sum;\n    more += 0;\n    let done: u32 = more;\n    done\n"
    )
    longer = golden_diff(FOUND.before, {"src/lib.rs": text})
    parts = score(result(diff=longer, exact=False), FOUND, ())
    assert parts.own_size is not None
    assert parts.golden_size is not None
    assert (parts.own_size.lines, parts.golden_size.lines) == (5, 2)
    assert parts.own_size.nodes > parts.golden_size.nodes > 0
    assert parts.minimal is not None
    assert 0 < parts.minimal < 0.5
    small = worth(result(exact=False))
    large = worth(result(diff=longer, exact=False))
    assert small is not None
    assert large is not None
    assert large < small


def test_style_is_the_mean_of_what_could_be_told() -> None:
    assert score(result(), FOUND, ("src/lib.rs:3: clippy::needless_return …",)).style == 0.5
    assert score(result(rustfmt=False), FOUND, ("…",)).style == 0.0
    assert score(result(), FOUND, None).style == 1.0
    named = DIFF.replace("+    return sum;", "+    let BadName = sum;")
    assert score(result(diff=named), FOUND, ()).naming == 0.0


def test_moving_code_about_costs_lines_but_no_nodes() -> None:
    one, other = b"fn a() {}\nfn b() {}\n", b"fn b() {}\nfn a() {}\n"
    assert size_of({"x.rs": one}, {"x.rs": other}).nodes == 0
    assert size_of({"x.rs": one}, {"x.rs": other}).lines == 2
    assert size_of({"Cargo.toml": b"a\n"}, {"Cargo.toml": b"b\n"}).nodes == 0


@pytest.mark.parametrize("found", task_named("golden").load().cases, ids=lambda found: found.case.id)
def test_a_diff_applied_is_the_tree_it_was_made_of(found: Any) -> None:
    diff = golden_diff(found.before, found.after)
    assert patched(found.before, diff) == {**found.before, **found.after}
    assert size_of(found.before, {**found.before, **found.after}).lines >= 2
    for path, numbers in added_lines(diff).items():
        lines = found.after[path].splitlines()
        assert all(0 < number <= len(lines) for number in numbers)


def test_a_diff_of_another_tree_is_refused_and_costs_the_size_only() -> None:
    with pytest.raises(PatchError, match=r"not of this src/lib.rs"):
        patched({"src/lib.rs": b"fn other() {}\n"}, DIFF)
    strange = DIFF.replace("     let sum:", "     let sum_of:")
    assert score(result(diff=strange), FOUND, ()).minimal is None


@pytest.mark.slow
async def test_clippy_is_heard_on_the_touched_lines_alone(tmp_path: Any, jailed: None) -> None:
    said = await lints_of(FOUND.before, DIFF, tmp_path, shipped_policy())
    assert said is not None
    assert len(said) == 1
    assert "clippy::needless_return" in said[0]
    assert await lints_of(FOUND.before, DIFF.replace(" let sum:", " let sumo:"), tmp_path, shipped_policy()) is None
    assert on_lines((), {"src/lib.rs": {1}}) == ()
