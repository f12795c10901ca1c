"""Each operator does what it says, on real snippets, and nothing that is not there to break."""

import pytest

from engine.errors import RustaError
from engine.train.selfplay.operators import Operator, Source, all_operators, chosen_operators

# Operator, a sound snippet, and one of the broken ones that it makes.
SNIPPETS = [
    ("drop_conversion", 'fn f() -> String { "a".to_string() }', 'fn f() -> String { "a" }'),
    ("drop_unwrap", "fn f() -> u8 { g().unwrap() }", "fn f() -> u8 { g() }"),
    ("drop_cast", "fn f(n: u8) -> u32 { n as u32 }", "fn f(n: u8) -> u32 { n }"),
    ("drop_some", "fn f() -> Option<u8> { Some(1) }", "fn f() -> Option<u8> { 1 }"),
    ("drop_ok", "fn f() -> Result<u8, ()> { Ok(1) }", "fn f() -> Result<u8, ()> { 1 }"),
    (
        "drop_question_mark",
        "fn f() -> Option<u8> { let n = g()?; Some(n) }",
        "fn f() -> Option<u8> { let n = g(); Some(n) }",
    ),
    ("drop_return_type", "fn f() -> u8 { 1 }", "fn f() { 1 }"),
    ("change_number_type", "fn f(n: usize) {}", "fn f(n: u32) {}"),
    ("own_text", "fn f(s: &str) {}", "fn f(s: String) {}"),
    ("borrow_text", "struct A { s: String }", "struct A { s: &str }"),
    ("quote_number", "fn f() -> u8 { 7 }", 'fn f() -> u8 { "7" }'),
    ("number_to_float", "fn f() -> u8 { 7 }", "fn f() -> u8 { 7.0 }"),
    ("discard_result", "fn f() -> u8 { g() }", "fn f() -> u8 { g(); }"),
    ("drop_reference", "fn f() { g(&x) }", "fn f() { g(x) }"),
    ("add_reference", "fn f() { g(x) }", "fn f() { g(&x) }"),
    ("drop_dereference", "fn f(n: &u8) -> u8 { *n }", "fn f(n: &u8) -> u8 { n }"),
    ("drop_clone", "fn f() { g(x.clone()) }", "fn f() { g(x) }"),
    ("drop_copying", "fn f() { v.iter().copied().max() }", "fn f() { v.iter().max() }"),
    ("drop_lending", "fn f() { for x in v.iter() {} }", "fn f() { for x in v {} }"),
    ("take_self", "impl A { fn f(&self) {} }", "impl A { fn f(self) {} }"),
    ("own_parameter", "fn f(a: &A) {}", "fn f(a: A) {}"),
    ("drop_move", "fn f() { g(move |x| x + n) }", "fn f() { g(|x| x + n) }"),
    ("drop_mut", "fn f() { let mut n = 0; n += 1; }", "fn f() { let n = 0; n += 1; }"),
    ("drop_mut_parameter", "fn f(mut n: u8) { n += 1 }", "fn f(n: u8) { n += 1 }"),
    ("share_self", "impl A { fn f(&mut self) {} }", "impl A { fn f(&self) {} }"),
    ("share_reference", "fn f() { g(&mut x) }", "fn f() { g(&x) }"),
    ("share_reference_type", "fn f(v: &mut Vec<u8>) {}", "fn f(v: &Vec<u8>) {}"),
    ("share_access", "fn f() { v.iter_mut().next(); }", "fn f() { v.iter().next(); }"),
    ("drop_reference_lifetime", "struct A<'a> { s: &'a str }", "struct A<'a> { s: &str }"),
    ("drop_lifetime_declaration", "fn f<'a>(s: &'a str) {}", "fn f(s: &'a str) {}"),
    ("drop_lifetime_declaration", "fn f<'a, T>(s: &'a T) {}", "fn f<T>(s: &'a T) {}"),
    ("drop_lifetime_argument", "impl<'a> A<'a> {}", "impl<'a> A {}"),
    ("rename_lifetime", "fn f<'a>(s: &'a str) {}", "fn f<'a>(s: &'ax str) {}"),
    ("drop_lifetime_bound", "fn f<'a, T: 'a>(t: &'a T) {}", "fn f<'a, T>(t: &'a T) {}"),
    ("drop_derive", "#[derive(Clone, Debug)]\nstruct A;\n", "#[derive(Debug)]\nstruct A;\n"),
    ("drop_derive", "#[derive(Clone)]\nstruct A;\n", "struct A;\n"),
    ("drop_bound", "fn f<T: Clone>(t: T) {}", "fn f<T>(t: T) {}"),
    ("drop_bound", "fn f<T: Clone + Copy>(t: T) {}", "fn f<T: Copy>(t: T) {}"),
    ("drop_where", "fn f<T>(t: T) where T: Clone {}", "fn f<T>(t: T)  {}"),
    ("drop_associated_type", "impl I for A {\n    type T = u8;\n}\n", "impl I for A {\n}\n"),
    ("change_associated_type", "impl I for A { type T = u8; }", "impl I for A { type T = (); }"),
    ("drop_trait_method", "impl I for A {\n    fn f(&self) {}\n}\n", "impl I for A {\n}\n"),
    ("misspell_trait_method", "impl I for A { fn next(&self) {} }", "impl I for A { fn net(&self) {} }"),
    ("drop_trait_parameter", "impl I for A { fn f(&self, n: u8) {} }", "impl I for A { fn f(&self) {} }"),
    ("misspell_trait", "impl Clone for A {}", "impl Clne for A {}"),
    ("drop_use", "use a::B;\nfn f() {}\n", "fn f() {}\n"),
    ("drop_used_name", "use a::{B, C};\n", "use a::{C};\n"),
    ("misspell_use", "use std::fmt::Display;\n", "use std::fmt::Dislay;\n"),
    ("drop_qualifier", "fn f() { mem::swap(a, b) }", "fn f() { swap(a, b) }"),
    ("misspell_module", "fn f() { cell::new() }", "fn f() { cel::new() }"),
    ("misspell_variable", "fn f(count: u8) -> u8 { count + 1 }", "fn f(count: u8) -> u8 { cont + 1 }"),
    ("misspell_function", "fn f() { total() }", "fn f() { toal() }"),
    ("misspell_method", "fn f() { x.total() }", "fn f() { x.toal() }"),
    ("misspell_field", "fn f() -> u8 { x.total }", "fn f() -> u8 { x.toal }"),
    ("misspell_initialised_field", "fn f() -> A { A { total: 1 } }", "fn f() -> A { A { toal: 1 } }"),
    ("misspell_type", "fn f(a: Total) {}", "fn f(a: Toal) {}"),
    ("misspell_variant", "fn f() -> A { A::Empty }", "fn f() -> A { A::Emty }"),
    ("drop_self", "impl A { fn f(&self) -> u8 { self.n } }", "impl A { fn f(&self) -> u8 { n } }"),
    ("drop_argument", "fn f() { g(1, 2) }", "fn f() { g(2) }"),
    ("drop_argument", "fn f() { g(1, 2) }", "fn f() { g(1) }"),
    ("repeat_argument", "fn f() { g(x) }", "fn f() { g(x, x) }"),
    ("swap_arguments", "fn f() { g(1, x) }", "fn f() { g(x, 1) }"),
    ("drop_parameter", "fn f(a: u8, b: u8) {}", "fn f(b: u8) {}"),
    ("drop_field_value", "fn f() -> A { A { n: 1, m: 2 } }", "fn f() -> A { A { m: 2 } }"),
    ("drop_field", "struct A { n: u8, m: u8 }", "struct A { m: u8 }"),
    ("drop_call_parentheses", "fn f() -> usize { v.len() }", "fn f() -> usize { v.len }"),
    ("drop_binding", "fn f() {\n    let n = 1;\n    g(n);\n}\n", "fn f() {\n    g(n);\n}\n"),
    ("drop_arm", "fn f() { match x { A => 1, _ => 2 } }", "fn f() { match x {  _ => 2 } }"),
    ("drop_other_arm", "fn f() { match x { A => 1, _ => 2 } }", "fn f() { match x { A => 1,  } }"),
    ("drop_part_of_pattern", "fn f() { let A(x, y) = a; }", "fn f() { let A(x) = a; }"),
    ("drop_rest", "fn f() { let A { x, .. } = a; }", "fn f() { let A { x } = a; }"),
    ("drop_pattern_qualifier", "fn f() { match x { A::B => 1, _ => 2 } }", "fn f() { match x { B => 1, _ => 2 } }"),
    ("drop_reference_pattern", "fn f() { g(|&x| x) }", "fn f() { g(|x| x) }"),
    ("drop_condition_pattern", "fn f() { if let Some(x) = y { g(x) } }", "fn f() { if y { g(x) } }"),
    ("drop_else", "fn f() -> u8 { if a { 1 } else { 2 } }", "fn f() -> u8 { if a { 1 } }"),
    ("drop_return", "fn f() -> u8 { if a { return 1; } 2 }", "fn f() -> u8 { if a { 1; } 2 }"),
    ("drop_arm_value", "fn f() { match x { _ => 2 } }", "fn f() { match x { _ =>  } }"),
    ("drop_guard", "fn f() { match x { y if y > 1 => 2, _ => 3 } }", "fn f() { match x { y => 2, _ => 3 } }"),
    ("drop_closing_brace", "fn f() { g() }", "fn f() { g() "),
    ("drop_opening_brace", "fn f() { g() }", "fn f()  g() }"),
    ("drop_closing_parenthesis", "fn f() { g(1) }", "fn f() { g(1 }"),
    ("drop_opening_parenthesis", "fn f() { g(1) }", "fn f() { g1) }"),
    ("drop_bracket", "fn f() { v[0] }", "fn f() { v[0 }"),
    ("drop_angle", "fn f(v: Vec<u8>) {}", "fn f(v: Vec<u8) {}"),
    ("repeat_closing_brace", "fn f() { g() }", "fn f() { g() }}"),
    ("repeat_closing_parenthesis", "fn f() { g(1) }", "fn f() { g(1)) }"),
    ("mismatch_closer", "fn f() { g(1) }", "fn f() { g(1] }"),
    ("drop_semicolon", "fn f() { let n = 1; g(n) }", "fn f() { let n = 1 g(n) }"),
    ("drop_comma", "fn f() { g(1, 2) }", "fn f() { g(1 2) }"),
    ("drop_comma", "fn f() { match x { A => 1, B => 2 } }", "fn f() { match x { A => 1 B => 2 } }"),
    ("drop_arrow", "fn f() -> u8 { 1 }", "fn f()  u8 { 1 }"),
    ("thin_arrow", "fn f() { match x { _ => 2 } }", "fn f() { match x { _ -> 2 } }"),
    ("drop_colon", "fn f(n: u8) {}", "fn f(n u8) {}"),
    ("drop_equals", "fn f() { let n = 1; }", "fn f() { let n  1; }"),
    ("halve_path_separator", "fn f() { A::new() }", "fn f() { A:new() }"),
    ("misspell_keyword", "fn f() { let n = 1; }", "fn f() { lte n = 1; }"),
    ("open_string", 'fn f() -> &str { "a" }', 'fn f() -> &str { "a }'),
    ("hide_item", "pub struct A;", "struct A;"),
    ("hide_function", "pub fn f() {}", "fn f() {}"),
    ("hide_method", "impl A { pub fn f() {} }", "impl A { fn f() {} }"),
    ("hide_field", "struct A { pub n: u8 }", "struct A { n: u8 }"),
    ("hide_field", "struct A(pub u8);", "struct A(u8);"),
    ("hide_reexport", "pub use a::B;", "use a::B;"),
    ("move_bound", "fn f() -> bool { a < b }", "fn f() -> bool { a <= b }"),
    ("reverse_comparison", "fn f() -> bool { a == b }", "fn f() -> bool { a != b }"),
    ("change_arithmetic", "fn f() -> u8 { a + b }", "fn f() -> u8 { a - b }"),
    ("change_assignment", "fn f() { a += b; }", "fn f() { a -= b; }"),
    ("change_connective", "fn f() -> bool { a && b }", "fn f() -> bool { a || b }"),
    ("shift_number", "fn f() -> u8 { 7 }", "fn f() -> u8 { 8 }"),
    ("move_range_end", "fn f() { for i in 0..n {} }", "fn f() { for i in 0..=n {} }"),
    ("drop_negation", "fn f() -> bool { !a }", "fn f() -> bool { a }"),
    ("negate_condition", "fn f() { if a { g() } }", "fn f() { if !a { g() } }"),
    ("flip_truth", "fn f() -> bool { true }", "fn f() -> bool { false }"),
    ("swap_operands", "fn f() -> u8 { a - b }", "fn f() -> u8 { b - a }"),
    ("swap_like_arguments", "fn f() { g(a, b) }", "fn f() { g(b, a) }"),
    ("call_twin", "fn f() -> bool { x.is_some() }", "fn f() -> bool { x.is_none() }"),
]
OPERATORS = {operator.name: operator for operator in all_operators()}


