"""Sessions on real crates: found, probed, patched in the sandbox, validated, approved, committed or taken back."""

from collections.abc import Callable

import pytest

from engine.loop.policy import Policy
from engine.loop.session import SessionSuspendedError
from engine.loop.undo import undo
from engine.schema.decision import Decision, Pause, Resume, Stop, Undo, Verdict
from engine.schema.devlog import Outcome
from engine.schema.event import AskEvent, Event, Scope, StateEvent

IMPORT_MISSING = "pub fn count() -> HashMap<u8, u8> {\n    HashMap::new()\n}\n"
GREEN_TEST = """
#[cfg(test)]
mod tests {
    #[test]
    fn empty() {
        assert!(super::count().is_empty());
    }
}
"""
TWO_ERRORS = 'pub fn name() -> String {\n    "rusta"\n}\n\npub fn count() -> HashMap<u8, u8> {\n    HashMap::new()\n}\n'


def approve(event: Event) -> Decision | None:
    return Verdict(patch=event.patch or "", verdict="approve") if isinstance(event, AskEvent) else None


async def test_a_missing_import_is_found_fixed_and_committed_on_a_branch_of_hers(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING + GREEN_TEST})
    before = subject.photograph()
    log, mentor = await subject.fix()
    assert log.outcome is Outcome.FIXED
    assert log.exit_code == 0
    assert log.branch
    assert log.branch.startswith("rusta/")
    after = subject.photograph()
    assert {key: after[key] for key in ("files", "index", "head")} == {
        key: before[key] for key in ("files", "index", "head")
    }
    assert subject.git("show", f"{log.branch}:src/lib.rs").startswith("use std::collections::HashMap;")
    assert subject.git("rev-parse", log.branch) == log.commit
    assert [event.seq for event in mentor.events] == list(range(1, len(mentor.events) + 1))
    assert mentor.events[-1] is log
    assert list(subject.store.events(log.session)) == mentor.events


async def test_the_states_come_in_the_order_of_the_table(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING + GREEN_TEST})
    _, mentor = await subject.fix()
    entered = [event.state for event in mentor.of("state") if event.status == "enter"]
    assert entered == [
        "intake", "think", "communicate", "probe", "decide", "do", "validate", "reflect", "review", "commit", "log"
    ]  # fmt: skip
    probes = [event for event in mentor.of("probe") if event.status == "done"]
    first_patch = mentor.kinds().index("patch")
    assert probes
    assert mentor.kinds().index("probe") < first_patch


async def test_two_errors_in_one_package_become_two_commits_once_it_is_green(desk: Callable) -> None:
    subject = desk({"src/lib.rs": TWO_ERRORS + GREEN_TEST})
    log, mentor = await subject.fix()
    assert log.outcome is Outcome.FIXED
    statuses = [event.status for event in mentor.of("patch")]
    assert statuses == ["applied", "stacked", "applied", "green"]
    assert len(log.devlog.commits) == 2
    assert subject.git("rev-list", "--count", f"main..{log.branch}") == "2"


