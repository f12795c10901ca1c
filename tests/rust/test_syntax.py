"""One file's shape: problems, items, symbols, scopes, words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rust.syntax import (
    bindings_in_scope,
    enclosing_block,
    enclosing_function,
    enclosing_item,
    enclosing_statement,
    names_in_scope,
    node_at,
    problems,
    symbols,
)
from engine.rust.tokens import tokens

_CODE = b"""\
use std::{fmt::{self, Display as Shown}, collections::*};
pub use outer::Thing;
/// Doc.
#[derive(Debug)]
pub struct Parser<'a, T> { pub text: &'a str, rest: T }
pub enum Kind { Word { size: u8 }, Mark(u8) }
pub trait Next { fn next(&mut self); const N: u8; type Out; }
impl<'a, T: Clone> Next for Parser<'a, T> {
    fn next(&mut self) {
        let mut seen: u8 = 1;
        let (left, ref right) = split();
        if let Some(found) = look(left) && let Ok(sure) = found { HERE; }
        seen += 1;
    }
}
mod inner {
    pub(crate) fn keep(list: &[u8], mut count: i32) {
        let each = |queue, rate: u8| match queue {
            Pair::Both { a, b: second } if let Some(guard) = a => ARM,
            NONE => {}
            whole @ 1..=3 => WHOLE,
        };
        for item in 0..3 { LOOP }
        fn nested(own: u8) { NESTED }
    }
}
#[macro_export]
macro_rules! shout { () => {} }
"""


def _at(mark: str) -> int:
    return _CODE.index(mark.encode())


def test_symbols_know_their_path_kind_and_visibility() -> None:
    found = {(each.path, each.kind, each.public) for each in symbols(_CODE)}
    assert found == {
        ("Thing", "reexport", True),
        ("Parser", "struct", True),
        ("Parser::text", "field", True),
        ("Parser::rest", "field", False),
        ("Kind", "enum", True),
        ("Kind::Word", "variant", True),
        ("Kind::Word::size", "field", True),
        ("Kind::Mark", "variant", True),
        ("Next", "trait", True),
        ("Next::next", "function", True),
        ("Next::N", "const", True),
        ("Next::Out", "type", True),
        ("Parser::next", "function", False),
        ("inner", "mod", False),
        ("inner::keep", "function", False),
        ("shout", "macro", True),
    }


def test_symbols_lie_where_they_say() -> None:
    parser = next(each for each in symbols(_CODE) if each.path == "Parser")
    assert _CODE[parser.byte_start : parser.byte_end].startswith(b"pub struct Parser")
    assert parser.line == 5


def test_the_item_around_a_place_is_named_in_full() -> None:
    item = enclosing_item(_CODE, _at("HERE"))
    assert item is not None
    assert (item.kind, item.name, item.path) == ("function", "next", "impl Next for Parser::next")
    nested = enclosing_item(_CODE, _at("NESTED"))
    assert nested is not None
    assert nested.path == "inner::keep::nested"
    assert enclosing_item(_CODE, 0) is None


def test_an_attribute_belongs_to_its_item() -> None:
    item = enclosing_item(_CODE, _at("derive"))
    assert item is not None
    assert item.path == "Parser"


def test_the_node_statement_block_and_function_around_a_place() -> None:
    assert node_at(_CODE, _at("HERE")).type == "identifier"
    statement = enclosing_statement(_CODE, _at("split()"))
    assert statement is not None
    assert statement.text == b"let (left, ref right) = split();"
    block = enclosing_block(_CODE, _at("HERE"))
    assert block is not None
    assert block.text == b"{ HERE; }"
    function = enclosing_function(_CODE, _at("ARM"))
    assert function is not None
    assert (function.text or b"").startswith(b"pub(crate) fn keep")


@pytest.mark.parametrize(
    ("mark", "names"),
    [
        ("HERE", ["sure", "found", "left", "right", "seen", "self", "'a", "T", "fmt", "Shown", "Thing", "Parser"]),
        ("ARM", ["guard", "a", "second", "queue", "rate", "list", "count"]),
        ("WHOLE", ["whole", "queue", "rate"]),
        ("LOOP", ["item", "each", "list", "count", "keep"]),
        ("NESTED", ["own", "nested", "keep"]),
    ],
)
def test_names_in_scope_come_innermost_first(mark: str, names: list[str]) -> None:
    found = names_in_scope(_CODE, _at(mark))
    assert set(names) <= set(found)
    locals_first = [name for name in found if name in names]
    assert locals_first[0] == names[0]


@pytest.mark.parametrize(
    ("mark", "name"),
    [("HERE", "item"), ("NESTED", "list"), ("WHOLE", "guard"), ("LOOP", "queue"), ("NESTED", "Parser")],
)
def test_names_of_elsewhere_are_not_in_scope(mark: str, name: str) -> None:
    assert name not in names_in_scope(_CODE, _at(mark))


def test_a_binding_is_not_in_scope_in_its_own_value() -> None:
    code = b"fn f() { let x = HERE; let y = 2; }"
    assert names_in_scope(code, code.index(b"HERE")) == ("f",)


def test_bindings_know_their_type_and_whether_they_may_change() -> None:
    found = {each.name: each for each in bindings_in_scope(_CODE, _at("LOOP"))}
    assert (found["count"].mutable, found["count"].type, found["count"].kind) == (True, "i32", "parameter")
    assert (found["list"].mutable, found["list"].type) == (False, "&[u8]")
    assert found["keep"].detail == "function"


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        (b"fn f() { g(1; }", "delimiter", "`(` is never closed"),
        (b"fn f() { g(); } }", "delimiter", "`}` closes nothing"),
        (b"fn f() { let x = 1\n let y = 2; }", "missing", "`;` is missing"),
        (b'fn f() { let s = "abc; }', "unterminated", "this string never ends"),
        (b"fn f() {} /* a", "unterminated", "this comment never ends"),
        (b"fn f() { let = 5; }", "unexpected", "is not expected here"),
    ],
)
def test_a_syntax_problem_is_named_where_it_is(code: bytes, kind: str, message: str) -> None:
    assert any(each.kind == kind and message in each.message for each in problems(code)), problems(code)


def test_sound_code_has_no_problems() -> None:
    sound = _CODE.replace(b"if let Some(guard) = a", b"if a.is_some()")
    assert problems(sound) == ()
    assert problems(b"") == ()


def test_lines_are_counted_from_one() -> None:
    (problem, *_) = problems(b"fn a() {}\nfn b( {}\n")
    assert problem.line == 2


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("'a' 'b: '\\'' b'x' 'é'", ["'a'", "'b", ":", "'\\''", "b'x'", "'é'"]),
        ('r#"a"b"# "c\\"d" b"e" br"f"', ['r#"a"b"#', '"c\\"d"', 'b"e"', 'br"f"']),
        (
            "1..2 1.5 1.max(2) 0xff_u8 1e-5",
            ["1", "..", "2", "1.5", "1", ".", "max", "(", "2", ")", "0xff_u8", "1e", "-", "5"],
        ),
        ("/* a /* b */ c */ x // y", ["/* a /* b */ c */", "x", "// y"]),
        ("r#type a::<B>() größe", ["r#type", "a", "::", "<", "B", ">", "(", ")", "größe"]),
        ("#!/usr/bin/env run\nfn", ["fn"]),
        ("#![allow(x)]", ["#", "!", "[", "allow", "(", "x", ")", "]"]),
    ],
)
def test_words_are_cut_as_rust_cuts_them(code: str, texts: list[str]) -> None:
    assert [token.text for token in tokens(code.encode())] == texts


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_can_be_read(source: bytes) -> None:
    last = 0
    for token in tokens(source):
        assert last <= token.byte_start < token.byte_end <= len(source)
        last = token.byte_end
    problems(source)
    symbols(source)
    enclosing_item(source, len(source) // 2)
    names_in_scope(source, len(source) // 2)
