"""What a change does, in a line that a commit can carry."""

import time

import pytest

from engine.brain.moves.phrasing import phrase
from engine.schema.patch import Edit


def said(source: str, at: str, before: str, after: str) -> str | None:
    """Phrases the edit that writes ``after`` for ``before`` where ``at`` begins."""
    start = source.index(at)
    edit = Edit(path="a.rs", byte_start=start, byte_end=start + len(before), before=before, after=after)
    return phrase((edit,), lambda _: source.encode())


@pytest.mark.parametrize(
    ("source", "at", "before", "after", "line"),
    [
        ("push(movement);", ");", "", ".clone()", "Clone `movement`."),
        ('_ => "nothing",', ",", "", ".to_string()", 'Convert `"nothing"` with `.to_string()`.'),
        ("let iter = 1;", "iter", "", "mut ", "Make `iter` mutable."),
        ("call(value)", "value", "", "&", "Borrow `value`."),
        ("fn f() {}", "fn", "", "use std::fmt;\n\n", "Import `std::fmt`."),
        ("if s.len() == 0 {}", "len", "len() == 0", "is_empty()", "Write `is_empty()` for `len() == 0`."),
        ("let x = &&y;", "&&", "&", "", "Take out `&`."),
        ("read(file)", ")", ")", ")?", None),
        ("struct A;", "struct", "", "#[derive(Clone)]\n", "Derive Clone."),
        ("all.first();", ";", "", "?", "Pass the error of `all.first()` on with `?`."),
    ],
)
def test_a_change_of_a_known_shape_names_what_it_changes(
    source: str, at: str, before: str, after: str, line: str | None
) -> None:
    if line is not None:
        assert said(source, at, before, after) == line
    else:
        assert said(source, at, before, after) is not None


def test_a_change_in_several_places_is_left_to_the_compilers_words() -> None:
    edit = Edit(path="a.rs", byte_start=0, byte_end=1, before="a", after="b")
    assert phrase((edit, edit), lambda _: b"aaa") is None


def test_a_long_word_before_an_insertion_costs_no_time() -> None:
    began = time.monotonic()
    said("word." * 60 + "(" + "value)", "value", "", ".clone()")
    assert time.monotonic() - began < 1
