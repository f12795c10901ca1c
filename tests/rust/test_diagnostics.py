"""What the compiler says, read: the same finding keeps its name, and every place is right to the byte."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.rust.diagnostics import Places, numbered, package_name, read_message
from engine.schema.diagnostic import Applicability, Diagnostic, Level, Tool

Said = Callable[..., list[dict[str, Any]]]
Compile = Callable[..., tuple[Diagnostic, ...]]


def code_under(found: Diagnostic, source: bytes) -> str:
    assert found.primary is not None
    return source[found.primary.byte_start : found.primary.byte_end].decode()


def only(found: tuple[Diagnostic, ...], code: str) -> Diagnostic:
    (one,) = [each for each in found if each.code == code]
    return one


_WRONG = 'pub fn f() -> i32 {\n    let x = "a"; x\n}\n'


def test_a_finding_is_read_whole(compiled: Compile) -> None:
    found = only(compiled(_WRONG), "E0308")
    assert (found.tool, found.level, found.message) == (Tool.RUSTC, Level.ERROR, "mismatched types")
    assert (found.package, found.target, found.where) == ("demo", "lib", "src/lib.rs:2")
    assert code_under(found, _WRONG.encode()) == "x"
    assert found.primary is not None
    assert found.primary.text == ('    let x = "a"; x',)
    assert found.primary.label == "expected `i32`, found `&str`"
    assert {span.label for span in found.spans if not span.primary} == {"expected `i32` because of return type"}
    assert "error[E0308]" in found.rendered


def test_lines_that_sum_up_others_are_no_findings(compiled: Compile, said: Said) -> None:
    assert len(said(_WRONG)) > 1
    assert [found.code for found in compiled(_WRONG)] == ["E0308"]
    assert compiled("fn unused() {}\n")[0].code == "dead_code"
    assert len(compiled("fn unused() {}\n")) == 1


def test_its_name_stays_while_other_lines_and_the_indentation_move(compiled: Compile) -> None:
    moved = "//! More.\n\npub mod inner {\n" + _WRONG.replace("    let", "        let") + "}\n"
    assert only(compiled(_WRONG), "E0308").id == only(compiled(moved), "E0308").id


def test_its_name_changes_with_its_line_its_words_and_its_package(said: Said, tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path)
    (line,) = [line for line in said(_WRONG) if line["message"]["code"]]
    other_package = {**line, "package_id": "path+file:///x/other#0.1.0"}
    (other_line,) = [line for line in said(_WRONG.replace('"a"', '"b"')) if line["message"]["code"]]
    found = [read_message(each, places) for each in (line, other_package, other_line)]
    assert len({each.id for each in found if each}) == 3


def test_library_and_test_build_say_the_same_thing_once(said: Said, tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path)
    lines = [*said(_WRONG), *said(_WRONG, test=True)]
    read = [found for line in lines if (found := read_message(line, places))]
    assert len(read) == 2
    assert len(numbered(read)) == 1


def test_equal_findings_in_different_places_are_numbered_by_place_in_whatever_order_they_come(
    said: Said, tmp_path: Path
) -> None:
    source = "".join(f"pub fn f{i}() -> i32 {{\n    gone\n}}\n" for i in range(3))
    read = [found for line in said(source) if (found := read_message(line, Places(tmp_path, tmp_path)))]
    assert len({found.id for found in read}) == 1

    def by_line(found: tuple[Diagnostic, ...]) -> dict[int, str]:
        return {each.primary.line_start: each.id for each in found if each.primary}

    first = read[0].id
    assert by_line(numbered(read)) == {2: first, 5: f"{first}-2", 8: f"{first}-3"}
    assert by_line(numbered(read[::-1])) == by_line(numbered(read))


def test_two_errors_on_one_line_are_two_findings(compiled: Compile) -> None:
    found = compiled("pub fn f() { gone; gone; }\n")
    assert len({each.id for each in found if each.code == "E0425"}) == 2


def test_an_error_inside_a_macro_is_shown_where_it_is_called(compiled: Compile) -> None:
    source = 'macro_rules! bad {\n    () => { let _x: i32 = ""; };\n}\npub fn f() {\n    bad!();\n}\n'
    found = only(compiled(source), "E0308")
    assert found.primary is not None
    assert (found.primary.line_start, found.primary.macro, code_under(found, source.encode())) == (5, "bad!", "bad!()")


def test_macros_inside_macros_are_shown_at_the_outermost_call(compiled: Compile) -> None:
    source = (
        "macro_rules! inner { () => { gone } }\nmacro_rules! outer { () => { inner!() } }\n"
        "pub fn f() -> i32 {\n    outer!()\n}\n"
    )
    found = only(compiled(source), "E0425")
    assert found.primary is not None
    assert (code_under(found, source.encode()), found.primary.macro) == ("outer!()", "inner!")


def test_what_a_person_passes_to_a_macro_is_their_own_code(compiled: Compile) -> None:
    source = 'pub fn f() { println!("{}", gone); }\n'
    found = only(compiled(source), "E0425")
    assert found.primary is not None
    assert (code_under(found, source.encode()), found.primary.macro) == ("gone", None)


def test_what_the_compiler_makes_of_a_loop_or_a_question_mark_is_no_macro(compiled: Compile) -> None:
    source = 'pub fn f() -> Option<i32> {\n    for _ in 5 {}\n    "".parse::<i32>()?;\n    None\n}\n'
    found = [each for each in compiled(source) if each.code == "E0277"]
    assert {code_under(each, source.encode()) for each in found} == {"5", "?"}
    assert {each.primary.macro for each in found if each.primary} == {None}


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_offsets_are_those_of_the_bytes_on_disk(compiled: Compile, start: bytes, end: bytes) -> None:
    lines = ["// größer 😀", "pub fn f() {", '    let _s = "äöü😀"; größe();', "}", ""]
    source = start + end.join(line.encode() for line in lines)
    found = only(compiled(source), "E0425")
    assert code_under(found, source) == "größe"
    assert found.primary is not None
    assert (found.primary.line_start, found.primary.column_start) == (3, 22)  # columns count characters


def test_what_later_compilers_add_is_tolerated(said: Said, tmp_path: Path) -> None:
    (line,) = [copy.deepcopy(line) for line in said("pub fn f() { lett(); }\nfn left() {}\n") if line["message"]["code"]
               and line["message"]["code"]["code"] == "E0425"]  # fmt: skip
    message = line["message"]
    message["novelty"] = message["spans"][0]["novelty"] = {"deep": [1]}
    message["level"] = "catastrophe"
    for child in message["children"]:
        child["level"] = "whisper"
        for span in child["spans"]:
            span["suggestion_applicability"] = "Surely"
    found = read_message(line, Places(tmp_path, tmp_path))
    assert found is not None
    assert (found.level, {note.level for note in found.notes}) == (Level.OTHER, {Level.OTHER})
    assert {each.applicability for each in found.suggestions} == {Applicability.UNSPECIFIED}
    assert found.suggestions


def test_a_finding_without_a_place_is_still_one(tmp_path: Path) -> None:
    line = {"message": {"message": "linking with `cc` failed", "level": "error"}, "package_id": "a 0.1.0 (path)"}
    found = read_message(line, Places(tmp_path, tmp_path))
    assert found is not None
    assert (found.primary, found.where, found.code) == (None, "a", None)


def test_clippy_is_known_by_its_lints(tmp_path: Path) -> None:
    message = {"message": "unneeded `return`", "level": "warning", "code": {"code": "clippy::needless_return"}}
    found = read_message({"message": message, "target": {"kind": ["bin"], "name": "x"}}, Places(tmp_path, tmp_path))
    assert found is not None
    assert (found.tool, found.target) == (Tool.CLIPPY, "bin:x")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("src/lib.rs", "crate/src/lib.rs"),
        ("../shared/a.rs", "shared/a.rs"),
        ("./src/../src/lib.rs", "crate/src/lib.rs"),
        ("/repo/crate/a.rs", "crate/a.rs"),
        ("/rustc/abc/library/core/src/lib.rs", "/rustc/abc/library/core/src/lib.rs"),
        ("../../outside.rs", "/outside.rs"),
    ],
)
def test_files_are_named_from_the_repository_root(name: str, place: str) -> None:
    assert Places(Path("/repo"), Path("/repo/crate")).relative(name) == place


@pytest.mark.parametrize(
    ("package_id", "name"),
    [
        ("path+file:///a/b#name@0.1.0", "name"),
        ("path+file:///a/name#0.1.0", "name"),
        ("registry+https://github.com/rust-lang/crates.io-index#anyhow@1.0.0", "anyhow"),
        ("git+https://host/x.git?branch=main#name@0.1.0", "name"),
        ("git+https://host/name?rev=abc#0.1.0", "name"),
        ("name 0.1.0 (path+file:///a/b)", "name"),
    ],
)
def test_a_package_is_known_by_old_and_new_ids(package_id: str, name: str) -> None:
    assert package_name(package_id) == name
