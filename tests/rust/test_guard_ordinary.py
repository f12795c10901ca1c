"""Ordinary repairs, the way people and compilers make them, must leave the guard silent."""

from __future__ import annotations

import pytest

from engine.rust.guard import bought_by_deletion

# name: (before, after); bodies are put into a function unless they hold items themselves.
REPAIRS = {
    "borrow an argument": ("let x = g(); h(x); h(x);", "let x = g(); h(&x); h(x);"),
    "clone before a move": ("let t = s; use_both(t, s);", "let t = s.clone(); use_both(t, s);"),
    "make a binding mutable": ("let v = Vec::new(); v.push(1);", "let mut v = Vec::new(); v.push(1);"),
    "take a mutable borrow": ("fill(&v); show(&v);", "fill(&mut v); show(&v);"),
    "dereference": ("if x > 5 { hit(x); }", "if *x > 5 { hit(*x); }"),
    "correct a misspelt method": ("let n = v.lenght(); p(n);", "let n = v.len(); p(n);"),
    "correct a misspelt function": ("prnt(x);", "print_it(x);"),
    "correct a misspelt variable": ("let total = a + b; show(totl);", "let total = a + b; show(total);"),
    "rename a local everywhere": ("let a = g(); h(a); k(a + 1);", "let width = g(); h(width); k(width + 1);"),
    "annotate a type": ("let v = it.collect(); f(v);", "let v: Vec<u32> = it.collect(); f(v);"),
    "add a turbofish": ('let n = "5".parse().unwrap(); f(n);', 'let n = "5".parse::<u8>().unwrap(); f(n);'),
    "change a written type": ("let n: u32 = size(v); f(n);", "let n: usize = size(v); f(n);"),
    "cast": ("let n: u64 = len(x); f(n);", "let n: u64 = len(x) as u64; f(n);"),
    "string conversion": ('let s: String = "abc"; f(s);', 'let s: String = "abc".to_string(); f(s);'),
    "string conversion by from": ('let s: String = "abc"; f(s);', 'let s: String = String::from("abc"); f(s);'),
    "drop a needless conversion": ("let s: &str = name.to_string(); f(s);", "let s: &str = name; f(s);"),
    "wrap in Some": ("let o: Option<u8> = take(x); f(o);", "let o: Option<u8> = Some(take(x)); f(o);"),
    "unwrap an option": ("let n: u8 = find(x); f(n);", "let n: u8 = find(x).unwrap(); f(n);"),
    "question mark": ("let n: u8 = find(x); f(n);", "let n: u8 = find(x)?; f(n);"),
    "remove a stray question mark": ("let n: u8 = find(x)?; f(n);", "let n: u8 = find(x); f(n);"),
    "add a missing semicolon statement": ("g(x);\nh(y)", "g(x);\nh(y);"),
    "drop a semicolon to return": ("let y = g(x); y + 1;", "let y = g(x); y + 1"),
    "drop a return": ("let y = g(x); return y + 1;", "let y = g(x); y + 1"),
    "reorder a borrow": ("let r = &v[0]; v.push(4); show(r);", "v.push(4); let r = &v[0]; show(r);"),
    "swap two lines": ("a(1); b(2); c(3);", "b(2); a(1); c(3);"),
    "extract a let": ("v.push(v.len());", "let n = v.len(); v.push(n);"),
    "extract a temporary that lives": (
        "let s = make().trim(); show(s);",
        "let made = make(); let s = made.trim(); show(s);",
    ),
    "inline a let": ("let n = v.len(); show(n);", "show(v.len());"),
    "put a borrow into a block": (
        "let a = &mut x; a.push(1); let b = &x; f(b);",
        "{ let a = &mut x; a.push(1); } let b = &x; f(b);",
    ),
    "split borrows": (
        "let a = &mut v[0]; let b = &mut v[1]; swap(a, b);",
        "let (a, b) = v.split_at_mut(1); swap(&mut a[0], &mut b[0]);",
    ),
    "loop over references": ("for x in v { show(x); } v.len();", "for x in &v { show(x); } v.len();"),
    "loop over an iterator": ("for x in v { show(x); }", "for x in v.iter() { show(x); }"),
    "index loop to element loop": ("for i in 0..v.len() { show(v[i]); }", "for x in &v { show(x); }"),
    "move closure": ("let c = || use_it(x); run(c);", "let c = move || use_it(x); run(c);"),
    "closure body to block": ("let c = |x| f(x); run(c);", "let c = |x| { f(x) }; run(c);"),
    "add a match arm": ("match c { A => 1, B => f(2) }", "match c { A => 1, B => f(2), C => f(3) }"),
    "add a wildcard arm": ("match c { 1 => f(), 2 => g() }", "match c { 1 => f(), 2 => g(), _ => h() }"),
    "correct an arm's variant": ("match c { Colr::Red => 1, B => 2 }", "match c { Color::Red => 1, B => 2 }"),
    "fix an arm's pattern": (
        "match o { Some(x) => f(x), None => g() }",
        "match o { Some(ref x) => f(x), None => g() }",
    ),
    "arm value to block": ("match c { A => f(x), B => g() }", "match c { A => { f(&x) } B => g() }"),
    "merge equal arms": ("match c { A => f(1), B => f(1), C => 3 }", "match c { A | B => f(1), C => 3 }"),
    "match to if let": ("match o { Some(x) => f(x), None => {} }", "if let Some(x) = o { f(x) }"),
    "single match with unit": ("match o { Some(x) => f(x), _ => () }", "if let Some(x) = o { f(x) }"),
    "collapse nested ifs": ("if a { if b { f(x); } }", "if a && b { f(x); }"),
    "add an else": ("if c { 1 }", "if c { 1 } else { 2 }"),
    "late init": ("let x; if c { x = 1; } else { x = 2; } f(x);", "let x = if c { 1 } else { 2 }; f(x);"),
    "let and return": ("let x = f(a); x", "f(a)"),
    "needless return": ("f(a); return;", "f(a);"),
    "is_empty": ("if v.len() == 0 { f(); }", "if v.is_empty() { f(); }"),
    "filter next to find": ("let x = v.iter().filter(p).next(); f(x);", "let x = v.iter().find(p); f(x);"),
    "map clone to cloned": ("v.iter().map(|x| x.clone()).sum()", "v.iter().cloned().sum()"),
    "useless vec": ("for x in &vec![a, b] { f(x); }", "for x in &[a, b] { f(x); }"),
    "useless format": ('let s = format!("abc"); f(s);', 'let s = "abc".to_string(); f(s);'),
    "inline format arguments": ('println!("{}", x);', 'println!("{x}");'),
    "display to debug": ('println!("{}", point);', 'println!("{:?}", point);'),
    "missing format argument": ('println!("{} {}", a);', 'println!("{} {}", a, b);'),
    "underscore an unused variable": ("let x = compute(); done();", "let _x = compute(); done();"),
    "remove needless mut": ("let mut x = compute(); f(x);", "let x = compute(); f(x);"),
    "remove needless parentheses": ("if (x > 1) { f(x); }", "if x > 1 { f(x); }"),
    "remove a needless borrow": ("f(&&x);", "f(&x);"),
    "add an argument": ("add(1);", "add(1, 2);"),
    "remove an extra argument": ("add(1, 2, 3);", "add(1, 2);"),
    "swap arguments": ("put(value, key);", "put(key, value);"),
    "value for a literal": ('let n: u32 = "five"; f(n);', "let n: u32 = 5; f(n);"),
    "comparison": ("while i <= n { step(i); i += 1; }", "while i < n { step(i); i += 1; }"),
    "off by one": ("let last = v[v.len()]; f(last);", "let last = v[v.len() - 1]; f(last);"),
    "char to string literal": ("s.push_str('x');", 's.push_str("x");'),
    "assignment in condition": ("if x = 5 { f(); }", "if x == 5 { f(); }"),
    "call a unit variant": ("let s = State::Done(); f(s);", "let s = State::Done; f(s);"),
    "tuple struct field": ("let p = Point { x: 1, y: 2 }; f(p.z);", "let p = Point { x: 1, y: 2 }; f(p.y);"),
    "missing struct field": ("let p = Point { x: 1 }; f(p);", "let p = Point { x: 1, y: 0 }; f(p);"),
    "rename a struct field": ("let p = Point { xx: 1, y: 2 };", "let p = Point { x: 1, y: 2 };"),
    "field given twice": ("let p = Point { x: 1, x: 1, y: 2 };", "let p = Point { x: 1, y: 2 };"),
    "rest pattern": ("let Point { x } = p; f(x);", "let Point { x, .. } = p; f(x);"),
    "let else": ("let Some(x) = o; f(x);", "let Some(x) = o else { return }; f(x);"),
    "await": ("let r = fetch(u); f(r);", "let r = fetch(u).await; f(r);"),
    "method to associated call": ("let p = p.origin(); f(p);", "let p = Point::origin(); f(p);"),
    "path to imported name": ("let m = std::collections::HashMap::new(); f(m);", "let m = HashMap::new(); f(m);"),
    "constructor by another name": ("let p = Point::create(1, 2); f(p);", "let p = Point::new(1, 2); f(p);"),
    "entry api": (
        "if !m.contains_key(&k) { m.insert(k, v); }",
        "m.entry(k).or_insert(v);",
    ),
    "hoist out of a chain": (
        "let n = a.lock().unwrap().get(&k).cloned(); f(n);",
        "let guard = a.lock().unwrap(); let n = guard.get(&k).cloned(); drop(guard); f(n);",
    ),
    "rc the sharing": ("let a = make(); spawn(a); keep(a);", "let a = Arc::new(make()); spawn(a.clone()); keep(a);"),
    "drop later": ("drop(x); show(x);", "show(x); drop(x);"),
    "wrapping arithmetic": ("let y = x + 1; f(y);", "let y = x.wrapping_add(1); f(y);"),
    "manual question mark": (
        "let n = match find(x) { Some(n) => n, None => return None }; f(n);",
        "let n = find(x)?; f(n);",
    ),
}

