"""What the review is made of: changed words, columns, choices, the tree of files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import PatchError
from engine.sandbox.patches import hunks, patch_to, result_of, select_hunks
from engine.schema.event import TouchedSymbol, Use
from rusta_tui.choosing import Choosing
from rusta_tui.diff import parse, partners, side_by_side
from rusta_tui.file_tree import node_line, outline
from rusta_tui.hunk_facts import uses_of
from rusta_tui.lines import plain
from rusta_tui.words import changed_words, cut

TEXTS = st.lists(st.sampled_from(["a", "b", "let x = 1;", "let x = 2;", "}", "", "é"]), max_size=14).map("\n".join)


def marked(old: str, new: str) -> tuple[list[str], list[str]]:
    gone, come = changed_words(old, new)
    return [old[low:high] for low, high in gone], [new[low:high] for low, high in come]


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("let t = &self.toks[i];", "let t = self.toks[i].clone();", ["&"], [".clone()"]),
        ("fn add(a: u8, b: u8)", "fn add(a: u16, b: u16)", ["u8", "u8"], ["u16", "u16"]),
        ("x.first_thing(1)", "x.second_thing(1)", ["first_thing"], ["second_thing"]),
        ("foo(one two, 1)", "foo(three four, 1)", ["one two"], ["three four"]),
        ("same", "same", [], []),
        ("let a = compute();", "return Err(Failure::Missing { path });", [], []),
    ],
)
def test_the_words_that_differ_are_found(old: str, new: str, gone: list[str], come: list[str]) -> None:
    assert marked(old, new) == (gone, come)


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_not_marked_reads_the_same_in_both_lines(old: str, new: str) -> None:
    gone, come = changed_words(old, new)
    if not gone and not come:
        return

    def rest(text: str, spans: tuple[tuple[int, int], ...]) -> str:
        kept = [sign for place, sign in enumerate(text) if not any(low <= place < high for low, high in spans)]
        return "".join("".join(kept).split())

    assert rest(old, gone) == rest(new, come)


def test_a_very_long_line_is_marked_without_a_long_wait() -> None:
    old = "x(" + ", ".join(f"a{number}" for number in range(5000)) + ")"
    new = "x(" + ", ".join(f"b{number}" for number in range(5000)) + ")"
    assert changed_words(old, new) == ((), ())


def test_coloured_pieces_are_cut_where_marks_begin_and_end() -> None:
    pieces = [("let", "keyword"), (" total", "plain")]
    assert cut(pieces, ((2, 6),)) == [
        ("le", "keyword", False),
        ("t", "keyword", True),
        (" to", "plain", True),
        ("tal", "plain", False),
    ]


def both(before: str, after: str):
    patch = patch_to({"a.rs": before.encode()}.get, {"a.rs": after.encode()}, intent="x", move="m")
    return patch, parse(patch.diff)


@given(TEXTS, TEXTS)
def test_two_columns_hold_every_row_once_and_in_order(before: str, after: str) -> None:
    if before == after:
        return
    _, diff = both(before, after)
    for hunk in diff.hunks:
        pairs = side_by_side(diff, hunk)
        rows = range(hunk.row + 1, hunk.row + hunk.rows)
        old = [left for left, _ in pairs if left is not None]
        new = [right for _, right in pairs if right is not None]
        assert old == sorted(old)
        assert new == sorted(new)
        assert {*old, *new} == {*rows}
        assert [row for row in old if diff.rows[row].mark == "+"] == []
        assert [row for row in new if diff.rows[row].mark == "-"] == []


@given(TEXTS, TEXTS, st.data())
def test_what_is_chosen_on_the_screen_is_what_the_engine_applies(before: str, after: str, data: st.DataObject) -> None:
    before, after = before + "\n", after + "\n"
    if before == after:
        return
    patch, diff = both(before, after)
    choosing = Choosing(diff)
    rows = [row for hunk in diff.hunks for row in choosing.changed(hunk)]
    for row in data.draw(st.lists(st.sampled_from(rows), max_size=6)):
        choosing.turn([row])
    assert choosing.whole == (choosing.hunks() is None and choosing.lines() is None)
    expected, position = [], 0
    lines = before.split("\n")
    for hunk in diff.hunks:
        for old, new in side_by_side(diff, hunk):
            if old is not None:
                start = (diff.rows[old].before or 1) - 1
                expected += lines[position:start]
                position = start + 1
                if diff.rows[old].mark == " " or old in choosing.dropped:
                    expected.append(diff.rows[old].text)
            if new is not None and diff.rows[new].mark == "+" and new not in choosing.dropped:
                expected.append(diff.rows[new].text)
    wanted = "\n".join([*expected, *lines[position:]])
    keep = range(len(hunks(patch))) if choosing.hunks() is None else choosing.kept
    try:
        kept = select_hunks(patch, {"a.rs": before.encode()}.get, keep, choosing.lines())
    except PatchError:
        assert wanted == before
    else:
        assert result_of(kept, {"a.rs": before.encode()}.get) == {"a.rs": wanted.encode()}


def test_a_replaced_line_knows_the_line_that_replaces_it() -> None:
    _, diff = both("a\nb\nc\n", "a\nB\nC\nd\nc\n")
    (hunk,) = diff.hunks
    texts = {
        diff.rows[left].text: diff.rows[right].text
        for left, right in partners(diff, hunk).items()
        if diff.rows[left].mark == "-"
    }
    assert texts == {"b": "B"}


def test_a_hunk_is_kept_dropped_or_kept_in_part() -> None:
    _, diff = both("a\nb\n", "A\nB\n")
    choosing = Choosing(diff)
    assert choosing.state([0]) == "kept"
    choosing.turn([choosing.changed(diff.hunks[0])[0]])
    assert (choosing.state([0]), choosing.words()) == ("part", "1 line dropped")
    choosing.turn_hunks([0])
    assert choosing.whole, "a hunk that is dropped in part is kept again first"
    choosing.turn_hunks([0])
    assert (choosing.state([0]), choosing.kept, choosing.words()) == ("dropped", (), "1 hunk dropped")


def test_files_stand_in_folders_and_a_folder_of_one_is_part_of_its_name() -> None:
    paths = ["src/lib.rs", "src/deep/er/a.rs", "src/deep/er/b.rs", "tests/whole.rs", "build.rs"]
    rows = [(node.depth, node.label, node.files) for node in outline(paths)]
    assert rows == [
        (0, "build.rs", (4,)),
        (0, "src/", (1, 2, 0)),
        (1, "deep/er/", (1, 2)),
        (2, "a.rs", (1,)),
        (2, "b.rs", (2,)),
        (1, "lib.rs", (0,)),
        (0, "tests/whole.rs", (3,)),
    ]
    folded = [node.label for node in outline(paths, {"src/deep/er/"})]
    assert folded == ["build.rs", "src/", "deep/er/", "lib.rs", "tests/whole.rs"]
    assert [node.label for node in outline(["a", "a/b", "a/c"])] == ["a", "a/", "b", "c"]


@given(st.lists(st.sampled_from(["a", "b", "a/b", "a/b/c", "a/b/d", "x/y/z", "x/y/w"]), unique=True))
def test_every_file_has_exactly_one_row(paths: list[str]) -> None:
    files = [node.files for node in outline(paths) if not node.folder]
    assert sorted(index for (index,) in files) == list(range(len(paths)))


def test_a_row_of_the_tree_says_how_much_of_it_is_kept() -> None:
    files = {"src/a.rs": b"1\n2\n", "src/b.rs": b"x\n"}
    patch = patch_to(files.get, {"src/a.rs": b"3\n4\n", "src/b.rs": b"y\n"}, intent="x", move="m")
    choosing = Choosing(parse(patch.diff))
    choosing.turn_hunks([1])
    folder, first, second = outline(["src/a.rs", "src/b.rs"])
    assert "+3 −3 ◐" in plain(node_line(choosing, folder, folded=False, here=0, width=40))
    assert plain(node_line(choosing, first, folded=False, here=0, width=40)).startswith("▌")
    assert "+1 −1 ✗" in plain(node_line(choosing, second, folded=False, here=0, width=40))


def test_of_a_long_path_the_end_is_shown() -> None:
    path = "crates/granary/src/some/deep/module/report.rs"
    patch = patch_to({path: b"1\n"}.get, {path: b"2\n"}, intent="x", move="m")
    (node,) = outline([path])
    shown = plain(node_line(Choosing(parse(patch.diff)), node, folded=False, here=0, width=38))
    assert len(shown) == 38
    assert "…" in shown
    assert shown.endswith("/report.rs +1 −1 ✓ ")


def test_uses_beside_a_hunk_are_those_of_its_own_items() -> None:
    touched = (
        TouchedSymbol(path="a.rs", symbol="next", hunks=(0,), uses=(Use(path="b.rs", line=3, text="next()"),), total=2),
        TouchedSymbol(path="a.rs", symbol="other", hunks=(1,), signature=True),
    )
    first = "\n".join(plain(line) for line in uses_of(touched, 0, 40))
    assert "2 uses" in first
    assert "3 next()" in first
    assert "and 1 more" in first
    assert "other" not in first
    assert "more than its body" in "\n".join(plain(line) for line in uses_of(touched, 1, 40))
    assert "nobody refers to it" in plain(uses_of(touched, 7, 200)[0])
