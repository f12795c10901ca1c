"""The search across choices: failing tests mended by trial, patches that stand, dead ends that reopen a choice."""

from collections.abc import Callable

from engine.loop.policy import Attempts, Policy

SUM = """pub fn sum(values: &[u32]) -> u32 {
    let mut total = 0;
    for value in values {
        total %s value;
    }
    total
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(super::sum(&[1, 2]), 3);
    }

    #[test]
    fn is_nothing_for_nothing() {
        assert_eq!(super::sum(&[]), 0);
    }

    #[test]
    fn one_is_itself() {
        assert_eq!(super::sum(&[4]), 4);
    }
}
"""


async def test_a_slip_that_only_tests_see_is_found_and_mended(desk: Callable) -> None:
    room = desk({"src/lib.rs": SUM % "*="})
    log, mentor = await room.fix()
    assert log.outcome == "fixed"
    assert room.git("show", f"{log.branch}:src/lib.rs") == (SUM % "+=").strip()
    probe = next(event for event in mentor.of("probe") if event.status == "done" and "one at a time" in event.command)
    assert probe.verdict == "supports"
    assert [event.patch.move for event in mentor.of("patch") if event.status == "green"] == ["count-the-other-way"]


async def test_a_change_that_one_test_alone_speaks_for_is_not_applied_unasked(desk: Callable) -> None:
    limit = "pub fn limit() -> u32 {\n    let most = 4;\n    most\n}\n"
    room = desk({"src/lib.rs": limit + "\n#[test]\nfn works() {\n    assert_eq!(limit(), 5);\n}\n"})
    log, mentor = await room.fix(closed=True)
    assert log.outcome == "abstained"
    assert not mentor.of("patch")


async def test_a_compile_error_and_a_slip_behind_it_are_both_mended(desk: Callable) -> None:
    broken = (SUM % "*=").replace("let mut total = 0;", "let total = 0;")
    room = desk({"src/lib.rs": broken})
    log, mentor = await room.fix()
    assert log.outcome == "fixed"
    assert room.git("show", f"{log.branch}:src/lib.rs") == (SUM % "+=").strip()
    assert len(log.devlog.commits) == 2
    assert {event.outcome for event in mentor.of("reflection")} >= {"red", "progress", "green"}


async def test_a_dead_end_takes_back_the_last_choice_and_says_where_it_led(desk: Callable) -> None:
    source = (
        'pub fn a() -> String {\n    "x"\n}\npub fn b() -> u32 {\n    nowhere_to_be_found::thing().and().more()\n}\n'
    )
    room = desk({"src/lib.rs": source})
    log, mentor = await room.fix(closed=True)
    assert log.outcome == "abstained"
    reopened = [event.note for event in mentor.of("undo") if "it led to" in (event.note or "")]
    assert reopened
    assert room.photograph()["files"]["src/lib.rs"] == source.encode()


async def test_the_policy_bounds_how_many_choices_are_reopened(desk: Callable) -> None:
    source = (
        'pub fn a() -> String {\n    "x"\n}\npub fn b() -> u32 {\n    nowhere_to_be_found::thing().and().more()\n}\n'
    )
    room = desk({"src/lib.rs": source})
    log, mentor = await room.fix(closed=True, policy=Policy(attempts=Attempts(reopened=0)))
    assert log.outcome == "abstained"
    assert not [event for event in mentor.of("undo") if "it led to" in (event.note or "")]