ITEMS = {
    "take a star off the name at the end": (
        "fn f(v: u32) -> u32 { let w = v + 1; *w }\n",
        "fn f(v: u32) -> u32 { let w = v + 1; w }\n",
    ),
    "take a borrow off the name at the end of a branch": (
        "fn f(v: u32) -> u32 { if g() { let w = v + 1; &w } else { v } }\n",
        "fn f(v: u32) -> u32 { if g() { let w = v + 1; w } else { v } }\n",
    ),
    "a public method becomes the iterator's": (
        "pub struct Count { at: u32 }\n"
        "impl Count { pub fn next(&mut self) -> Option<u32> { self.at += 1; Some(self.at) } }\n",
        "pub struct Count { at: u32 }\n"
        "impl Iterator for Count { type Item = u32; "
        "fn next(&mut self) -> Option<u32> { self.at += 1; Some(self.at) } }\n",
    ),
    "a public constructor becomes the default": (
        "pub struct Conf { port: u16 }\nimpl Conf { pub fn default() -> Conf { Conf { port: read() } } }\n",
        "pub struct Conf { port: u16 }\nimpl Default for Conf { fn default() -> Conf { Conf { port: read() } } }\n",
    ),
    "mend the name of a trait that is not there": (
        "pub struct Name(String);\nimpl Dispaly for Name { fn show(&self) { print(&self.0); } }\n",
        "pub struct Name(String);\nimpl Display for Name { fn show(&self) { print(&self.0); } }\n",
    ),
    "import": (
        "fn f() { let m = HashMap::new(); g(m); }",
        "use std::collections::HashMap;\nfn f() { let m = HashMap::new(); g(m); }",
    ),
    "remove an unused import": (
        "use std::fmt;\nuse std::io;\nfn f() { io::g(); }",
        "use std::io;\nfn f() { io::g(); }",
    ),
    "correct an import": ("use std::colections::HashMap;", "use std::collections::HashMap;"),
    "lifetime parameter": ("fn f(x: &str, y: &str) -> &str { x }", "fn f<'a>(x: &'a str, y: &'a str) -> &'a str { x }"),
    "lifetime on a public struct": (
        "pub struct P { pub s: &str }\nimpl P { pub fn s(&self) -> &str { self.s } }",
        "pub struct P<'a> { pub s: &'a str }\nimpl<'a> P<'a> { pub fn s(&self) -> &str { self.s } }",
    ),
    "trait bound": (
        "pub fn show<T>(t: T) { print(t.to_string()) }",
        "pub fn show<T: Display>(t: T) { print(t.to_string()) }",
    ),
    "where clause": ("fn show<T>(t: T) { p(t) }", "fn show<T>(t: T) where T: Copy { p(t) }"),
    "derive": ("struct A { x: u8 }", "#[derive(Debug, Clone)]\nstruct A { x: u8 }"),
    "give up Copy": ("#[derive(Clone, Copy)]\nstruct A { s: String }", "#[derive(Clone)]\nstruct A { s: String }"),
    "derive to impl": (
        "#[derive(Default)]\nenum E { A, B }",
        "enum E { A, B }\nimpl Default for E { fn default() -> Self { E::A } }",
    ),
    "comment beside a lone value": (
        "fn f(x: bool) -> Self { Bar }",
        "fn f<T: Default>(x: T) -> Self { // generic now\n Bar }",
    ),
    "let to const": ("fn f() { let n = 3; g([0; n]); }", "fn f() { const n: usize = 3; g([0; n]); }"),
    "note of a deprecation": ("#[deprecated(note)]\nfn f() {}", '#[deprecated(note = "old")]\nfn f() {}'),
    "derive of a quoted trait": ('#[derive("Clone")]\nstruct A;', "#[derive(Clone)]\nstruct A;"),
    "make public": ("mod m { fn f() { g() } }", "mod m { pub fn f() { g() } }"),
    "field made public": ("pub struct A { x: u8 }", "pub struct A { pub x: u8 }"),
    "missing trait method": (
        "impl Shape for Square { fn area(&self) -> f64 { self.0 * self.0 } }",
        "impl Shape for Square { fn area(&self) -> f64 { self.0 * self.0 }\n fn name(&self) -> u8 { show(self.0) } }",
    ),
    "change a return type": ("pub fn f(x: u8) -> u8 { big(x) }", "pub fn f(x: u8) -> u64 { big(x) }"),
    "change a parameter type": ("pub fn f(x: u8) { big(x) }", "pub fn f(x: &u8) { big(x) }"),
    "self by reference": ("impl A { pub fn n(self) -> u8 { self.x } }", "impl A { pub fn n(&self) -> u8 { self.x } }"),
    "add a self parameter": ("impl A { pub fn n() -> u8 { self.x } }", "impl A { pub fn n(&self) -> u8 { self.x } }"),
    "async function": ("fn f() { g().await; }", "async fn f() { g().await; }"),
    "rename a private function": ("fn a() { x(1); }\nfn m() { a(); }", "fn b() { x(1); }\nfn m() { b(); }"),
    "rename a private field": (
        "struct A { n: u8 }\nfn f(a: A) { g(a.n) }",
        "struct A { size: u8 }\nfn f(a: A) { g(a.size) }",
    ),
    "extract a function": (
        "fn m() { let x = load(1); let y = parse(x); show(y); }",
        "fn m() { let y = read(); show(y); }\nfn read() -> Y { let x = load(1); parse(x) }",
    ),
    "box a recursive type": ("enum L { Nil, Cons(u8, L) }", "enum L { Nil, Cons(u8, Box<L>) }"),
    "move an item": ("fn a() { x(1) }\nfn b() { y(2) }", "fn b() { y(2) }\nfn a() { x(1) }"),
    "add a test module": (
        "pub fn f() -> u8 { g(1) }",
        "pub fn f() -> u8 { g(1) }\n#[cfg(test)]\nmod tests { use super::*; #[test] fn t() { assert_eq!(f(), 1); } }",
    ),
    "import for tests only": (
        "use crate::Thing;\npub fn f() {}",
        "#[cfg(test)]\nuse crate::Thing;\npub fn f() {}",
    ),
    "borrow in an assertion": (
        "#[test]\nfn t() { assert_eq!(f(x), 3); }",
        "#[test]\nfn t() { assert_eq!(f(&x), 3); }",
    ),
    "float in an assertion": (
        "#[test]\nfn t() { assert_eq!(f(x), 3); }",
        "#[test]\nfn t() { assert_eq!(f(x), 3.0); }",
    ),
    "assert to assert_eq": (
        "#[test]\nfn t() { assert!(f(x) == 3); }",
        "#[test]\nfn t() { assert_eq!(f(x), 3); }",
    ),
    "same function twice": ("fn a() { x(1) }\nfn a() { x(1) }", "fn a() { x(1) }"),
    "unsafe extern": ('extern "C" { fn c(); }', 'unsafe extern "C" { fn c(); }'),
    "constant's value": ("const N: u8 = 256;", "const N: u16 = 256;"),
    "static's type": ("static S: String = name();", "static S: LazyLock<String> = LazyLock::new(|| name());"),
    "comment explains": ("fn f() { g(x); }", "fn f() {\n    // The value is lent, as g only reads it.\n    g(&x);\n}"),
    "doc comment": ("pub fn f() { g(x); }", "/// Calls g.\npub fn f() { g(x); }"),
    "fix a macro": ("macro_rules! m { ($x:expr) => { f($x) } }", "macro_rules! m { ($x:expr) => { f(&$x) } }"),
    "braced macro": (
        "fn f() { select! { a = x() => p(a), b = y() => q(b) } }",
        "fn f() { select! { a = x() => p(&a), b = y() => q(b) } }",
    ),
}

