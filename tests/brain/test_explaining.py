"""Explanations over what the real compiler says of small crates: facts of this code, and nothing that is not in it."""

import re
from dataclasses import replace
from pathlib import Path
from subprocess import run

import pytest

from engine.brain.explain import explain
from engine.brain.protocol import Candidate
from engine.rust.docs import Docs
from engine.schema.diagnostic import Diagnostic, Level, Tool
from engine.schema.patch import Edit

# What she says of Rust itself, apart from the code.
RUST = frozenset(
    """
    _ a as b break by Copy default derive derives dyn Eq fn Fn FnMut FnOnce From impl into let match move mut names None
    number Ok Option Ord PartialEq pub Result root self Self Some static std struct trait use Vec where while
    """.split()  # noqa: SIM905
)

# name: (code, source, words that must be said)
CASES = {
    "types differ": (
        "E0308",
        "pub fn width() -> u8 { 3 }\npub fn area() -> u32 {\n    let side: u32 = width();\n    side * side\n}\n",
        ["`width()`", "`u8`", "`u32`", "line 3", "widening it is safe"],
    ),
    "a reference is no value": (
        "E0308",
        "pub fn take(n: u32) -> u32 { n }\npub fn go(n: &u32) -> u32 {\n    take(n)\n}\n",
        ["`n`", "`&u32`", "`u32`", "`take`", "pub fn take(n: u32)"],
    ),
    "an argument is missing": (
        "E0061",
        "pub fn toll(axles: u32, weight: u64) -> u64 { weight * u64::from(axles) }\n"
        "pub fn car() -> u64 {\n    toll(2)\n}\n",
        ["`toll` takes 2 arguments", "`car`", "`weight: u64`"],
    ),
    "nothing decides the type": (
        "E0283",
        "pub fn many(text: &str) -> usize {\n    let parts = text.split(',').collect();\n    drop(parts);\n    1\n}\n",
        ["`parts`", "`collect`", "inferred"],
    ),
    "a question mark on an option": (
        "E0277",
        "pub fn first(text: &str) -> Result<char, String> {\n    let sign = text.chars().next()?;\n    Ok(sign)\n}\n",
        ["`next` gives an `Option`", "`first` returns `Result<char, String>`"],
    ),
    "a bound is not met": (
        "E0277",
        "pub struct Star(u32);\npub fn sort(mut stars: Vec<Star>) -> Vec<Star> {\n    stars.sort();\n    stars\n}\n",
        ["`Star`", "`Ord`", "lib.rs:1"],
    ),
    "an operator is missing": (
        "E0369",
        "pub struct Coin(u32);\npub fn both(a: Coin, b: Coin) -> Coin {\n    a + b\n}\n",
        ["`+` is the trait `Add`", "`Coin`", "`both` writes `a + b`"],
    ),
    "a star too many": ("E0614", "pub fn twice(n: u32) -> u32 {\n    *n * 2\n}\n", ["`*n`", "plain `u32`"]),
    "a star too few": (
        "E0368",
        "pub fn bump(counts: &mut [u32]) {\n    for count in counts.iter_mut() {\n        count += 1;\n    }\n}\n",
        ["`count` is a `&mut u32`", "`*count` dereferences it"],
    ),
    "a misspelt name": (
        "E0425",
        "pub fn sum(values: &[u32]) -> u32 {\n    let total = values.iter().sum();\n    totl\n}\n",
        ["`sum` (lib.rs:3)", "`totl`", "`total`"],
    ),
    "a type without import": (
        "E0433",
        "pub fn seen() -> usize {\n    HashSet::<u32>::new().len()\n}\n",
        ["`HashSet`", "std::collections::HashSet", "`use`"],
    ),
    "a trait out of scope": (
        "E0599",
        "mod loud { pub trait Loud { fn shout(&self) -> String; } impl Loud for str { fn shout(&self) -> String "
        "{ self.to_uppercase() } } }\npub fn call(name: &str) -> String {\n    name.shout()\n}\n",
        ["`shout`", "`Loud`", "not in scope"],
    ),
    "a method that is not there": (
        "E0599",
        "pub struct Lamp;\nimpl Lamp { pub fn light(&self) {} }\npub fn go(lamp: Lamp) {\n    lamp.ligth();\n}\n",
        ["`ligth`", "`Lamp`", "`light`"],
    ),
    "a struct that is called": (
        "E0423",
        "pub struct Dot { x: u32, y: u32 }\npub fn origin() -> Dot {\n    Dot(0, 0)\n}\n",
        ["`Dot`", "named fields (`x` and `y`)", "braces"],
    ),
    "a module that is not there": (
        "E0432",
        "pub mod shop { pub struct Till; }\nuse crate::store::Till;\npub fn f(_: Till) {}\n",
        ["`store`", "`Till` is defined at lib.rs:1"],
    ),
    "used after a move": (
        "E0382",
        "pub struct Note(String);\npub fn keep(shelf: &mut Vec<Note>, note: Note) -> usize {\n    shelf.push(note);\n"
        "    note.0.len()\n}\n",
        ["`note` is given away", "`push`", "line 3", "`Note`"],
    ),
    "moved while borrowed": (
        "E0505",
        "pub fn end(v: Vec<u32>) -> u32 {\n    let first = &v[0];\n    drop(v);\n    *first\n}\n",
        ["`v` moves into `drop`", "line 2", "line 4"],
    ),
    "moved out of a reference": (
        "E0507",
        "pub struct Box2 { name: String }\npub fn name(all: &[Box2]) -> Vec<String> {\n    let mut names = vec![];\n"
        "    for one in all {\n        names.push(one.name);\n    }\n    names\n}\n",
        ["`one.name`", "shared reference", "`for one in all`"],
    ),
    "two mutable borrows": (
        "E0499",
        "pub fn two(v: &mut Vec<u32>) {\n    let a = &mut v[0];\n    let b = &mut v[1];\n    swap(a, b);\n}\n"
        "fn swap(_: &mut u32, _: &mut u32) {}\n",
        ["second mutable borrow", "line 2", "`swap`"],
    ),
    "changed while looked at": (
        "E0502",
        "pub fn grow(v: &mut Vec<u32>) -> u32 {\n    let last = v.last();\n    v.push(1);\n    *last.unwrap()\n}\n",
        ["`*v`", "shared, immutable borrow", "line 2", "line 4"],
    ),
    "does not live long enough": (
        "E0597",
        "pub fn all() -> usize {\n    let mut kept: Vec<&str> = vec![];\n    for n in 0..3 {\n"
        "        let text = n.to_string();\n        kept.push(&text);\n    }\n    kept.len()\n}\n",
        ["`text`", "inside a loop", "each iteration", "dropped on line 6", "`kept`"],
    ),
    "a temporary": (
        "E0716",
        "pub fn word(text: &str) -> usize {\n    let low = text.to_lowercase().trim();\n    low.len()\n}\n",
        ["temporary", "`text.to_lowercase()`", "`low` keeps what `trim` borrowed"],
    ),
    "a local is returned": (
        "E0515",
        "pub fn shout(text: &str) -> &str {\n    let loud = text.to_uppercase();\n    loud.trim()\n}\n",
        ["`loud`", "`shout` ends", "`&str`", "owned by the function"],
    ),
    "a closure that outlives": (
        "E0373",
        "pub fn start(n: u32) -> std::thread::JoinHandle<u32> {\n    std::thread::spawn(|| n + 1)\n}\n",
        ["`n`", "`std::thread::spawn`", "`move`"],
    ),
    "assigned twice": (
        "E0384",
        "pub fn count() -> u32 {\n    let seen = 0;\n    seen = 1;\n    seen\n}\n",
        ["`count` (lib.rs:3)", "`seen`", "`mut`", "line 2"],
    ),
    "through a shared receiver": (
        "E0596",
        "pub struct Log(Vec<u32>);\nimpl Log {\n    pub fn add(&self, n: u32) {\n        self.0.push(n);\n    }\n}\n",
        ["`self.0`", "`Log::add` takes `&self`", "`&mut self`"],
    ),
    "a closure that changes": (
        "E0594",
        "pub fn each(f: impl Fn(u32)) { f(1) }\npub fn sum() -> u32 {\n    let mut sum = 0;\n    each(|n| sum += n);\n"
        "    sum\n}\n",
        ["`sum`", "`each`", "`Fn`", "`FnMut`"],
    ),
    "a lifetime is missing": (
        "E0106",
        "pub struct Page {\n    title: &str,\n}\n",
        ["`Page`", "`title: &str`", "lifetime", "`'a`"],
    ),
    "a lifetime is undeclared": (
        "E0261",
        "pub struct Page<'a>(&'a str);\nimpl Page<'a> {\n    pub fn f(&self) {}\n}\n",
        ["`'a`", "`Page`", "introduce"],
    ),
    "a field that is not there": (
        "E0609",
        "pub struct Bill { sum: u32, paid: u32 }\npub fn open(bill: &Bill) -> u32 {\n    bill.sum - bill.payed\n}\n",
        ["`open` (lib.rs:3)", "`payed`", "`Bill`", "`paid`"],
    ),
    "a field is left out": (
        "E0063",
        "pub struct Bill { sum: u32, paid: u32 }\npub fn new(sum: u32) -> Bill {\n    Bill { sum }\n}\n",
        ["`Bill` without `paid`", "`paid: u32`", "`sum`"],
    ),
    "a case is left out": (
        "E0004",
        "pub enum Sign { Plus, Minus, Zero }\npub fn factor(sign: Sign) -> i32 {\n    match sign {\n"
        "        Sign::Plus => 1,\n        Sign::Minus => -1,\n    }\n}\n",
        ["`Sign::Zero`", "`factor` (lib.rs:3)", "what factor is due", "not specified"],
    ),
    "a private function": (
        "E0603",
        "pub mod shelf { fn tidy() {} pub fn open() { tidy() } }\npub fn go() {\n    shelf::tidy()\n}\n",
        ["`tidy`", "private", "Line 1"],
    ),
    "a method is missing": (
        "E0046",
        "pub trait Toll { fn due(&self) -> u32; }\npub struct Car;\npub struct Bus;\npub struct Van;\n"
        "impl Toll for Car { fn due(&self) -> u32 { 3 } }\nimpl Toll for Bus { fn due(&self) -> u32 { 9 } }\n"
        "impl Toll for Van {}\n",
        ["`impl Toll for Van`", "`due`", "`Car` has `3`", "`Bus` has `9`", "what should `due` do for `Van`?"],
    ),
    "a signature differs": (
        "E0053",
        "pub trait Sink { fn put(&mut self, text: &str); }\npub struct Null;\n"
        "impl Sink for Null {\n    fn put(&mut self, text: String) {}\n}\n",
        ["`put`", "`impl Sink for Null`", "`&str`", "`String`"],
    ),
    "a type that holds itself": (
        "E0072",
        "pub struct Leg {\n    pub next: Option<Leg>,\n}\n",
        ["`Leg`", "no finite size", "line 2", "`pub next: Option<Leg>`"],
    ),
    "a trait that is no object": (
        "E0038",
        "pub trait Shape {\n    fn twin(&self) -> Self;\n}\npub fn all(_: &[Box<dyn Shape>]) {}\n",
        ["`Shape`", "not dyn compatible", "`twin`", "line 2"],
    ),
    "a foreign impl": (
        "E0117",
        "impl std::fmt::Display for Vec<u8> {\n    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result "
        "{ Ok(()) }\n}\n",
        ["Neither the trait `Display` nor the type `Vec<u8>`", "orphan rule"],
    ),
    "a pattern with a place too few": (
        "E0023",
        "pub enum Step {\n    Turn(u8, u8),\n}\npub fn f(step: Step) -> u8 {\n    match step {\n"
        "        Step::Turn(n) => n,\n    }\n}\n",
        ["`Step::Turn`", "2 fields", "line 2", "has 1 place"],
    ),
    "a bracket that another one precedes": (
        "",
        'pub fn shown(n: u32) -> String {\n    format!("{}", n\n}\n',
        ["`shown`", "a parenthesis is not closed", "line 2"],
    ),
    "a name that is there twice": (
        "E0428",
        "pub struct Cup;\npub struct Lid;\npub struct Cup;\n",
        ["`Cup` is there twice", "line 1", "lib.rs:3"],
    ),
    "a semicolon swallows the value": (
        "E0308",
        "pub fn left(n: u32) -> u32 {\n    n.saturating_sub(1);\n}\n",
        ["`left` (lib.rs:1) promises a `u32`", "`n.saturating_sub(1);`", "semicolon"],
    ),
    "an index of another type": (
        "E0277",
        "pub fn at(row: &[u8], seat: u32) -> u8 {\n    row[seat]\n}\n",
        ["indexes `row[seat]` by a `u32`", "`usize`"],
    ),
    "a constant that calls": (
        "E0015",
        'pub const TAG: String = String::from("sale");\n',
        ["`TAG` (lib.rs:1) writes", "non-const"],
    ),
    "an arrow that is half written": (
        "",
        "pub fn sacks(hours: u32) > u32 {\n    hours\n}\n",
        ["an arrow is missing", "`sacks`"],
    ),
    "a missing semicolon": (
        "",
        "pub fn two() -> u32 {\n    let a = 1\n    let b = 2;\n    a + b\n}\n",
        ["a semicolon is missing", "keyword `let`", "let a = 1"],
    ),
    "a brace that is not closed": (
        "",
        "pub fn sign(n: i32) -> i32 {\n    if n < 0 {\n        return -1;\n    1\n}\n",
        ["brace", "never closed", "`sign`"],
    ),
}


