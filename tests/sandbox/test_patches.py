"""Patches: applying and undoing are exact, git reads the diff as we do, hunks can be chosen."""

import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import PatchError
from engine.sandbox.patches import Hunk, apply_edits, hunks, make_patch, patch_to, result_of, select_hunks
from engine.schema.patch import Edit, Patch

# Lines that trip diff parsers: signs at the start, other line separators, carriage returns, headers inside.
LINES = st.sampled_from(
    [
        *("", "}", "fn a() {", "    x();", "-- a", "++ b", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "\\ No newline", "é😀"),
        *("\u2028sep", "form\x0cfeed", "tab\t", "cr\r", " \r", "diff --git a/x b/x", "+", "-", "\x85"),
    ]
)
TEXTS = st.builds(
    lambda lines, end: ("\n".join(lines) + end).encode(), st.lists(LINES, max_size=30), st.sampled_from(["", "\n"])
)
CONTENTS = st.none() | TEXTS
NAMES = st.sampled_from(
    ["src/lib.rs", "sp ace/a b.rs", "ünï/😀.rs", 'quo"te.rs', "back\\slash.rs", "tab\t.rs", "-d.rs"]
)
FILES = st.dictionaries(NAMES, st.tuples(CONTENTS, CONTENTS), min_size=1, max_size=3)
BIG = "".join(f"line {number}\n" for number in range(60))


def build(files: dict[str, tuple[bytes | None, bytes | None]]) -> Patch | None:
    if all(old == new for old, new in files.values()):
        return None
    return patch_to(
        lambda path: files[path][0], {path: new for path, (_, new) in files.items()}, intent="change", move="test"
    )


def changes(*replaced: int) -> bytes:
    return "".join(f"new {number}\n" if number in replaced else f"line {number}\n" for number in range(60)).encode()


@given(FILES)
def test_applying_gives_the_new_contents_and_undoing_gives_the_old_ones_back(
    files: dict[str, tuple[bytes | None, bytes | None]],
) -> None:
    patch = build(files)
    if patch is None:
        return
    changed = {path: pair for path, pair in files.items() if pair[0] != pair[1]}
    assert result_of(patch, lambda path: files[path][0]) == {path: new for path, (_, new) in changed.items()}
    back = result_of(patch, lambda path: files[path][1], undo=True)
    assert back == {path: old for path, (old, _) in changed.items()}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES)