BROKEN = {
    "missing semicolon": ("fn f() { let x = 1\n let y = g(x); }", "fn f() { let x = 1;\n let y = g(x); }"),
    "missing brace": (
        "pub fn f() { if a { g(x); \n}\npub fn h() { k(); }",
        "pub fn f() { if a { g(x); }\n}\npub fn h() { k(); }",
    ),
    "missing parenthesis": ("fn f() { g(x; }", "fn f() { g(x); }"),
    "missing comma": ("fn f() { g(a b); }", "fn f() { g(a, b); }"),
    "misspelt keyword": ("fn f() -> u8 { retrun g(1); }", "fn f() -> u8 { return g(1); }"),
    "foreign increment": ("fn f() { let mut i = 0; i++; }", "fn f() { let mut i = 0; i += 1; }"),
    "foreign declaration": ("fn f() { int x = g(5); h(x); }", "fn f() { let x = g(5); h(x); }"),
    "doubled keyword": ("pub pub fn f() { g(1); }", "pub fn f() { g(1); }"),
    "unclosed string": ('fn f() { g("abc); }', 'fn f() { g("abc"); }'),
    "missing impl brace": (
        "pub struct A;\nimpl A {\n pub fn n(&self) { g(); }\n\npub fn free() { h(); }\n",
        "pub struct A;\nimpl A {\n pub fn n(&self) { g(); }\n}\npub fn free() { h(); }\n",
    ),
    "visibility on an impl": ("pub impl A { fn f( }", "impl A { fn f() {} }"),
    "panic was there already": ('fn f() { let x = ; panic!("a") }', 'fn f() { let x = 1; panic!("a") }'),
}