def broken(operator: Operator, sound: str) -> list[str]:
    """Everything that an operator makes of a snippet."""
    text = sound.encode()
    return [
        (text[: each.byte_start] + each.after + text[each.byte_end :]).decode() for each in operator.sites(Source(text))
    ]


@pytest.mark.parametrize(("name", "sound", "expected"), SNIPPETS)
def test_an_operator_does_what_it_says(name: str, sound: str, expected: str) -> None:
    assert expected in broken(OPERATORS[name], sound)


def test_every_operator_has_a_snippet() -> None:
    assert set(OPERATORS) == {name for name, _, _ in SNIPPETS}


def test_names_are_unique_and_every_operator_names_what_it_breeds() -> None:
    assert len(OPERATORS) == len(all_operators())
    assert all(operator.codes and operator.says for operator in all_operators())


def test_what_is_only_there_for_tests_is_left_alone() -> None:
    text = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn f() {\n        assert(g(1, 2) < 3);\n    }\n}\n"
    assert [operator.name for operator in all_operators() if broken(operator, text)] == []


def test_operators_are_chosen_by_name_and_by_family() -> None:
    chosen = chosen_operators(["drop_use", "visibility"])
    assert {operator.family for operator in chosen} == {"imports", "visibility"}
    with pytest.raises(RustaError, match="no operator and no family is called drop_everything"):
        chosen_operators(["drop_everything"])