def test_git_apply_agrees_with_the_diff_and_with_its_inverse(
    tmp_path: Path, files: dict[str, tuple[bytes | None, bytes | None]]
) -> None:
    patch = build(files)
    if patch is None:
        return
    place = tmp_path / os.urandom(6).hex()
    place.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=place, check=True)
    for path, (old, _) in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        if old is not None:
            (place / path).write_bytes(old)
    for diff, side in ((patch.diff, 1), (patch.inverse_diff, 0)):
        done = subprocess.run(
            ["git", "apply", "--whitespace=nowarn", "-"],
            cwd=place,
            input=diff.encode(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, (done.stderr.decode(), diff)
        for path, pair in files.items():
            assert ((place / path).read_bytes() if (place / path).exists() else None) == pair[side]


@given(FILES)
def test_choosing_every_hunk_is_the_whole_patch(files: dict[str, tuple[bytes | None, bytes | None]]) -> None:
    patch = build(files)
    if patch is None:
        return
    kept = select_hunks(patch, lambda path: files[path][0], {hunk.index for hunk in hunks(patch)})
    assert kept == patch


@given(FILES, st.sets(st.integers(0, 8)))
def test_every_choice_of_hunks_is_a_patch_that_can_be_undone(
    files: dict[str, tuple[bytes | None, bytes | None]], wanted: set[int]
) -> None:
    patch = build(files)
    if patch is None:
        return
    keep = wanted.intersection(hunk.index for hunk in hunks(patch))
    read = lambda path: files[path][0]  # noqa: E731
    try:
        kept = select_hunks(patch, read, keep)
    except PatchError:
        return  # nothing was left of it
    after = result_of(kept, read)
    for path in files:
        own = {hunk.index for hunk in hunks(patch) if hunk.path == path}
        if own and own <= keep:
            assert after[path] == files[path][1]
        elif own and not own & keep:
            assert path not in after
    assert result_of(kept, after.__getitem__, undo=True) == {path: files[path][0] for path in after}


def changed_rows(hunk: Hunk) -> list[int]:
    return [row for row, line in enumerate(hunk.lines) if line[0] in "+-"]


@given(FILES)
def test_dropping_no_line_is_the_whole_patch_and_dropping_every_line_is_no_patch(
    files: dict[str, tuple[bytes | None, bytes | None]],
) -> None:
    patch = build(files)
    if patch is None:
        return
    read = lambda path: files[path][0]  # noqa: E731
    numbered = hunks(patch)
    every = range(len(numbered))
    assert select_hunks(patch, read, every, {hunk.index: () for hunk in numbered}) == patch
    if all(any(hunk.path == image.path for hunk in numbered) for image in patch.files):
        with pytest.raises(PatchError, match="change nothing"):
            select_hunks(patch, read, every, {hunk.index: changed_rows(hunk) for hunk in numbered})


@given(FILES, st.data())
def test_dropping_every_line_of_a_hunk_is_dropping_the_hunk(
    files: dict[str, tuple[bytes | None, bytes | None]], data: st.DataObject
) -> None:
    patch = build(files)
    if patch is None or len(hunks(patch)) < 2:
        return
    read = lambda path: files[path][0]  # noqa: E731
    gone = data.draw(st.sampled_from(hunks(patch)))
    every = {hunk.index for hunk in hunks(patch)}
    assert select_hunks(patch, read, every, {gone.index: changed_rows(gone)}) == select_hunks(
        patch, read, every - {gone.index}
    )


@given(FILES, st.data())
def test_every_choice_of_lines_holds_exactly_the_lines_that_were_chosen(
    files: dict[str, tuple[bytes | None, bytes | None]], data: st.DataObject
) -> None:
    patch = build(files)
    if patch is None:
        return
    read = lambda path: files[path][0]  # noqa: E731
    numbered = hunks(patch)
    dropped = {hunk.index: data.draw(st.sets(st.sampled_from(changed_rows(hunk)))) for hunk in numbered}
    try:
        kept = select_hunks(patch, read, range(len(numbered)), dropped)
    except PatchError:
        return  # nothing was left of it
    after = result_of(kept, read)
    assert result_of(kept, after.__getitem__, undo=True) == {path: files[path][0] for path in after}
    for path in after:
        bag = Counter((files[path][0] or b"").decode().removesuffix("\n").split("\n"))
        for hunk in numbered:
            for row, line in enumerate(hunk.lines):
                if hunk.path == path and line[0] in "+-" and row not in dropped[hunk.index]:
                    bag[line[1:].removesuffix("\n")] += 1 if line[0] == "+" else -1
        found = Counter((after[path] or b"").decode().removesuffix("\n").split("\n"))
        # A missing line end looks like an empty last line, and a lone one like a line: neither is text.
        for each in (bag, found):
            del each[""]
        assert {line.rstrip("\r"): count for line, count in found.items()} == {
            line.rstrip("\r"): count for line, count in bag.items() if count
        }


def test_a_replaced_line_that_is_dropped_keeps_its_place_beside_the_others() -> None:
    before, after = b"a = 1;\nb = 2;\nc = 3;\n", b"a = 10;\nb = 20;\nc = 30;\n"
    patch = build({"a.rs": (before, after)})
    assert patch is not None
    (hunk,) = hunks(patch)
    second = [row for row, line in enumerate(hunk.lines) if line[1:].startswith("b")]
    kept = select_hunks(patch, lambda _: before, {0}, {0: second})
    assert result_of(kept, lambda _: before) == {"a.rs": b"a = 10;\nb = 2;\nc = 30;\n"}


@pytest.mark.parametrize(
    ("before", "after", "dropped", "expected"),
    [
        (b"x\r\nold", b"x\r\nnew\r\nmore", "-old", b"x\r\nold\r\nnew\r\nmore"),
        (b"old", b"new\nmore\n", "-old", b"old\nnew\nmore\n"),
        (b"a\nold\n", b"a\nnew", "+new", b"a\n"),
        (b"a\n", b"a\nb", "+b", None),
        ("é\n😀\n".encode(), "é\n🦀\nß".encode(), "+ß", "é\n🦀\n".encode()),
    ],
)
def test_line_ends_and_the_end_of_the_file_survive_a_choice_of_lines(
    before: bytes, after: bytes, dropped: str, expected: bytes | None
) -> None:
    patch = build({"a.rs": (before, after)})
    assert patch is not None
    (hunk,) = hunks(patch)
    rows = [row for row, line in enumerate(hunk.lines) if line.rstrip("\r\n") == dropped]
    assert rows
    if expected is None:
        with pytest.raises(PatchError, match="change nothing"):
            select_hunks(patch, lambda _: before, {0}, {0: rows})
    else:
        kept = select_hunks(patch, lambda _: before, {0}, {0: rows})
        assert result_of(kept, lambda _: before) == {"a.rs": expected}


@pytest.mark.parametrize(
    ("dropped", "said"), [({0: [0]}, "row 0 of hunk 0"), ({0: [99]}, "row 99"), ({4: [1]}, "no hunk 4")]
)
def test_only_changed_lines_can_be_dropped(dropped: dict[int, list[int]], said: str) -> None:
    patch = build({"a.rs": (b"keep\nold\n", b"keep\nnew\n")})
    assert patch is not None
    with pytest.raises(PatchError, match=said):
        select_hunks(patch, lambda _: b"keep\nold\n", {0}, dropped)


def test_choosing_no_hunk_leaves_nothing_to_apply() -> None:
    patch = build({"a.rs": (BIG.encode(), changes(5, 40))})
    assert patch is not None
    with pytest.raises(PatchError, match="change nothing"):
        select_hunks(patch, lambda _: BIG.encode(), set())


def test_choosing_one_hunk_of_a_file_leaves_the_others_out() -> None:
    patch = build({"a.rs": (BIG.encode(), changes(5, 25, 45)), "b.rs": (BIG.encode(), changes(7))})
    assert patch is not None
    assert [(hunk.index, hunk.path) for hunk in hunks(patch)] == [(0, "a.rs"), (1, "a.rs"), (2, "a.rs"), (3, "b.rs")]
    kept = select_hunks(patch, lambda _: BIG.encode(), {1})
    assert result_of(kept, lambda _: BIG.encode()) == {"a.rs": changes(25)}
    assert kept.intent == patch.intent
    assert kept.id != patch.id


def test_a_hunk_that_does_not_exist_is_named() -> None:
    patch = build({"a.rs": (b"a\n", b"b\n")})
    assert patch is not None
    with pytest.raises(PatchError, match="no hunk 7; the patch has 1"):
        select_hunks(patch, lambda _: b"a\n", {0, 7})


def test_hunks_carry_their_lines_as_the_reviewer_sees_them() -> None:
    patch = build({"a.rs": (b"keep\nold", b"keep\nnew\n")})
    assert patch is not None
    (hunk,) = hunks(patch)
    assert hunk.lines == (" keep\n", "-old\n", "\\ No newline at end of file\n", "+new\n")


def test_edits_of_a_patch_touch_only_the_lines_that_differ() -> None:
    patch = build({"a.rs": (BIG.encode(), changes(30))})
    assert patch is not None
    (edit,) = patch.edits
    assert (edit.before, edit.after) == ("line 30\n", "new 30\n")
    assert BIG.encode()[edit.byte_start : edit.byte_end] == b"line 30\n"


def test_the_diff_of_a_large_file_of_like_lines_is_quick_and_small() -> None:
    lines = ["}\n"] * 20_000
    changed = [*lines[:10_000], "new\n", *lines[10_000:]]
    patch = build({"a.rs": ("".join(lines).encode(), "".join(changed).encode())})
    assert patch is not None
    assert len(patch.edits) == 1
    assert len(patch.diff.splitlines()) < 15


def test_carriage_returns_stay_where_they_were() -> None:
    source = b"fn a() {}\r\nfn b() {}\r\n"
    edit = Edit(path="a.rs", byte_start=3, byte_end=4, before="a", after="c")
    patch = make_patch(lambda _: source, [edit], intent="rename", move="rename")
    assert result_of(patch, lambda _: source) == {"a.rs": b"fn c() {}\r\nfn b() {}\r\n"}


def test_an_edit_on_a_missing_file_creates_it_and_undoing_removes_it() -> None:
    edit = Edit(path="src/new.rs", byte_start=0, byte_end=0, before="", after="pub fn f() {}\n")
    patch = make_patch(lambda _: None, [edit], intent="add", move="create-module")
    assert patch.files[0].before is None
    assert result_of(patch, lambda _: None) == {"src/new.rs": b"pub fn f() {}\n"}
    assert result_of(patch, lambda _: b"pub fn f() {}\n", undo=True) == {"src/new.rs": None}


def test_edits_that_do_not_fit_are_refused() -> None:
    source = "let café = 1;\n".encode()
    wrong = Edit(path="a.rs", byte_start=4, byte_end=8, before="cafe", after="x")
    with pytest.raises(PatchError, match="does not read"):
        apply_edits(source, [wrong])
    beyond = Edit(path="a.rs", byte_start=len(source), byte_end=len(source) + 3, before="", after="x")
    with pytest.raises(PatchError):
        apply_edits(source, [beyond])
    first = Edit(path="a.rs", byte_start=0, byte_end=5, before="let c", after="x")
    second = Edit(path="a.rs", byte_start=4, byte_end=5, before="c", after="y")
    with pytest.raises(PatchError, match="overlap"):
        apply_edits(source, [first, second])


def test_a_file_that_is_not_utf8_is_never_edited() -> None:
    edit = Edit(path="a.rs", byte_start=0, byte_end=2, before="//", after="///")
    with pytest.raises(PatchError, match="not UTF-8"):
        make_patch(lambda _: b"// caf\xe9\n", [edit], intent="x", move="x")


def test_a_patch_does_not_apply_to_other_bytes_than_it_was_made_for() -> None:
    patch = build({"a.rs": (b"a\n", b"b\n")})
    assert patch is not None
    with pytest.raises(PatchError, match="not as the patch expects"):
        result_of(patch, lambda _: b"a \n")


def test_a_patch_whose_edits_were_tampered_with_is_refused() -> None:
    patch = build({"a.rs": (b"a\n", b"b\n")})
    assert patch is not None
    forged = patch.model_copy(update={"edits": (patch.edits[0].model_copy(update={"after": "c\n"}),)})
    with pytest.raises(PatchError, match="does not lead where it says"):
        result_of(forged, lambda _: b"a\n")


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../../x", ".git/config", "a/.git/hooks/x", ".GIT/x", "", "a//b"]
)
def test_a_path_that_leads_out_or_into_git_is_refused(path: str) -> None:
    with pytest.raises(PatchError, match="not a path inside"):
        patch_to(lambda _: b"a", {path: b"b"}, intent="x", move="x")
