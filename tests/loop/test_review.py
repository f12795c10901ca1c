"""The mentor's word in full: single lines dropped, reasons heard, what hunks reach, tests and times on record."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

from engine.loop.reach import USES, reach
from engine.rust.structure import CrateIndex
from engine.sandbox.patches import hunks, patch_to
from engine.schema.decision import Decision, Stop, Verdict
from engine.schema.devlog import Outcome
from engine.schema.event import AskEvent, Event

IMPORT_MISSING = "pub fn count() -> HashMap<u8, u8> {\n    HashMap::new()\n}\n"
TESTED = """
pub fn twice() -> usize {
    count().len() + count().len()
}

#[cfg(test)]
mod tests {
    #[test]
    fn empty() {
        assert!(super::count().is_empty());
    }

    #[test]
    #[ignore = "slow"]
    fn full() {}
}
"""


def git_bytes(folder: Path, *words: str, feed: bytes = b"") -> bytes:
    return subprocess.run(["git", *words], cwd=folder, input=feed, capture_output=True, check=True).stdout


class Reviewer:
    """Edits the first patch into one of several lines, drops lines of it with a reason, then approves."""

    def __init__(self, edited: str, dropped: Callable[[str], bool], reason: str = "") -> None:
        self.edited, self.dropped, self.reason = edited, dropped, reason
        self.asks: list[AskEvent] = []
        self.patches: dict[str, object] = {}

    def __call__(self, event: Event) -> Decision | None:
        if event.kind == "patch":
            self.patches[event.patch.id] = event.patch
        if not isinstance(event, AskEvent):
            return None
        self.asks.append(event)
        if len(self.asks) == 1:
            return Verdict(patch=event.patch or "", verdict="edit", files={"src/lib.rs": self.edited})
        if len(self.asks) == 2:
            rows = {
                hunk.index: tuple(row for row, line in enumerate(hunk.lines) if line[0] in "+-" and self.dropped(line))
                for hunk in hunks(self.patches[event.patch])
            }
            return Verdict(patch=event.patch or "", verdict="approve", lines=rows, reason=self.reason)
        return Verdict(patch=event.patch or "", verdict="approve")


async def test_a_partial_approval_by_line_is_validated_asked_about_and_committed_as_it_was_logged(
    desk: Callable,
) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING + TESTED})
    whole = "use std::collections::HashMap;\n\n/// Counts.\n/// Nothing yet.\n" + IMPORT_MISSING + TESTED
    mentor_says = Reviewer(whole, lambda line: "Nothing yet" in line, reason="no comment for the obvious")
    log, mentor = await subject.fix(mentor_says, approve="ask")
    assert log.outcome is Outcome.FIXED
    assert len({ask.patch for ask in mentor_says.asks}) == 3, "what is left is asked about as the patch that it is"
    decision = next(event for event in mentor.of("decision") if event.lines)
    assert (decision.action, decision.reason) == ("edit", "no comment for the obvious")
    validated = [event.patch for event in mentor.of("validation")]
    assert validated[-1] == mentor_says.asks[-1].patch

    (made,) = mentor.of("commit")[-1].commits
    logged = next(event.patch for event in reversed(mentor.of("patch")) if event.patch.id == made.patch)
    for image in logged.files:
        found = git_bytes(subject.root, "cat-file", "blob", f"{made.sha}:{image.path}")
        assert hashlib.sha256(found).hexdigest() == image.after
        assert found.decode() == whole.replace("/// Nothing yet.\n", "")
    git_bytes(subject.root, "apply", "-", feed=logged.diff.encode())
    assert subject.git("diff", "--stat", made.sha) == ""


async def test_lines_whose_absence_is_red_are_not_committed_and_the_reason_is_evidence(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    seen: list[tuple[str, ...]] = []

    def drop_the_import(event: Event) -> Decision | None:
        if event.kind == "state" and event.state == "think" and event.status == "enter":
            seen.append(tuple(line for item in mentor_events for line in reasons(item)))
        mentor_events.append(event)
        if isinstance(event, AskEvent) and not asked:
            asked.append(event)
            patch = next(item.patch for item in reversed(mentor_events) if item.kind == "patch")
            rows = {
                hunk.index: tuple(row for row, line in enumerate(hunk.lines) if line.startswith("+use"))
                for hunk in hunks(patch)
            }
            return Verdict(patch=patch.id, verdict="approve", lines=rows, reason="name it where it is used")
        return Verdict(patch=event.patch or "", verdict="veto") if isinstance(event, AskEvent) else None

    def reasons(event: Event) -> list[str]:
        return [event.reason] if event.kind == "decision" and event.by == "mentor" and event.reason else []

    mentor_events: list[Event] = []
    asked: list[AskEvent] = []
    log, _ = await subject.fix(drop_the_import, approve="ask")
    assert log.commit is None
    assert seen[0] == ()
    assert seen[-1] == ("name it where it is used",), "she thinks again with the reason on record"
    assert "name it where it is used" in next(line for entry in log.devlog.entries for line in entry.mentor)


async def test_a_part_that_is_none_leaves_the_patch_to_be_asked_about_again(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    asked: list[str] = []

    def mistake_then_approve(event: Event) -> Decision | None:
        if not isinstance(event, AskEvent):
            return None
        asked.append(event.patch or "")
        wrong = [{"lines": {0: (99,)}}, {"hunks": (7,)}, {"hunks": ()}]
        fields = wrong[len(asked) - 1] if len(asked) <= len(wrong) else {}
        return Verdict(patch=asked[-1], verdict="approve", **fields)

    log, mentor = await subject.fix(mistake_then_approve, approve="ask")
    assert log.outcome is Outcome.FIXED
    assert len(asked) == 4
    assert len({*asked}) == 1
    assert [event.text.split(":")[0] for event in mentor.of("error")] == ["that is no part of the patch"] * 3
    assert not mentor.of("undo")


async def test_an_edit_is_compared_with_the_tree_without_it_so_an_error_it_brings_is_its_own(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING})
    wrong = (
        "use std::collections::HashMap;\n\n" + IMPORT_MISSING + "\npub fn wrong() -> u8 {\n    nowhere_at_all()\n}\n"
    )
    asked: list[AskEvent] = []

    def bring_an_error(event: Event) -> Decision | None:
        if not isinstance(event, AskEvent):
            return None
        asked.append(event)
        return (
            Verdict(patch=event.patch or "", verdict="edit", files={"src/lib.rs": wrong}) if asked[1:] == [] else Stop()
        )

    _, mentor = await subject.fix(bring_an_error, approve="ask")
    red = next(event for event in mentor.of("validation") if event.patch != asked[0].patch)
    assert (red.green, red.progress) == (False, False)
    assert red.new_diagnostics
    assert [event.patch for event in mentor.of("undo") if event.note == "red"] == [red.patch]


async def test_a_question_for_a_verdict_names_what_each_hunk_reaches(desk: Callable) -> None:
    subject = desk(
        {"src/lib.rs": 'pub fn name() -> String {\n    "rusta"\n}\n\npub fn hello() -> String {\n    name()\n}\n'}
    )
    _, mentor = await subject.fix(
        lambda event: Verdict(patch=event.patch or "", verdict="approve") if isinstance(event, AskEvent) else None,
        approve="ask",
    )
    (symbol,) = mentor.of("ask")[0].touched
    assert (symbol.path, symbol.symbol, symbol.hunks, symbol.signature) == ("src/lib.rs", "name", (0,), False)
    assert [(use.path, use.line, use.text) for use in symbol.uses] == [("src/lib.rs", 6, "name()")]


async def test_the_tests_that_ran_are_on_record_with_the_time_of_their_target(desk: Callable) -> None:
    subject = desk({"src/lib.rs": IMPORT_MISSING + TESTED})
    _, mentor = await subject.fix()
    tally = mentor.of("validation")[-1].steps[-1].tests
    unit = next(target for target in tally.targets if target.name == "subject src/lib.rs")
    assert {(run.name, run.outcome) for run in unit.tests} == {("tests::empty", "ok"), ("tests::full", "ignored")}
    assert unit.seconds is not None
    assert unit.left_out == 0


def test_a_removed_item_and_a_changed_signature_are_named_with_their_uses(tmp_path) -> None:
    before = "fn old() {}\n\nfn kept(a: u8) -> u8 {\n    a\n}\n"
    after = "fn kept(a: u16) -> u16 {\n    a\n}\n"
    calls = "".join(f"fn user{number}() {{\n    kept({number});\n}}\n" for number in range(30))
    (tmp_path / "a.rs").write_text(after)
    (tmp_path / "b.rs").write_text(calls + "fn last() {\n    old();\n}\n")
    (tmp_path / "notes.md").write_text("new\n")
    files = {"a.rs": before.encode(), "notes.md": b"old\n"}
    patch = patch_to(files.get, {"a.rs": after.encode(), "notes.md": b"new\n"}, intent="x", move="m")
    found = reach(patch, {"a.rs": after.encode(), "notes.md": b"new\n"}.get, CrateIndex(tmp_path))
    assert [(symbol.symbol, symbol.hunks, symbol.signature, symbol.total) for symbol in found] == [
        ("old", (0,), True, 1),
        ("kept", (0,), True, 30),
    ]
    assert len(found[1].uses) == USES
    assert (found[0].uses[0].path, found[0].uses[0].text) == ("b.rs", "old();")


def test_each_hunk_is_told_from_the_others_by_its_lines(tmp_path) -> None:
    def source(first: int, second: int) -> bytes:
        filler = "".join(f"// {number}\n" for number in range(20))
        return f"fn a() -> u8 {{\n    {first}\n}}\n{filler}fn b() -> u8 {{\n    {second}\n}}\n".encode()

    before, after = source(1, 2), source(3, 4)
    (tmp_path / "a.rs").write_bytes(after)
    patch = patch_to({"a.rs": before}.get, {"a.rs": after}, intent="x", move="m")
    found = reach(patch, {"a.rs": after}.get, CrateIndex(tmp_path))
    assert [(symbol.symbol, symbol.hunks, symbol.signature) for symbol in found] == [
        ("a", (0,), False),
        ("b", (1,), False),
    ]
