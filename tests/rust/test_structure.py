"""The crate index: definitions, references, searches, blast radius."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.rust.structure import CrateIndex
from engine.schema.patch import Edit

_LIB = """\
// Grüße: offsets count bytes.
pub mod shapes;
use shapes::Square;
pub fn total(squares: &[Square]) -> f64 { let s = "é"; squares.iter().map(|q| q.area()).sum() }
fn area(x: f64) -> f64 { x }
"""
_SHAPES = """\
pub struct Square { pub side: f64 }
impl Square {
    /// The area.
    pub fn area(&self) -> f64 { self.side * self.side }
}
#[test]
fn squares() { assert_eq!(Square { side: 2.0 }.area(), 4.0); }
"""


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "target" / "debug").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "src" / "lib.rs").write_text(_LIB)
    (tmp_path / "src" / "shapes.rs").write_text(_SHAPES)
    (tmp_path / "target" / "debug" / "made.rs").write_text("fn area() {}")
    (tmp_path / ".hidden" / "away.rs").write_text("fn area() {}")
    return tmp_path


def _edit(crate: Path, path: str, before: str, after: str = "") -> Edit:
    source = (crate / path).read_bytes()
    start = source.index(before.encode())
    return Edit(path=path, byte_start=start, byte_end=start + len(before.encode()), before=before, after=after)


def test_built_and_hidden_files_are_left_out(crate: Path) -> None:
    assert CrateIndex(crate).files() == ("src/lib.rs", "src/shapes.rs")


def test_definitions_are_found_by_name_and_by_path(crate: Path) -> None:
    index = CrateIndex(crate)
    assert [(each.path, each.symbol.path) for each in index.definitions("area")] == [
        ("src/lib.rs", "area"),
        ("src/shapes.rs", "Square::area"),
    ]
    assert [each.path for each in index.definitions("Square::area")] == ["src/shapes.rs"]
    assert index.definitions("nothing") == ()


def test_references_reach_into_macros_and_leave_definitions_out(crate: Path) -> None:
    found = CrateIndex(crate).references("area")
    assert [(each.path, each.line) for each in found] == [("src/lib.rs", 4), ("src/shapes.rs", 7)]
    line = _LIB.splitlines()[3]
    assert found[0].column == line.index("area") + 1
    assert found[0].text == line


def test_comments_and_strings_are_no_references(tmp_path: Path) -> None:
    (tmp_path / "a.rs").write_text('fn a() { b("size"); } // size\n')
    assert CrateIndex(tmp_path).references("size") == ()


def test_a_changed_file_is_read_again(crate: Path) -> None:
    index = CrateIndex(crate)
    assert index.definitions("added") == ()
    place = crate / "src" / "shapes.rs"
    place.write_text(_SHAPES + "fn added() {}\n")
    assert len(index.definitions("added")) == 1
    (crate / "src" / "new.rs").write_text("fn added() {}\n")
    assert len(index.definitions("added")) == 2
    place.unlink()
    assert len(index.definitions("added")) == 1


def test_update_sees_a_change_that_kept_time_and_size(tmp_path: Path) -> None:
    place = tmp_path / "a.rs"
    place.write_text("fn one() {}")
    stamp = place.stat().st_mtime_ns
    index = CrateIndex(tmp_path)
    assert index.definitions("one")
    place.write_text("fn two() {}")
    os.utime(place, ns=(stamp, stamp))
    index.update("a.rs")
    assert index.definitions("two")


def test_only_the_listed_files_are_searched(crate: Path) -> None:
    index = CrateIndex(crate, ["src/shapes.rs", "src/missing.rs"])
    assert {each.path for each in index.symbols()} == {"src/shapes.rs"}


def test_a_search_gives_bytes_and_captures(crate: Path) -> None:
    index = CrateIndex(crate)
    (match,) = index.search("$LEFT * $RIGHT")
    assert match.captures == {"LEFT": "self.side", "RIGHT": "self.side"}
    (call,) = index.search("$LIST.iter().map($$$ARGS)", "src/lib.rs")
    source = (crate / "src" / "lib.rs").read_bytes()
    assert source[call.byte_start : call.byte_end].decode() == call.text
    assert call.captures == {"LIST": "squares", "ARGS": "|q| q.area()"}
    assert call.line == 4


def test_a_file_that_is_not_utf8_is_searched_past(tmp_path: Path) -> None:
    (tmp_path / "a.rs").write_bytes(b"fn a() { b(); } // \xff\xfe\n")
    index = CrateIndex(tmp_path)
    assert index.search("b()") == ()
    assert len(index.references("b")) == 1


def test_an_edit_in_a_body_touches_nobody_else(crate: Path) -> None:
    radius = CrateIndex(crate).blast_radius([_edit(crate, "src/shapes.rs", "self.side * self.side")])
    assert radius.files == ("src/shapes.rs",)
    assert radius.symbols == ("impl Square::area",)
    assert radius.references == 0


def test_an_edit_of_a_signature_touches_its_callers(crate: Path) -> None:
    index = CrateIndex(crate)
    method = index.blast_radius([_edit(crate, "src/shapes.rs", "(&self) -> f64")])
    assert (method.symbols, method.references) == (("impl Square::area",), 2)
    struct = index.blast_radius([_edit(crate, "src/shapes.rs", "pub side: f64")])
    assert (struct.symbols, struct.references) == (("Square",), 4)


def test_edits_of_several_files_are_one_radius(crate: Path) -> None:
    edits = [_edit(crate, "src/lib.rs", "x }"), _edit(crate, "src/shapes.rs", "self.side *")]
    radius = CrateIndex(crate).blast_radius(edits)
    assert radius.files == ("src/lib.rs", "src/shapes.rs")
    assert set(radius.symbols) == {"area", "impl Square::area"}


def test_a_new_import_touches_no_item(crate: Path) -> None:
    edit = Edit(path="src/lib.rs", byte_start=0, byte_end=0, before="", after="use std::fmt;\n")
    radius = CrateIndex(crate).blast_radius([edit])
    assert (radius.symbols, radius.references) == ((), 0)