async def test_an_approval_is_waited_for_and_recorded(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    log, mentor = await subject.fix(approve, approve="ask")
    assert log.outcome is Outcome.FIXED
    asked = mentor.kinds().index("ask")
    answered = next(
        index for index, event in enumerate(mentor.events) if event.kind == "decision" and event.action == "approve"
    )
    committed = mentor.kinds().index("commit")
    assert asked < answered < committed


async def test_a_veto_leaves_no_commit_and_its_reason_becomes_evidence(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    refs = subject.git("for-each-ref")

    def veto(event: Event) -> Decision | None:
        if not isinstance(event, AskEvent):
            return None
        return Verdict(patch=event.patch or "", verdict="veto", reason="use BTreeMap") if event.patch else Stop()

    log, mentor = await subject.fix(veto, approve="ask")
    assert log.outcome in (Outcome.VETOED, Outcome.STOPPED)
    assert log.commit is None
    assert subject.git("for-each-ref") == refs
    assert any("use BTreeMap" in line for entry in log.devlog.entries for line in entry.mentor)
    vetoed = [event for event in mentor.of("patch") if event.status == "green"]
    assert len({event.hypothesis for event in vetoed}) == len(vetoed), "a vetoed hypothesis came back"


async def test_an_edit_by_the_mentor_is_validated_before_it_is_committed(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    edited = "use std::collections::HashMap;\n\n/// Nothing yet.\n" + IMPORT_MISSING
    asks: list[str] = []

    def edit_once(event: Event) -> Decision | None:
        if not isinstance(event, AskEvent):
            return None
        asks.append(event.patch or "")
        if len(asks) == 1:
            return Verdict(patch=asks[0], verdict="edit", files={"src/lib.rs": edited})
        return Verdict(patch=asks[-1], verdict="approve")

    log, mentor = await subject.fix(edit_once, approve="ask")
    assert log.outcome is Outcome.FIXED
    assert subject.git("show", f"{log.branch}:src/lib.rs") == edited.strip()
    assert mentor.of("validation")[-1].patch == asks[-1]
    assert asks[0] != asks[1]


async def test_an_edit_that_is_red_is_taken_back_and_never_committed(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})

    def spoil_then_stop(event: Event) -> Decision | None:
        if not isinstance(event, AskEvent):
            return None
        if len(asked) == 0:
            asked.append(event)
            return Verdict(patch=event.patch or "", verdict="edit", files={"src/lib.rs": "pub fn broken( {"})
        return Stop()

    asked: list[Event] = []
    log, mentor = await subject.fix(spoil_then_stop, approve="ask")
    assert log.commit is None
    assert any(event.outcome == "red" for event in mentor.of("reflection"))


async def test_a_fix_that_turns_a_test_red_is_undone(desk: Callable) -> None:
    wrong = IMPORT_MISSING + GREEN_TEST.replace("is_empty()", "contains_key(&1)")
    subject = desk({"src/lib.rs": wrong})
    log, mentor = await subject.fix()
    assert log.outcome is Outcome.ABSTAINED
    assert log.exit_code == 3
    assert log.commit is None
    red = [event for event in mentor.of("validation") if not event.green]
    assert red
    assert red[0].steps[-1].tests.newly_red
    assert mentor.of("undo")


async def test_a_flickering_test_makes_her_abstain_and_mark_it(desk: Callable) -> None:
    flicker = """
#[cfg(test)]
mod tests {
    #[test]
    fn flickers() {
        let mark = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("mark");
        let seen = mark.exists();
        std::fs::write(&mark, "x").unwrap();
        assert!(seen);
        assert!(super::count().is_empty());
    }
}
"""
    subject = desk({"src/lib.rs": IMPORT_MISSING + flicker})
    log, mentor = await subject.fix()
    assert log.outcome is Outcome.ABSTAINED
    assert mentor.of("reflection")[0].outcome == "flaky"
    assert any(step.tests and step.tests.flaky for event in mentor.of("validation") for step in event.steps)


async def test_a_test_that_never_ends_is_stopped_and_named(desk: Callable) -> None:
    endless = "\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn endless() {\n        loop {}\n    }\n}\n"
    subject = desk({"src/lib.rs": IMPORT_MISSING + endless})
    policy = Policy.model_validate({"limits": {"test_seconds": 6}, "attempts": {"quick": 1, "deep": 1}})
    log, mentor = await subject.fix(policy=policy)
    assert log.outcome is Outcome.ABSTAINED
    assert any("did not end" in event.text for event in mentor.of("reflection"))


async def test_nobody_there_to_approve_leaves_the_session_to_be_resumed(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    with pytest.raises(SessionSuspendedError) as caught:
        await subject.fix(approve="ask", closed=True)
    log, mentor = await subject.resume(caught.value.session, approve)
    assert log.outcome is Outcome.FIXED
    assert log.session == caught.value.session
    seqs = [event.seq for event in subject.store.events(log.session)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert not [event for event in mentor.of("patch") if event.status == "applied"], "the patch was made again"


async def test_without_permission_nothing_is_committed_and_the_patch_is_kept_in_the_devlog(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    before = subject.photograph()
    log, _ = await subject.fix(approve="never")
    assert log.outcome is Outcome.ABSTAINED
    assert subject.photograph() == before
    assert log.devlog.entries[0].patch is not None


async def test_stop_ends_the_session_with_its_devlog(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    before = subject.photograph()

    def stop_at_probe(event: Event) -> Decision | None:
        return Stop() if isinstance(event, StateEvent) and event.state == "probe" else None

    log, _ = await subject.fix(stop_at_probe, approve="ask")
    assert log.outcome is Outcome.STOPPED
    assert subject.photograph() == before


async def test_pause_holds_the_loop_and_resume_lets_it_go_on(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})

    def pause_at_think(event: Event) -> Decision | None:
        if isinstance(event, StateEvent) and event.state == "think" and event.status == "enter":
            subject_inbox.put(Pause())
            subject_inbox.put(Resume())
        return None

    from engine.loop.inbox import Inbox
    from engine.loop.request import Request
    from engine.loop.run import fix

    subject_inbox = Inbox()
    log = await fix(
        Request(subject.root, approve="auto"), store=subject.store, inbox=subject_inbox, emit=pause_at_think
    )
    assert log.outcome is Outcome.FIXED


async def test_a_patch_taken_back_by_the_mentor_is_not_proposed_again(desk: Callable) -> None:
    subject = desk({"src/lib.rs": TWO_ERRORS})
    sent: list[str] = []

    def undo_first(event: Event) -> Decision | None:
        if event.kind == "patch" and event.status == "stacked" and not sent:
            sent.append(event.hypothesis or "")
            return Undo()
        return approve(event)

    log, mentor = await subject.fix(undo_first, approve="ask")
    assert sent
    assert [event for event in mentor.of("undo") if "mentor" in event.note]
    later = mentor.events[mentor.kinds().index("undo") :]
    assert sent[0] not in [event.hypothesis for event in later if event.kind == "patch"]
    assert log.kind == "log"


async def test_uncommitted_work_is_taken_along_only_when_asked(desk: Callable) -> None:
    subject = desk({"src/lib.rs": "pub fn fine() {}\n"})
    subject.write("src/lib.rs", IMPORT_MISSING)
    subject.write("notes.txt", "mine\n")
    clean, _ = await subject.fix()
    assert clean.outcome is Outcome.CLEAN
    before = subject.photograph()
    log, _ = await subject.fix(include_dirty=True)
    assert log.outcome is Outcome.FIXED
    after = subject.photograph()
    assert (after["files"], after["index"], after["head"]) == (before["files"], before["index"], before["head"])
    assert subject.git("show", f"{log.branch}:src/lib.rs").startswith("use std::collections::HashMap;")


async def test_landing_on_the_current_branch_moves_it_and_the_files(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    log, _ = await subject.fix(approve, approve="ask", policy=Policy(land="current"))
    assert log.branch == "main"
    assert (subject.root / "src/lib.rs").read_text().startswith("use std::collections::HashMap;")
    assert subject.git("status", "--porcelain") == ""


async def test_landing_on_the_current_branch_stays_off_files_with_work_in_them(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    subject.write("src/lib.rs", IMPORT_MISSING + "// my note\n")
    before = subject.photograph()
    log, mentor = await subject.fix(approve, approve="ask", policy=Policy(land="current"))
    assert log.branch
    assert log.branch.startswith("rusta/")
    assert subject.photograph()["files"] == before["files"]
    assert mentor.of("commit")[-1].note


async def test_an_undone_session_leaves_the_refs_as_they_were(desk: Callable) -> None:
    subject = desk({"src/lib.rs": TWO_ERRORS})
    before = subject.photograph()
    log, _ = await subject.fix()
    assert subject.photograph() != before
    taken = undo(None, store=subject.store, emit=lambda _: None)
    assert [event.how for event in taken] == ["restore-ref"]
    assert subject.photograph() == before
    assert subject.store.devlog(log.devlog.id).outcome is Outcome.UNDONE


async def test_work_on_one_diagnostic_leaves_the_others_alone(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING, "src/bin/tool.rs": "fn main() {\n    let x = 5;\n}\n"})
    log, mentor = await subject.fix(scope=Scope(code="E0425"))
    assert log.outcome is Outcome.FIXED
    queued = {event.diagnostic.code for event in mentor.of("diagnostic") if event.status == "queued"}
    assert queued == {"E0425", "E0433"}, "warnings were not asked for"


async def test_a_patch_in_another_module_is_looked_up_first_and_gets_a_decision_record(desk: Callable) -> None:
    subject = desk(
        {
            "src/lib.rs": "mod store;\n\npub fn total() -> u32 {\n    store::sum(&[1, 2])\n}\n",
            "src/store.rs": "fn sum(parts: &[u32]) -> u32 {\n    parts.iter().sum()\n}\n",
        }
    )
    log, mentor = await subject.fix()
    assert log.outcome is Outcome.FIXED
    structure = [event for event in mentor.of("probe") if event.probe == "structure"]
    assert structure
    assert mentor.events.index(structure[0]) < mentor.kinds().index("patch")
    assert [event.text for event in mentor.of("say") if event.tone == "adr"]
    assert log.devlog.entries[0].adr
    assert log.devlog.entries[0].gear == "deep"


async def test_the_other_errors_of_a_package_come_along_since_it_commits_only_when_green(desk: Callable) -> None:
    subject = desk({"src/lib.rs": TWO_ERRORS})
    log, mentor = await subject.fix(scope=Scope(code="E0308"))
    assert log.outcome is Outcome.FIXED
    queued = [event.diagnostic.code for event in mentor.of("diagnostic") if event.status == "queued"]
    assert queued[0] == "E0308"
    assert "E0425" in queued


async def test_an_error_that_holds_a_good_patch_back_is_named(desk: Callable) -> None:
    stuck = "pub fn gone() -> u8 {\n    nothing_of_this_name_anywhere_qqq(1, 2, 3)\n}\n"
    subject = desk({"src/lib.rs": 'pub fn name() -> String {\n    "rusta"\n}\n\n' + stuck})
    log, mentor = await subject.fix()
    assert log.outcome is Outcome.ABSTAINED
    assert log.commit is None
    held = [event.text for event in mentor.of("say") if event.tone == "warn" and "Nothing is committed" in event.text]
    assert held or any("hold my patch back" in event.text for event in mentor.of("say"))


async def test_what_one_session_learns_is_there_for_the_next(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING + GREEN_TEST})
    log, mentor = await subject.fix()
    kept = subject.store.outcomes(log.session)
    assert [(outcome.code, outcome.green) for outcome in kept] == [("E0425", True)]
    _, later = await subject.fix()
    assert later.of("hypothesis")[0].confidence > mentor.of("hypothesis")[0].confidence
    undo(None, store=subject.store, emit=lambda _: None)
    _, last = await subject.fix()
    assert mentor.of("hypothesis")[0].id not in {event.id for event in last.of("hypothesis")}


async def test_a_diagnostic_that_points_into_the_standard_library_is_worked_on_like_any_other(desk: Callable) -> None:
    subject = desk({"src/lib.rs": "pub fn first(parts: Vec<u8>) -> Option<u8> {\n    parts.get(0, 1).copied()\n}\n"})
    log, mentor = await subject.fix()
    found = [event.diagnostic for event in mentor.of("diagnostic") if event.status == "queued"]
    assert any(span.file.startswith("/") for note in found[0].notes for span in note.spans)
    assert not mentor.of("error")
    assert log.outcome is not Outcome.ERROR