def _wrap(body: str) -> bytes:
    return f"fn around() {{ {body} }}\n".encode()


@pytest.mark.parametrize("name", REPAIRS)
def test_repaired_statements_are_not_called_deletions(name: str) -> None:
    before, after = REPAIRS[name]
    assert bought_by_deletion({"src/lib.rs": _wrap(before)}, {"src/lib.rs": _wrap(after)}) == ()


@pytest.mark.parametrize("name", {**ITEMS, **BROKEN})
def test_repaired_items_are_not_called_deletions(name: str) -> None:
    before, after = {**ITEMS, **BROKEN}[name]
    assert bought_by_deletion({"src/lib.rs": before.encode()}, {"src/lib.rs": after.encode()}) == ()


def test_code_may_move_to_another_file() -> None:
    code = b"pub fn run() { start(1); stop(2); }\n"
    before = {"src/a.rs": code + b"pub fn stay() { x(); }\n", "src/b.rs": None}
    after = {"src/a.rs": b"pub fn stay() { x(); }\n", "src/b.rs": code}
    assert bought_by_deletion(before, after) == ()


def test_a_file_may_be_renamed() -> None:
    code = b"pub fn run() { start(1); stop(2); }\n"
    assert bought_by_deletion({"src/a.rs": code, "src/b.rs": None}, {"src/a.rs": None, "src/b.rs": code}) == ()