@pytest.fixture(scope="module")
def docs():
    root = run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    return Docs(Path(root) / "share" / "doc" / "rust" / "html")


def told(crate, docs, code, source, candidate=None):
    crate.write(source)
    found = next(each for each in crate.check() if (each.code or "") == code)
    return found, explain(replace(crate.context(found), docs=docs), candidate)


@pytest.mark.parametrize("name", CASES)
def test_the_explanation_names_the_facts_of_this_code(crate, docs, name):
    code, source, words = CASES[name]
    _, explanation = told(crate, docs, code, source)
    assert [word for word in words if word not in explanation.text] == [], explanation.text


@pytest.mark.parametrize("name", CASES)
def test_every_name_it_quotes_stands_in_the_code_or_in_what_the_compiler_said(crate, docs, name):
    code, source, _ = CASES[name]
    found, explanation = told(crate, docs, code, source)
    seen = set(re.findall(r"\w+", f"{source} {found.model_dump_json()}".replace("\\n", " ").replace("\\t", " ")))
    quoted = {word for part in re.findall(r"`([^`]+)`", explanation.text) for word in re.findall(r"[A-Za-z_]\w*", part)}
    assert quoted - seen - RUST == set(), explanation.text


@pytest.mark.parametrize("name", CASES)
def test_it_is_short_and_its_pages_are_installed(crate, docs, name):
    code, source, _ = CASES[name]
    _, explanation = told(crate, docs, code, source)
    prose = re.sub(r"`[^`]*`|“[^”]*”", "x", explanation.text)
    assert 2 <= len(re.findall(r"[.?](?=\s|$)", prose)) <= 8, explanation.text
    if docs.html_root is None:
        pytest.skip("rust-docs is not installed")
    assert [page for page in explanation.citations if not docs.resolve(page)] == []
    assert explanation.citations or not code


