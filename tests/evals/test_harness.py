"""Cases through the real loop: what becomes of them, what she cannot see, and what the log holds."""

import os
import subprocess
import sys

import pytest

from engine.errors import RustaError
from engine.evals.harness import go_on
from engine.evals.plan import Plan
from engine.evals.record import CaseLimits, Status, log_file, read_run
from engine.loop.inbox import Inbox
from engine.schema.decision import Stop

UNFIXABLE = "pub fn total(prices: &[u32]) -> u32 {\n    prices.iter().turn_into_gold()\n}\n"
# Green before and after for whoever looks at the crate alone, while `half` asks for another operator.
HALF = "pub fn half(value: u32) -> u32 {\n    let part = value / 2;\n    prt\n}\n"


async def test_a_case_is_mended_judged_by_its_checks_and_put_on_record(shelf, evaluate, home):
    shelf.put(
        "misspelt",
        checks={"tests/total.rs": shelf.check},
        after={"src/lib.rs": shelf.sound},
        rubric={"must_name": ["sun | sum", "unicorn"], "must_not_claim": ["dragons"]},
        tags=["E0425", "easy"],
    )
    run = await evaluate(shelf.load())
    (result,) = run.results
    assert (result.status, result.outcome) == (Status.FIXED, "fixed")
    assert (result.compiles, result.tests_green, result.checks_green, result.exact) == (True, True, True, True)
    assert result.correct
    assert result.codes == ("E0425",)
    assert result.named == ("sun | sum",)
    assert result.missed == ("unicorn",)
    assert result.false_claims == ()
    assert result.confidence is not None
    assert result.confidence >= 0.72
    assert "-    sun" in result.diff
    assert [one.verdict for one in result.tries] == ["green"]
    assert result.tries[0].stands
    assert result.probes
    assert result.probes[0].cost >= 0
    assert result.compiler_calls >= 2
    assert 0 < result.child_seconds <= result.seconds + 0.01
    head = run.head
    assert run.finished
    assert run.end is not None
    assert run.end.how == "finished"
    assert head.toolchain.startswith("rustc ")
    assert (len(head.policy), len(head.case_set)) == (64, 64)
    assert head.ids == ("misspelt",)
    assert read_run(log_file(head.run)) == run
    assert not (home / "rusta.db").exists(), "the mentor's store is not touched"
    assert not list((home / "evals" / "work").iterdir()), "nothing is left of the run but its log"


async def test_what_cannot_be_mended_is_left_alone_and_that_may_be_right(shelf, evaluate):
    shelf.put("hopeless", UNFIXABLE, expect="abstain")
    shelf.put("not-hers", UNFIXABLE)
    run = await evaluate(shelf.load(), parallel=2)
    by_id = {result.case: result for result in run.results}
    assert {result.status for result in run.results} == {Status.ABSTAINED}
    assert by_id["hopeless"].correct
    assert not by_id["not-hers"].correct
    assert by_id["hopeless"].reason
    assert by_id["hopeless"].diff == ""


async def test_green_for_her_and_red_for_the_hidden_checks_is_wrong(shelf, evaluate):
    check = "#[test]\nfn rounds_up() {\n    assert_eq!(till::half(3), 2);\n}\n"
    shelf.put("half", HALF, checks={"tests/half.rs": check})
    (result,) = (await evaluate(shelf.load())).results
    assert (result.status, result.outcome, result.checks_green) == (Status.WRONG, "fixed", False)
    assert result.tests_green is True
    assert "rounds_up" in result.reason


async def test_checks_that_replace_her_own_tests_are_judged_apart(shelf, evaluate):
    own = "#[test]\nfn adds() {\n    assert_eq!(till::total(&[1]), 1);\n}\n"
    stricter = own.replace("total(&[1]), 1", "total(&[1]), 2")
    shelf.put("replaced", more={"tests/t.rs": own}, checks={"tests/t.rs": stricter})
    (result,) = (await evaluate(shelf.load())).results
    assert (result.status, result.tests_green, result.checks_green) == (Status.WRONG, True, False)


SPY = """
use std::path::Path;

/// Whether a file that can be reached from here holds the hidden check.
fn seen(folder: &Path, depth: usize, but: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => depth > 0 && path != but && seen(&path, depth - 1, but),
            Ok(kind) if kind.is_file() && path.extension().is_some_and(|end| end == "rs" || end == "jsonl") => {
                std::fs::read_to_string(&path).is_ok_and(|text| text.contains(concat!("veiled", "-7281")))
            }
            _ => false,
        }
    })
}

fn main() {
    let own = std::env::current_dir().unwrap();
    let places = ["SHELF", "HOME", "/tmp", "..", "../..", "../../..", "../../../.."];
    let elsewhere = places.iter().any(|place| seen(&std::fs::canonicalize(place).unwrap_or_default(), 8, &own));
    println!("cargo:rustc-check-cfg=cfg(elsewhere, at_hand)");
    if elsewhere { println!("cargo:rustc-cfg=elsewhere"); }
    if seen(&own, 8, Path::new("")) { println!("cargo:rustc-cfg=at_hand"); }
}
"""
SPIED = """
pub fn seen_elsewhere() -> bool { cfg!(elsewhere) }
pub fn seen_at_hand() -> bool { cfg!(at_hand) }
pub fn twice(value: u32) -> u32 {
    let double = value * 2;
    duble
}
"""
OWN = "#[test]\nfn nothing_is_seen() {\n    assert!(!till::seen_elsewhere() && !till::seen_at_hand());\n}\n"
VEILED = OWN.replace("!till::seen_at_hand()", "till::seen_at_hand()").replace("fn ", "// veiled-7281\nfn ")