def test_nothing_changed_is_clean() -> None:
    code = b'pub fn run() { todo!(); unsafe { x() } }\n#[allow(dead_code)] fn a() { panic!("no") }\n'
    assert bought_by_deletion({"src/a.rs": code}, {"src/a.rs": code}) == ()


def test_twins_in_two_files_are_counted_one_by_one() -> None:
    twin = b"fn setup() { x(1); }\n"
    before = {"src/a.rs": twin + b"fn a() { y(); }\n", "src/b.rs": twin + b"fn b() { z(); }\n"}
    moved = {"src/a.rs": twin + b"fn a() { y(); }\n", "src/b.rs": twin + b"fn b() { z(&1); }\n"}
    lost = {"src/a.rs": b"fn a() { y(); }\n", "src/b.rs": twin + b"fn b() { z(); }\n"}
    assert bought_by_deletion(before, moved) == ()
    assert bought_by_deletion(before, lost) != ()


UNDECLARED = b"pub struct Name(String);\nimpl Marked for Name {}\npub fn f(n: &Name) { g(&n.0); }\n"
WITHOUT = b"pub struct Name(String);\npub fn f(n: &Name) { g(&n.0); }\n"


def test_a_misspelt_trait_may_be_spelt_right_where_the_type_implements_it_already() -> None:
    first = "struct Line(String);\nimpl AsRef<str> for Line { fn as_ref(&self) -> &str { &self.0 } }\n"
    second = "impl Asef<[u8]> for Line { fn as_ref(&self) -> &[u8] { self.0.as_bytes() } }\n"
    before, after = {"src/lib.rs": (first + second).encode()}, (first + second.replace("Asef", "AsRef")).encode()
    assert bought_by_deletion(before, {"src/lib.rs": after}) == ()
    glob = b"use crate::parts::*;\n"
    assert bought_by_deletion({"src/lib.rs": glob + before["src/lib.rs"]}, {"src/lib.rs": glob + after}) == ()


def test_an_impl_of_a_trait_that_no_file_declares_may_go() -> None:
    rest = [b"pub trait Other {}\n", b"pub fn g(_: &str) {}\n"]
    assert bought_by_deletion({"src/lib.rs": UNDECLARED}, {"src/lib.rs": WITHOUT}, rest) == ()


def test_the_methods_of_a_trait_that_no_file_declares_may_become_the_type_s_own() -> None:
    before = b"pub struct Name(String);\nimpl Shown for Name { fn show(&self) { print(&self.0); } }\n"
    after = b"pub struct Name(String);\nimpl Name { fn show(&self) { print(&self.0); } }\n"
    assert bought_by_deletion({"src/lib.rs": before}, {"src/lib.rs": after}, []) == ()