def test_the_change_is_told_line_by_line_with_its_price(crate, docs):
    code, source, _ = CASES["used after a move"]
    at = source.index("note);")
    edit = Edit(path="lib.rs", byte_start=at, byte_end=at + 4, before="note", after="note.clone()")
    candidate = Candidate(
        "k", "m", "s", "Clone `note`.", (edit,), None, "replace", 0.9, trade_off="It copies the text."
    )
    _, explanation = told(crate, docs, code, source, candidate)
    assert "Clone `note` (lib.rs:3: `shelf.push(note);` becomes `shelf.push(note.clone());`)" in explanation.text
    assert "It copies the text" in explanation.text
    assert "would ask you" not in explanation.text


def test_a_file_that_reads_otherwise_by_now_is_not_quoted(crate, docs):
    _, source, _ = CASES["a star too many"]
    crate.write(source)
    found = crate.check()[0]
    crate.write("// something else stands here now\n")
    text = explain(replace(crate.context(found), docs=docs), None).text
    assert "something else" not in text
    assert "u32" in text


def test_a_long_line_is_cut_down_to_what_changes(crate, docs):
    filler = ", ".join(f"value_{n}" for n in range(12))
    names = ", ".join(f"value_{n}: u32" for n in range(12))
    source = (
        f"pub fn all({names}) -> u32 {{\n    let list = [{filler}];\n"
        "    let shown = list.iter().sum::<u32>() + list.iter().map(|v| v + totl).sum::<u32>();\n    shown\n}\n"
    )
    at = source.index("totl")
    edit = Edit(path="lib.rs", byte_start=at, byte_end=at + 4, before="totl", after="value_0")
    candidate = Candidate("k", "m", "s", "Name it.", (edit,), None, "replace", 0.9)
    _, explanation = told(crate, docs, "E0425", source, candidate)
    change = re.search(r"lib.rs:3: `([^`]*)` becomes `([^`]*)`", explanation.text)
    assert change
    assert "totl" in change[1]
    assert "value_0" in change[2]
    assert max(map(len, change.groups())) < 100


