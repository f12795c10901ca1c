"""A patch's files for the editor: rebuilt from the patches alone, laid out, read back, joined."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import PatchError, RustaError, ToolMissingError
from engine.loop.drafts import Part, draft, editor, files_after
from engine.sandbox.patches import hunks, patch_to
from engine.schema.event import PatchEvent
from engine.schema.patch import Patch

BYTES = st.builds(
    lambda lines, end: ("".join(lines) + end).encode(),
    st.lists(st.sampled_from(["a\n", "b\r\n", "\n", "é\u2028\n", "c\rd\n"]), max_size=8),
    st.sampled_from(["", "end"]),
)


def event(patch: Patch) -> PatchEvent:
    return PatchEvent(seq=1, at="2026-01-01T00:00:00Z", session="s", task="d", patch=patch, status="green")


def a_patch(before: dict[str, bytes | None], after: dict[str, bytes | None], intent: str = "x") -> Patch:
    return patch_to(before.get, after, intent=intent, move="m")


def test_a_file_is_rebuilt_through_the_patches_below_it() -> None:
    one = a_patch({"a.rs": b"1\n"}, {"a.rs": b"2\n"})
    two = a_patch({"a.rs": b"2\n", "b.rs": None}, {"a.rs": b"3\n", "b.rs": b"new\n"})
    three = a_patch({"a.rs": b"3\n"}, {"a.rs": b"4\n"})
    standing = [event(each) for each in (one, two, three)]
    assert files_after(two, standing[:2], {"a.rs": b"1\n"}.get) == {"a.rs": b"3\n", "b.rs": b"new\n"}
    assert files_after(three, standing, {"a.rs": b"1\n"}.get) == {"a.rs": b"4\n"}


def test_patches_that_the_commit_holds_already_are_passed_over() -> None:
    one = a_patch({"a.rs": b"1\n"}, {"a.rs": b"2\n"})
    two = a_patch({"a.rs": b"2\n"}, {"a.rs": b"3\n"})
    assert files_after(two, [event(one), event(two)], {"a.rs": b"2\n"}.get) == {"a.rs": b"3\n"}


def test_a_file_that_cannot_be_rebuilt_is_not_guessed() -> None:
    one = a_patch({"a.rs": b"1\n"}, {"a.rs": b"2\n"})
    with pytest.raises(PatchError, match=r"a\.rs could not be rebuilt"):
        files_after(one, [event(one)], {"a.rs": b"other\n"}.get)


def test_what_stands_upon_a_patch_is_not_in_its_files() -> None:
    one = a_patch({"a.rs": b"1\n"}, {"a.rs": b"2\n"})
    two = a_patch({"a.rs": b"2\n"}, {"a.rs": b"3\n"})
    assert files_after(one, [event(one), event(two)], {"a.rs": b"1\n"}.get) == {"a.rs": b"2\n"}


def test_a_removed_file_is_left_out_of_the_editor() -> None:
    gone = a_patch({"a.rs": b"1\n", "b.rs": b"x\n"}, {"a.rs": None, "b.rs": b"y\n"})
    assert files_after(gone, [event(gone)], {"a.rs": b"1\n", "b.rs": b"x\n"}.get) == {"b.rs": b"y\n"}


def test_only_files_that_were_changed_come_back() -> None:
    with draft({"src/a.rs": b"1\n", "b.rs": b"2\n"}) as pages:
        (pages.folder / "src/a.rs").write_bytes(b"10\n")
        assert pages.changed() == {"src/a.rs": "10\n"}
        (pages.folder / "b.rs").write_bytes(b"\xff")
        with pytest.raises(RustaError, match="not UTF-8"):
            pages.changed()
        (pages.folder / "b.rs").unlink()
        with pytest.raises(RustaError, match="gone"):
            pages.changed()
    assert not pages.folder.exists()


def test_the_editor_is_the_mentors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "code --wait")
    assert editor() == ["code", "--wait"]
    monkeypatch.setenv("VISUAL", "'unclosed")
    with pytest.raises(ToolMissingError, match="does not start"):
        editor()
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.setenv(name, " ")
    assert editor() == ["vi"]


@given(BYTES, BYTES)
def test_the_new_side_of_every_hunk_is_cut_out_and_put_back_byte_for_byte(before: bytes, after: bytes) -> None:
    if before == after:
        return
    for hunk in hunks(a_patch({"a.rs": before}, {"a.rs": after})):
        count = sum(line[0] in " +" for line in hunk.lines)
        part = Part("a.rs", after, hunk.new_start, count)
        new = b"".join(line[1:].encode() for line in hunk.lines if line[0] in " +")
        assert part.files[part.name].rstrip(b"\n") == new.rstrip(b"\n")
        assert part.joined({part.name: part.files[part.name].decode()}) == {"a.rs": after.decode()}
        assert part.joined({}) == {}


def test_what_follows_an_edited_piece_begins_a_line_of_its_own() -> None:
    part = Part("src/a.rs", b"one\r\ntwo\r\nthree\r\n", 2, 1)
    assert part.name == "a-line-2.rs"
    assert part.joined({part.name: "zwei"}) == {"src/a.rs": "one\r\nzwei\r\nthree\r\n"}
    assert part.joined({part.name: ""}) == {"src/a.rs": "one\r\nthree\r\n"}


def test_the_app_may_use_it_without_the_heavy_rooms() -> None:
    import subprocess

    code = (
        "import sys, engine.loop.drafts; print([m for m in sys.modules if m.startswith(('engine.brain', 'engine.rust',"
        " 'engine.sandbox', 'engine.store', 'git', 'tree_sitter', 'textual'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