async def test_the_hidden_checks_cannot_be_read_by_a_build_script_until_she_is_finished(shelf, evaluate, home):
    """What the spy sees is compiled in: a glimpse would make her own test red, and she could not end green."""
    spy = SPY.replace("SHELF", str(shelf.root)).replace("HOME", str(home))
    shelf.put("spied", SPIED, checks={"tests/own.rs": VEILED}, more={"build.rs": spy, "tests/own.rs": OWN})
    (result,) = (await evaluate(shelf.load())).results
    assert result.status is Status.FIXED, result.reason
    assert result.checks_green is True


def test_the_spy_sees_what_there_is_to_see(shelf, home, tmp_path):
    """Without the jail it does find the check: the test above would notice."""
    spy = SPY.replace("SHELF", str(shelf.root)).replace("HOME", str(home))
    mended = SPIED.replace("duble", "double")
    case = shelf.put("spied", mended, checks={"tests/own.rs": VEILED}, more={"build.rs": spy, "tests/own.rs": OWN})
    env = {**os.environ, "CARGO_TARGET_DIR": str(tmp_path / "target"), "CARGO_NET_OFFLINE": "true"}
    words = ["cargo", "test", "--quiet"]
    done = subprocess.run(words, cwd=case / "before", env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "nothing_is_seen" in done.stdout


async def test_epochs_are_results_of_their_own_and_equal_but_for_times(shelf, evaluate):
    shelf.put("misspelt", checks={"tests/total.rs": shelf.check})
    run = await evaluate(shelf.load(), epochs=2, parallel=2)
    first, second = sorted(run.results, key=lambda result: result.epoch)
    assert (first.epoch, second.epoch) == (1, 2)
    times = {"epoch", "session", "seconds", "child_seconds", "first_patch_seconds", "judge_seconds", "probes"}
    assert first.model_dump(exclude=times) == second.model_dump(exclude=times)


async def test_a_case_that_is_out_of_time_or_calls_has_failed(shelf, evaluate):
    shelf.put("endless", more={"build.rs": "fn main() {\n    loop {}\n}\n"})
    shelf.put("long")
    endless = shelf.load().only(lambda found: found.case.id == "endless")
    long = shelf.load().only(lambda found: found.case.id == "long")
    (late,) = (await evaluate(endless, limits=CaseLimits(wall_seconds=2))).results
    assert (late.status, late.reason) == (Status.FAILED, "out of time (2 s)")
    (busy,) = (await evaluate(long, limits=CaseLimits(compiler_calls=2))).results
    assert (busy.status, busy.reason) == (Status.FAILED, "out of compiler calls (2)")


async def test_a_dependency_that_cannot_be_had_is_no_failure_of_hers(shelf, evaluate, monkeypatch):
    monkeypatch.setenv("CARGO_HOME", str(shelf.root.parent / "cargo-home"))
    manifest = (
        '[package]\nname = "till"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nno-such-crate-7281 = "1"\n'
    )
    shelf.put("needy", more={"Cargo.toml": manifest})
    policy = Plan("x", shelf.load()).policy.model_copy(update={"fetch": "never"})
    (result,) = (await evaluate(shelf.load(), policy=policy, attempts=2)).results
    assert result.status is Status.ERROR
    assert not result.counts
    assert (result.retries, len(result.infrastructure)) == (1, 2)


async def test_a_stopped_run_is_gone_on_with_and_nothing_is_done_twice(shelf, evaluate, home):
    for name in ("a", "b", "c"):
        shelf.put(name)
    cases, inbox, heard = shelf.load(), Inbox(), []

    def stop_after_the_first(head, result, count):
        heard.append(result.case)
        inbox.put(Stop())

    run = await evaluate(cases, inbox=inbox, heard=stop_after_the_first)
    assert not run.finished
    assert run.end is not None
    assert run.end.how == "stopped"
    path = log_file(run.head.run)
    whole = await go_on(
        Plan("test", cases), path, Inbox(), lambda *_: None, lambda head, result, n: heard.append(result.case)
    )
    assert whole.finished
    assert sorted(heard) == ["a", "b", "c"]
    assert [result.case for result in whole.results] == heard


async def test_a_run_is_not_gone_on_with_when_its_cases_have_changed(shelf, evaluate):
    shelf.put("a")
    run = await evaluate(shelf.load())
    shelf.put("a", shelf.sound)
    with pytest.raises(RustaError, match="case set was"):
        await go_on(Plan("test", shelf.load()), log_file(run.head.run), Inbox(), lambda *_: None, lambda *_: None)


async def test_with_memory_carried_she_learns_from_case_to_case(shelf, evaluate):
    check = "#[test]\nfn one_more() {\n    assert_eq!(till::total(&[1]), 2);\n}\n"
    for name in ("a", "b", "c", "d"):
        shelf.put(name, more={"tests/t.rs": check})  # what she tries is always red
    fresh = await evaluate(shelf.load(), parallel=2)
    carried = await evaluate(shelf.load(), memory="carried", parallel=4)
    tried = [
        [tuple((one.move, one.confidence) for one in result.tries) for result in run.results]
        for run in (fresh, carried)
    ]
    assert len(set(tried[0])) == 1, "without a memory every case is the first"
    assert len(set(tried[1])) > 1
    assert (carried.head.memory, carried.head.parallel) == ("carried", 1)


def test_the_harness_loads_no_screen_and_nothing_that_trains(tmp_path):
    code = (
        "import sys, engine.evals.slot, engine.evals.harness; print('textual' in sys.modules or 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "False"