def red(crate, docs, name, source):
    crate.write(source)
    found = Diagnostic(
        id=f"test:{name}", tool=Tool.TEST, level=Level.ERROR, message=f"test shop src/lib.rs::tests::{name} fails"
    )
    return explain(replace(crate.context(found), docs=docs), None).text


RING = """pub struct Ring(Vec<u32>);
impl Ring { pub fn full() -> Ring { Ring(vec![1]) } pub fn push(&mut self, n: u32) -> bool { self.0.push(n); true } }
#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_full_ring_refuses() {
        let mut ring = Ring::full();
        assert!(!ring.push(4));
    }
    #[test]
    fn a_full_ring_turns() {
        let mut ring = Ring::full();
        assert!(ring.push(4));
    }
}
"""


def test_two_tests_that_contradict_each_other_are_told_and_asked_about(crate, docs):
    text = red(crate, docs, "a_full_ring_refuses", RING)
    assert "The test `a_full_ring_turns` begins just so, and asserts the opposite" in text
    assert "which of both tests is right" in text


def test_tests_that_differ_in_what_they_do_do_not_contradict_each_other(crate, docs):
    apart = RING.replace(
        "let mut ring = Ring::full();\n        assert!(r", "let mut ring = Ring(vec![]);\n        assert!(r"
    )
    assert apart != RING
    assert "asserts the opposite" not in red(crate, docs, "a_full_ring_refuses", apart)


