"""Chaos: what the tools do wrong is real, no case is lost, and no green is false."""

import os
import subprocess

import pytest

from engine.evals.chaos import KINDS, ChaosOrder, poison
from engine.evals.record import Status
from engine.rust.toolchain import find_toolchain
from engine.store.store import Store

TESTED = """
#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(crate::total(&[1, 2]), 3);
    }
}
"""


@pytest.fixture
def front(tmp_path, monkeypatch):
    """Lets a kind of chaos loose on this process for the length of a test; the toolchain that is found then."""

    def unleash(kind):
        monkeypatch.setenv("PATH", os.environ["PATH"])
        ChaosOrder(kind=kind).unleash(tmp_path)
        return find_toolchain(tmp_path)

    return unleash


def cargo(toolchain, package, target, *words):
    path = os.pathsep.join([str(toolchain.cargo.parent), os.environ["PATH"]])
    env = {**os.environ, "CARGO_TARGET_DIR": str(target), "PATH": path, "CARGO_NET_OFFLINE": "true"}
    return subprocess.run([toolchain.cargo, *words], cwd=package, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def package(shelf):
    return shelf.put("sound", shelf.sound + TESTED) / "before"


def test_every_third_compiler_is_killed(front, package, tmp_path):
    toolchain = front("killed")
    ends = []
    for number in range(3):
        (package / "src" / "lib.rs").write_text(f"pub fn number() -> u32 {{ {number} }}\n")
        ends.append(cargo(toolchain, package, tmp_path / "target", "check"))
    assert [end.returncode == 0 for end in ends] == [True, True, False]
    assert "signal: 9" in ends[-1].stderr


def test_every_second_json_breaks_off(front, package, tmp_path):
    toolchain = front("truncated")
    words = ("check", "--message-format=json")
    first, second = (cargo(toolchain, package, tmp_path / "target", *words).stdout for _ in range(2))
    assert not first.endswith("}\n")
    assert second.endswith('"success":true}\n')


def test_every_other_test_run_has_a_red_test(front, package, tmp_path):
    toolchain = front("flaky")
    ends = [cargo(toolchain, package, tmp_path / "target", "test", "--lib") for _ in range(2)]
    assert [end.returncode == 0 for end in ends] == [False, True]
    assert "test tests::adds ... FAILED" in ends[0].stdout


def test_tools_are_missing(front):
    toolchain = front("missing")
    assert (toolchain.rustfmt, toolchain.clippy, toolchain.docs) == (None, False, None)


def test_memory_is_full_of_lies(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path / 'memory.db'}")
    poison(store)
    counts = store.outcome_counts()
    store.close()
    assert {count.green / count.total for count in counts} == {0.0, 1.0}
    assert len(counts) > 20


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
async def test_no_case_is_lost_and_no_green_is_false(shelf, evaluate, kind):
    shelf.put("mendable", shelf.misspelt + TESTED, checks={"tests/t.rs": shelf.check})
    shelf.put("half", "pub fn half(value: u32) -> u32 {\n    let part = value / 2;\n    prt\n}\n")
    shelf.put("hopeless", "pub fn gold() -> u32 {\n    unimaginable!()\n}\n", expect="abstain")
    run = await evaluate(shelf.load(), chaos=kind, attempts=1, parallel=2)
    assert run.finished
    assert sorted(result.case for result in run.results) == ["half", "hopeless", "mendable"]
    assert Status.WRONG not in {result.status for result in run.results}
    assert run.head.mode == f"chaos:{kind}"
    hopeless = next(result for result in run.results if result.case == "hopeless")
    assert hopeless.status is not Status.FIXED
