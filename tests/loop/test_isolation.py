"""Without a jail she says so, and refuses crates that run code while they are built."""

from collections.abc import Callable

import pytest

from engine.loop.policy import Policy
from engine.sandbox.jail import find_isolation
from engine.schema.devlog import Outcome

BROKEN = 'pub fn name() -> String {\n    "rusta"\n}\n'


@pytest.fixture(autouse=True)
def unjailed(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("RUSTA_ISOLATION", "none")
    find_isolation.cache_clear()
    yield
    find_isolation.cache_clear()


async def test_she_says_plainly_that_nothing_is_isolated(desk: Callable) -> None:
    log, mentor = await desk({"src/lib.rs": BROKEN}).fix()
    assert log.outcome is Outcome.FIXED
    assert any(event.text.startswith("Not isolated") for event in mentor.of("say"))


async def test_a_crate_with_a_build_script_is_refused_and_nothing_of_it_runs(desk: Callable) -> None:
    subject = desk(
        {"src/lib.rs": BROKEN, "build.rs": 'fn main() {\n    std::fs::write("/tmp/rusta-ran", "").unwrap();\n}\n'}
    )
    log, mentor = await subject.fix()
    assert log.outcome is Outcome.ERROR
    assert log.exit_code == 1
    assert "not isolated" in mentor.of("error")[0].text
    assert not [event for event in mentor.of("progress") if event.command.startswith("cargo check")]


async def test_the_mentor_may_trust_a_crate(desk: Callable) -> None:
    subject = desk({"src/lib.rs": BROKEN, "build.rs": "fn main() {}\n"})
    log, _ = await subject.fix(policy=Policy.model_validate({"isolation": {"require": "never"}}))
    assert log.outcome is Outcome.FIXED


async def test_the_policy_may_ask_for_a_jail_always(desk: Callable) -> None:
    from engine.errors import IsolationError

    with pytest.raises(IsolationError, match="not isolated"):
        await desk({"src/lib.rs": BROKEN}).fix(policy=Policy.model_validate({"isolation": {"require": "always"}}))