def test_a_test_that_needs_the_network_is_told_so(crate, docs):
    source = (
        "use std::net::TcpStream;\npub fn ask() -> bool { connect().is_some() }\n"
        'fn connect() -> Option<TcpStream> { TcpStream::connect("192.0.2.1:80").ok() }\n'
        "#[test]\nfn it_answers() { assert!(ask()); }\n"
    )
    text = red(crate, docs, "it_answers", source)
    assert "It goes through `connect`, which opens a network connection" in text


def test_a_red_test_is_told_by_what_it_goes_through(crate, docs):
    source = (
        "/// Pages that it takes to show all.\npub fn pages(items: usize, per: usize) -> usize { items / per }\n"
        "#[test]\nfn the_rest_has_a_page() { assert_eq!(pages(42, 10), 5); }\n"
    )
    text = red(crate, docs, "the_rest_has_a_page", source)
    assert "“the rest has a page”" in text
    assert "`pages` (lib.rs:2) computes `items / per`, where `/` on whole numbers rounds down" in text
    assert "says of itself “Pages that it takes to show all”" in text


def test_parameters_of_one_type_are_told_where_a_test_is_red(crate, docs):
    source = (
        'pub fn pay(from: &str, to: &str) -> String { format!("{to}>{from}") }\n'
        '#[test]\nfn the_payer_comes_first() { assert_eq!(pay("a", "b"), "a>b"); }\n'
    )
    text = red(crate, docs, "the_payer_comes_first", source)
    assert "`pay` takes `from` and `to`, both `&str`: their order is nothing that the compiler checks" in text
