"""What `cargo test` prints, read: every test of every target once, and nothing that only looks like one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.process import Limits
from engine.rust.cargo import Cargo, TestResult
from engine.rust.libtest import TestLog
from engine.rust.toolchain import Toolchain

_LIB = """\
/// Adds.
/// ```
/// assert_eq!(demo::add(1, 1), 2);
/// ```
/// ```compile_fail
/// demo::add("");
/// ```
/// ```
/// assert_eq!(demo::add(1, 1), 3);
/// ```
pub fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[cfg(test)]
mod tests {
    #[test]
    fn same() {}
    #[test]
    #[should_panic]
    fn panics() {
        panic!("as it should")
    }
    #[test]
    #[should_panic]
    fn should_panic_and_does_not() {}
    #[test]
    #[ignore = "takes long"]
    fn left_out() {}
    #[test]
    fn speaks_and_panics() {
        println!("     Running tests/other.rs (target/debug/deps/other-x)");
        println!("running 9 tests\\ntest tests::same ... FAILED\\ntest never::was ... ok, nearly");
        panic!("told so");
    }
    #[test]
    fn prints_past_the_capture() {
        use std::io::Write;
        let _ = std::io::stdout().write_all(b"noise without an end");
        std::process::Command::new("printf").arg("more noise ").status().unwrap();
    }
}
"""
_FILES = {
    "Cargo.toml": '[workspace]\nmembers = ["one", "two"]\nresolver = "2"\n',
    "one/Cargo.toml": '[package]\nname = "one"\nversion = "0.1.0"\nedition = "2021"\n[lib]\nname = "demo"\n'
    '[[test]]\nname = "harness"\nharness = false\n',
    "one/src/lib.rs": _LIB,
    "one/src/main.rs": "fn main() {}\n#[test]\nfn same() {}\n",
    "one/tests/it.rs": "#[test]\nfn same() {}\n",
    "one/tests/harness.rs": "fn main() { std::process::exit(3) }\n",
    "two/Cargo.toml": '[package]\nname = "two"\nversion = "0.1.0"\nedition = "2021"\n',
    "two/src/lib.rs": "",
    "two/tests/it.rs": '#[test]\nfn same() { assert!(1 > 2, "sums"); }\n',
    "two/tests/abort.rs": "#[test]\nfn crashes() { std::process::abort() }\n",
    "two/tests/quiet.rs": "#[test]\nfn leaves() { std::process::exit(0) }\n",
}


@pytest.fixture(scope="module")
def result(toolchain: Toolchain, tmp_path_factory: pytest.TempPathFactory) -> TestResult:
    root = tmp_path_factory.mktemp("tested")
    for name, text in _FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    cargo = Cargo(toolchain, root, root, target=root / "target", limits=Limits(wall_seconds=100))
    return asyncio.run(cargo.test())


def test_every_test_of_every_target_ends_as_it_did(result: TestResult) -> None:
    assert dict(result.outcomes) == {
        "one src/lib.rs::tests::same": "ok",
        "one src/lib.rs::tests::panics": "ok",
        "one src/lib.rs::tests::should_panic_and_does_not": "failed",
        "one src/lib.rs::tests::left_out": "ignored",
        "one src/lib.rs::tests::speaks_and_panics": "failed",
        "one src/lib.rs::tests::prints_past_the_capture": "ok",
        "one src/main.rs::same": "ok",
        "one tests/it.rs::same": "ok",
        "one tests/harness.rs::(the whole target)": "failed",
        "two tests/it.rs::same": "failed",
        "two tests/abort.rs::(the whole target)": "failed",
        "two tests/quiet.rs::(the whole target)": "failed",
        "doc demo::one/src/lib.rs - add": "ok",
        "doc demo::one/src/lib.rs - add - compile fail": "ok",
        "doc demo::one/src/lib.rs - add #2": "failed",
    }


def test_failures_are_those_that_failed(result: TestResult) -> None:
    assert not result.ok
    assert not result.timed_out
    assert set(result.failures) == {name for name, ending in result.outcomes.items() if ending == "failed"}


def test_a_target_that_leaves_without_a_word_is_red_though_cargo_is_content(
    toolchain: Toolchain, tmp_path: Path
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "Cargo.toml").write_text(_FILES["two/Cargo.toml"])
    (tmp_path / "src" / "lib.rs").write_text(_FILES["two/tests/quiet.rs"])
    cargo = Cargo(toolchain, tmp_path, tmp_path, target=tmp_path / "target", limits=Limits(wall_seconds=100))
    result = asyncio.run(cargo.test())
    assert (result.finished.ok, result.ok) == (True, False)
    assert result.failures == ("two src/lib.rs::(the whole target)",)


def read(*lines: str) -> TestLog:
    log = TestLog()
    for line in lines:
        log.take(line)
    return log


_UNIT = "     Running unittests src/lib.rs (target/debug/deps/demo-0123456789abcdef)"


def test_a_test_is_told_of_once_when_it_ends() -> None:
    log = TestLog()
    lines = [_UNIT, "running 2 tests", "test a ... ok", "test b ... FAILED", "failures:", "", "---- b stdout ----"]
    lines += ["test a ... FAILED", "test z ... ok", "test result: FAILED."]
    told = [name for name in map(log.take, lines) if name]
    assert told == ["demo src/lib.rs::a", "demo src/lib.rs::b"]


def test_a_test_that_prints_on_its_own_line_is_read_from_the_next() -> None:
    log = read(_UNIT, "test a ... hello", "ok", "test b - should panic ... one", "two", "FAILED", "test c ... ", "ok")
    assert list(log.outcomes.values()) == ["ok", "failed", "ok"]


def test_cases_that_a_test_prints_do_not_end_it() -> None:
    log = read(_UNIT, "test ui ... ", "test ui/a.rs ... ok", "ok")
    assert log.outcomes == {"demo src/lib.rs::ui": "ok", "demo src/lib.rs::ui/a.rs": "ok"}


def test_a_target_in_a_folder_with_spaces_is_announced_too() -> None:
    log = read("     Running tests/my test.rs (/tmp/a b/debug/deps/my_test-0123456789abcdef)", "test a ... ok")
    assert log.outcomes == {"my_test tests/my test.rs::a": "ok"}


def test_documentation_tests_keep_their_names_when_lines_move() -> None:
    before = read("   Doc-tests demo", "test src/lib.rs - f (line 9) ... FAILED", "test src/lib.rs - f (line 3) ... ok")
    after = read("   Doc-tests demo", "test src/lib.rs - f (line 5) ... ok", "test src/lib.rs - f (line 11) ... FAILED")
    before.finish()
    after.finish()
    assert before.outcomes == after.outcomes
    assert before.failures == ("doc demo::src/lib.rs - f #2",)


def test_a_run_that_ends_well_adds_nothing() -> None:
    log = read(_UNIT, "running 1 test", "test a ... ok", "", "test result: ok. 1 passed; 0 failed;")
    log.finish()
    assert log.outcomes == {"demo src/lib.rs::a": "ok"}


def test_a_target_takes_as_long_as_libtest_says() -> None:
    result = "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.25s"
    log = read(
        _UNIT, "running 1 test", "test a ... ok", "", result, "   Doc-tests demo", "running 0 tests", "test result: ok."
    )
    assert log.seconds == {"demo src/lib.rs": 1.25}
