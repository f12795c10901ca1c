"""The compiler's suggestions: each choice on its own, whole, and only where its bytes are the person's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import PatchError
from engine.rust.suggestions import read_suggestions, to_edits
from engine.schema.diagnostic import Applicability, Diagnostic, Replacement, Suggestion

Compile = Callable[..., tuple[Diagnostic, ...]]


def splice(source: bytes, suggestion: Suggestion) -> bytes:
    """The file after a suggestion, by way of its edits."""
    mended = source
    for edit in reversed(to_edits(suggestion, lambda _: source)):
        assert source[edit.byte_start : edit.byte_end] == edit.before.encode()
        mended = mended[: edit.byte_start] + edit.after.encode() + mended[edit.byte_end :]
    return mended


def offered(found: tuple[Diagnostic, ...], code: str) -> tuple[Suggestion, ...]:
    return next(each.suggestions for each in found if each.code == code)


def suggestion(*parts: tuple[int, int, str], file: str = "a.rs") -> Suggestion:
    return Suggestion(
        message="",
        applicability=Applicability.MACHINE_APPLICABLE,
        parts=tuple(Replacement(file=file, byte_start=low, byte_end=high, text=text) for low, high, text in parts),
    )


def test_several_imports_are_choices_each_on_its_own(compiled: Compile) -> None:
    source = "pub fn f() -> Result<(), Error> { Ok(()) }\n"
    choices = next(each.suggestions for each in compiled(source) if "`Error`" in each.message)  # E0412, later E0425
    imports = [choice.parts[0].text.strip() for choice in choices]
    assert {"use std::fmt::Error;", "use std::io::Error;"} <= set(imports)
    assert all(len(choice.parts) == 1 for choice in choices)
    assert len(set(imports)) == len(imports)
    assert {choice.applicability for choice in choices} == {Applicability.MAYBE_INCORRECT}
    assert splice(source.encode(), choices[0]).startswith(imports[0].encode())


def test_the_parts_of_one_suggestion_stay_together(compiled: Compile) -> None:
    source = "pub fn f(a: &str, b: &str) -> &str { if a > b { a } else { b } }\n"
    (whole,) = offered(compiled(source), "E0106")
    assert len(whole.parts) == 4
    assert splice(source.encode(), whole) == source.replace("f(", "f<'a>(").replace("&str", "&'a str").encode()


def test_code_in_a_macros_definition_is_not_touched(compiled: Compile) -> None:
    source = 'macro_rules! text { () => { let _s: String = ""; }; }\npub fn f() { text!(); }\n'
    assert offered(compiled(source), "E0308") == ()


def test_what_a_person_passes_to_a_macro_may_be_mended(compiled: Compile) -> None:
    source = 'pub fn f(left: i32) { println!("{}", lefd); }\n'
    found = offered(compiled(source), "E0425")
    assert source.replace("lefd", "left").encode() in [splice(source.encode(), each) for each in found]


def test_a_sure_suggestion_mends_the_code(compiled: Compile) -> None:
    source = "pub fn f() -> usize { let v = vec![1]; v.push(2); v.len() }\n"
    (choice,) = offered(compiled(source), "E0596")
    mended = splice(source.encode(), choice)
    assert not [each for each in compiled(mended) if each.level.is_error]


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_carriage_returns_stay_and_new_lines_get_them(compiled: Compile, start: bytes) -> None:
    source = start + "// größer\r\n\r\npub fn f() -> HashMap<u8, u8> {\r\n    Default::default()\r\n}\r\n".encode()
    found = compiled(source)
    choice = next(each.suggestions[0] for each in found if each.suggestions)
    mended = splice(source, choice)
    assert b"use std::collections::HashMap;\r\n" in mended
    assert mended.count(b"\n") == mended.count(b"\r\n")
    assert not [each for each in compiled(mended) if each.level.is_error]


def test_a_file_with_both_line_ends_gets_the_usual_one() -> None:
    mostly_plain = b"a\nb\nc\r\n"
    assert splice(mostly_plain, suggestion((0, 0, "x\n"))) == b"x\n" + mostly_plain
    assert splice(b"a\r\nb\r\nc\n", suggestion((0, 0, "x\n"))).startswith(b"x\r\n")


def test_the_weakest_part_decides_how_sure_a_suggestion_is() -> None:
    span: dict[str, Any] = {"file_name": "a.rs", "byte_end": 1, "suggested_replacement": "x"}
    spans = [
        {**span, "byte_start": 0, "suggestion_applicability": "MachineApplicable"},
        {**span, "byte_start": 1, "suggestion_applicability": "MaybeIncorrect"},
    ]
    (read,) = read_suggestions({"children": [{"message": "m", "spans": spans}]}, str)
    assert (read.applicability, len(read.parts)) == (Applicability.MAYBE_INCORRECT, 2)


def test_what_lies_outside_the_repository_is_not_offered() -> None:
    span = {"file_name": "/rustc/a.rs", "byte_start": 0, "byte_end": 1, "suggested_replacement": "x"}
    assert read_suggestions({"spans": [span]}, str) == ()


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([(0, 1, "f")], "changes nothing"),
        ([(2, 2, "")], "changes nothing"),
        ([], "changes nothing"),
        ([(0, 4, "x"), (3, 5, "y")], "overlap"),
        ([(0, 4, "x"), (0, 4, "y")], "overlap"),
        ([(0, 999, "x")], "not as the compiler saw it"),
        ([(4, 2, "x")], "not as the compiler saw it"),
        ([(7, 8, "x")], "not as the compiler saw it"),  # inside the two bytes of ä
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(parts: list[tuple[int, int, str]], reason: str) -> None:
    source = "fn f()ä\n".encode()
    with pytest.raises(PatchError, match=reason) as caught:
        to_edits(suggestion(*parts), lambda _: source)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_gone_or_no_text_is_refused() -> None:
    with pytest.raises(PatchError, match=r"a\.rs is not as"):
        to_edits(suggestion((0, 0, "x")), lambda _: None)
    with pytest.raises(PatchError, match=r"a\.rs is not UTF-8"):
        to_edits(suggestion((0, 0, "x")), lambda _: b"ok \xff")


def test_a_part_that_changes_nothing_is_left_out_of_the_others() -> None:
    edits = to_edits(suggestion((0, 1, "f"), (2, 3, "g")), lambda _: b"fn f() {}")
    assert [(edit.byte_start, edit.after) for edit in edits] == [(2, "g")]


@st.composite
def texts_and_parts(draw: st.DrawFn) -> tuple[bytes, Suggestion, bytes]:
    """A file, a suggestion for it whose parts come in any order, and the file spliced by hand."""
    letters = st.text(alphabet="aä😀 \n", max_size=12)
    pieces = draw(st.lists(st.tuples(letters.filter(bool), letters, letters), min_size=1, max_size=5))
    source, spliced, parts = "", "", []
    for kept, old, new in pieces:
        low = len((source + kept).encode())
        parts.append((low, low + len(old.encode()), new))
        source += kept + old
        spliced += kept + new
    return source.encode(), suggestion(*draw(st.permutations(parts))), spliced.encode()


@given(texts_and_parts())
def test_edits_do_what_splicing_the_parts_does(case: tuple[bytes, Suggestion, bytes]) -> None:
    source, whole, spliced = case
    if source == spliced:
        with pytest.raises(PatchError, match="changes nothing"):
            to_edits(whole, lambda _: source)
    else:
        assert splice(source, whole) == spliced
