"""Every way to quiet the compiler by giving something away must be named."""

from __future__ import annotations

import pytest

from engine.rust.guard import bought_by_deletion

# name: (before, after, words that one finding must hold)
IN_BODIES = {
    "delete the only statement": ("g(x);", "", "emptied"),
    "delete one statement": ("let x = g(); h(x);", "let x = g();", "`h(x)`"),
    "delete the first statement": ("log(x); h(x);", "h(x);", "`log(x)`"),
    "delete one of two equal statements": ("v.push(1); v.push(1);", "v.push(1);", "`v.push(1)`"),
    "delete a let": ("let a = g(); let b = k(); h(a);", "let a = g(); h(a);", "let b"),
    "delete a let with a literal": ("let mut n = 0; g(); n += 1;", "g();", "statement lost"),
    "delete an assignment": ("a.x = 5; h(a);", "h(a);", "`a.x = 5`"),
    "delete a compound assignment": ("let mut n = f(); n += k(); h(n);", "let mut n = f(); h(n);", "n += k()"),
    "delete a macro call": ('let x = g(); println!("{}", x);', "let x = g();", "println!"),
    "empty an if": ("if a(x) { g(x); h(x); }", "if a(x) { }", "lost"),
    "drop a condition": ("if allowed(x) { g(x); }", "g(x);", "allowed"),
    "drop the else": ("if a(x) { g(x) } else { h(x) }", "if a(x) { g(x) }", "h(x)"),
    "drop a loop": ("for x in items() { g(x); }", "g(0);", "items"),
    "drop a loop's body": ("for x in items() { g(x); }", "for x in items() { }", "g(x)"),
    "drop a break": ("loop { g(); if x() { break; } }", "loop { g(); if x() { } }", "break"),
    "drop an arm": ("match c { A => f(1), B => g(2), _ => {} }", "match c { A => f(1), _ => {} }", "B => g(2)"),
    "drop an arm with a constant": ("match c { A => 1, B => 2, C => 3 }", "match c { A => 1, _ => 3 }", "match arm"),
    "empty an arm": ("match c { A => f(1), B => g(2) }", "match c { A => f(1), B => {} }", "B => g(2)"),
    "arm to a constant": ("match c { A => area(r), B => side(s) }", "match c { A => area(r), B => 0.0 }", "side"),
    "value to a constant": ("let n = compute(a, b); show(n);", "let n = 0; show(n);", "compute"),
    "value to a default": ("let n = compute(a); show(n);", "let n = Default::default(); show(n);", "compute"),
    "value to a std default": ("let n = compute(a); show(n);", "let n: Vec<u8> = Vec::new(); show(n);", "compute"),
    "value to none": ("let n = find(a); show(n);", "let n = None; show(n);", "find"),
    "drop a call of a chain": (
        "let n = v.iter().filter(even).sum(); show(n);",
        "let n = v.iter().sum(); show(n);",
        "filter",
    ),
    "drop the last call": ("conn.open().send();", "conn.open();", "`send`"),
    "drop a call in an argument": ("show(check(x));", "show(x);", "`check`"),
    "drop fields for a rest": (
        "let p = Conf { host: h(), port: 80 }; f(p);",
        "let p = Conf { ..Default::default() }; f(p);",
        "field",
    ),
    "drop one field": ("let p = Conf { host: a, port: b }; f(p);", "let p = Conf { host: a }; f(p);", "port"),
    "return early": ("check(x); save(x);", "return; check(x); save(x);", "no longer be reached"),
    "return a constant early": ("check(x); save(x)", "return 0; check(x); save(x)", "no longer be reached"),
    "if false": ("check(x); save(x);", "if false { check(x); save(x); }", "if false"),
    "while false": ("check(x);", "while false { check(x); }", "while false"),
    "todo": ("check(x);", "check(x); todo!()", "todo!"),
    "replace by todo": ("check(x)", "todo!()", "todo!"),
    "unimplemented": ("f(match c { A => 1 });", "f(match c { A => 1, B => unimplemented!() });", "unimplemented!"),
    "unreachable": ("f(match c { A => 1 });", "f(match c { A => 1, _ => unreachable!() });", "unreachable!"),
    "panic": ("f(match c { A => 1 });", 'f(match c { A => 1, _ => panic!("no") });', "panic!"),
    "qualified panic": ("f(x);", 'f(x); std::panic!("no");', "panic!"),
    "panic in a macro's arguments": ("dbg!(x);", "dbg!(x, todo!());", "todo!"),
    "exit": ("f(x);", "f(x); std::process::exit(1);", "exit"),
    "false assertion": ("f(x);", "f(x); assert!(false);", "assert!(false)"),
    "endless loop": ("f(x)", "f(x); loop {}", "loop {}"),
    "unsafe block": ("f(*p);", "unsafe { f(*p) };", "unsafe"),
    "allow on a statement": ("let x = f();", "#[allow(unused_variables)] let x = f();", "allow(unused_variables)"),
    "expect on a statement": ("let x = f();", "#[expect(unused)] let x = f();", "expect(unused)"),
    "cfg on a statement": ("f(x);", "#[cfg(any())] f(x);", "cfg(any())"),
    "cfg macro": ("f(x);", "if cfg!(unix) { f(x); }", "cfg!"),
    "stringify": ("f(x); g(y);", "stringify!(f(x)); g(y);", "stringify!"),
    "line comment": ("a(1);\nsave(x);\nb(2);", "a(1);\n// save(x);\nb(2);", "commented out"),
    "block comment": ("a(1);\nsave(x);\nb(2);", "a(1);\n/* save(x); */\nb(2);", "commented out"),
    "comment out half": ("a(1); save(x);", "a(1); // save(x);\n", "save(x)"),
    "comment out in many lines": ("a(1);\nsave(x);\nsend(y);\n", "a(1);\n/*\nsave(x);\nsend(y);\n*/\n", "send(y)"),
    "statement of a braced macro": ("run! { a(1); save(x); }", "run! { a(1); }", "save"),
    "closure body": ("let c = |x| { check(x); save(x) }; c(1);", "let c = |x| { save(x) }; c(1);", "check"),
    "async block": ("spawn(async { check(x); save(x) });", "spawn(async { save(x) });", "check"),
    "inner block": ("{ check(x); save(x); } done();", "{ save(x); } done();", "check"),
    "delete beside a repair": ("let t = s; log(t); use_both(t, s);", "let t = s.clone(); use_both(t, s);", "log"),
}

IN_FILES = {
    "a public method hides behind a trait that callers must import": (
        "pub struct Count { at: u32 }\nimpl Count { pub fn step(&mut self) -> u32 { self.at += 1; self.at } }\n",
        "pub struct Count { at: u32 }\ntrait Steps { fn step(&mut self) -> u32; }\n"
        "impl Steps for Count { fn step(&mut self) -> u32 { self.at += 1; self.at } }\n",
        "no longer public",
    ),
    "a public method becomes the iterator's without what it did": (
        "pub struct Count { at: u32 }\n"
        "impl Count { pub fn next(&mut self) -> Option<u32> { self.at += 1; Some(self.at) } }\n",
        "pub struct Count { at: u32 }\n"
        "impl Iterator for Count { type Item = u32; fn next(&mut self) -> Option<u32> { None } }\n",
        "lost",
    ),
    "a public method becomes the iterator's of another type": (
        "pub struct Count { at: u32 }\npub struct Other;\n"
        "impl Count { pub fn next(&mut self) -> Option<u32> { self.at += 1; Some(self.at) } }\n",
        "pub struct Count { at: u32 }\npub struct Other;\n"
        "impl Iterator for Other { type Item = u32; "
        "fn next(&mut self) -> Option<u32> { self.at += 1; Some(self.at) } }\n",
        "Count::next",
    ),
    "a public method becomes a trait's function without a receiver": (
        "pub struct Conf;\nimpl Conf { pub fn default(&self) -> u16 { read(self) } }\n",
        "pub struct Conf;\nimpl Default for Conf { fn default() -> Self { read(&Conf); Conf } }\n",
        "no longer public",
    ),
    "the starred end becomes another name": (
        "fn f(v: u32) -> u32 { let w = g(v); let z = h(v); *w }\n",
        "fn f(v: u32) -> u32 { let w = g(v); let z = h(v); z }\n",
        "`*w`",
    ),
    "the starred end becomes a constant": (
        "fn f(v: u32) -> u32 { let w = g(v); *w }\n",
        "fn f(v: u32) -> u32 { let w = g(v); 0 }\n",
        "`*w`",
    ),
    "an impl whose trait another file may declare": (
        "pub struct Name(String);\nimpl Marked for Name {}\n",
        "pub struct Name(String);\n",
        "`Marked for Name`",
    ),
    "public function": ("pub fn a() { x(1) }\npub fn b() {}", "pub fn b() {}", "`a` removed"),
    "public rename": ("pub fn a() { x(1) }", "pub fn b() { x(1) }", "`a` removed or renamed"),
    "narrowed": ("pub fn a() { x(1) }", "pub(crate) fn a() { x(1) }", "no longer public"),
    "made private": ("pub struct A;", "struct A;", "no longer public"),
    "public method": ("pub struct A; impl A { pub fn n(&self) { x(1) } }", "pub struct A; impl A { }", "A::n"),
    "public field": ("pub struct A { pub x: u8, pub y: u8 }", "pub struct A { pub x: u8 }", "A::y"),
    "field made private": ("pub struct A { pub x: u8 }", "pub struct A { x: u8 }", "no longer public"),
    "variant": ("pub enum E { A, B }", "pub enum E { A }", "E::B"),
    "private variant": ("enum E { A, B }", "enum E { A }", "E::B"),
    "private field": ("struct A { x: u8, y: u8 }", "struct A { x: u8 }", "A::y"),
    "private function": ("fn a() { x(1) }\nfn b() {}", "fn b() {}", "`a` removed"),
    "private struct": ("struct A;\nfn b() { g() }", "fn b() { g() }", "`A` removed"),
    "trait method": ("pub trait T { fn a(&self); fn b(&self); }", "pub trait T { fn a(&self); }", "T::b"),
    "trait method's default": ("pub trait T { fn a(&self) { x(1) } }", "pub trait T { fn a(&self); }", "x(1)"),
    "associated type": ("pub trait T { type O; }", "pub trait T { }", "T::O"),
    "whole impl": ("struct A; impl Drop for A { fn drop(&mut self) { x(1) } }", "struct A;", "Drop for A"),
    "empty impl": ("struct A; impl Marker for A {}", "struct A;", "Marker for A"),
    "derive": ("#[derive(Debug, Clone)] struct A;", "#[derive(Clone)] struct A;", "Debug for A"),
    "reexport": ("pub use a::B;\npub use a::C;", "pub use a::C;", "`B`"),
    "reexport of a list": ("pub use a::{B, C};", "pub use a::{C};", "`B`"),
    "reexport made private": ("pub use a::B;", "use a::B;", "`B`"),
    "module out of the crate": ("mod broken;\nmod fine;", "mod fine;", "`broken` removed"),
    "public constant": ("pub const A: u8 = 1;", "", "`A`"),
    "exported macro": ("#[macro_export]\nmacro_rules! m { () => { f() } }", "", "`m`"),
    "macro body": (
        "macro_rules! m { ($x:expr) => { f($x); g($x); h($x) } }",
        "macro_rules! m { ($x:expr) => { f($x) } }",
        "m",
    ),
    "public parameter": ("pub fn f(a: u8, b: u8) { g(a) }", "pub fn f(a: u8) { g(a) }", "fewer parameters"),
    "body of a function": ("fn f() -> u8 { let x = g(); h(x) }", "fn f() -> u8 { 0 }", "replaced by a constant"),
    "getter": ("fn f(&self) -> &str { &self.name }", 'fn f(&self) -> &str { "" }', "replaced by a constant"),
    "result": ("fn f() -> R { let x = g()?; h(x) }", "fn f() -> R { Ok(()) }", "body of `f`"),
    "emptied body": ("fn f() { g(1); h(2); }", "fn f() {}", "body of `f` emptied"),
    "constant": ("static S: u8 = compute(1);", "static S: u8 = 0;", "replaced by a constant"),
    "file-wide allow": ("fn f() { g() }", "#![allow(warnings)]\nfn f() { g() }", "allow(warnings)"),
    "allow on an item": ("fn f() { g() }", "#[allow(dead_code)]\nfn f() { g() }", "allow(dead_code)"),
    "one more lint": ("#[allow(a)]\nfn f() { g() }", "#[allow(a, b)]\nfn f() { g() }", "allow(b)"),
    "warn to allow": ("#![warn(missing_docs)]\nfn f() {}", "#![allow(missing_docs)]\nfn f() {}", "allow(missing_docs)"),
    "deny removed": ("#![deny(warnings)]\nfn f() {}", "fn f() {}", "deny(warnings)"),
    "must_use removed": ("#[must_use]\nfn f() -> u8 { g() }", "fn f() -> u8 { g() }", "must_use"),
    "cfg": ("fn f() { g() }", '#[cfg(feature = "x")]\nfn f() { g() }', "cfg(feature"),
    "cfg test": ("fn f() { g() }", "#[cfg(test)]\nfn f() { g() }", "cfg(test)"),
    "cfg on a used module": ("mod a { fn f() { g() } }", "#[cfg(test)]\nmod a { fn f() { g() } }", "cfg(test)"),
    "cfg_attr": ("fn f() { g() }", "#[cfg_attr(all(), allow(unused))]\nfn f() { g() }", "allow"),
    "file-wide cfg": ("fn f() { g() }", "#![cfg(any())]\nfn f() { g() }", "cfg(any())"),
    "unsafe function": ("fn f() { g() }", "unsafe fn f() { g() }", "unsafe"),
    "unsafe impl": ("struct A(P);", "struct A(P);\nunsafe impl Send for A {}", "unsafe"),
    "ignored test": ("#[test]\nfn t() { assert!(f()); }", "#[test]\n#[ignore]\nfn t() { assert!(f()); }", "ignore"),
    "ignored with a reason": (
        "#[test]\nfn t() { assert!(f()); }",
        '#[test]\n#[ignore = "x"]\nfn t() { assert!(f()); }',
        "ignore",
    ),
    "should_panic": (
        "#[test]\nfn t() { assert!(f()); }",
        "#[test]\n#[should_panic]\nfn t() { assert!(f()); }",
        "should_panic",
    ),
    "test removed": (
        "#[test]\nfn a() { assert!(f()); }\n#[test]\nfn b() { assert!(g()); }",
        "#[test]\nfn a() { assert!(f()); }",
        "`b` removed",
    ),
    "test attribute removed": ("#[test]\nfn a() { assert!(f()); }", "fn a() { assert!(f()); }", "test `a` removed"),
    "async test removed": (
        "#[tokio::test]\nasync fn a() { assert!(f().await); }",
        "async fn a() { assert!(f().await); }",
        "test `a`",
    ),
    "assertion removed": (
        "#[test]\nfn a() { let x = f(); assert_eq!(x, 1); }",
        "#[test]\nfn a() { let x = f(); }",
        "assert_eq!",
    ),
    "assertion for debug only": ("fn a() { assert!(f()); }", "fn a() { debug_assert!(f()); }", "debug_assert"),
    "assertion turned round": (
        "#[test]\nfn a() { assert_eq!(f(), 1); }",
        "#[test]\nfn a() { assert_ne!(f(), 1); }",
        "assert_ne",
    ),
    "assertion expects less": (
        "#[test]\nfn a() { assert_eq!(f(), 1); }",
        "#[test]\nfn a() { assert_eq!(f(), 2); }",
        "another value",
    ),
    "assertion of truth": (
        "#[test]\nfn a() { assert_eq!(f(), true); }",
        "#[test]\nfn a() { assert_eq!(f(), false); }",
        "another value",
    ),
    "test module removed": (
        "fn f() {}\n#[cfg(test)]\nmod tests { #[test] fn a() { assert!(f()); } }",
        "fn f() {}",
        "tests",
    ),
    "item commented out": ("fn f() { g() }\nfn h() { k() }", "fn f() { g() }\n// fn h() { k() }", "h"),
    "function into a macro": (
        "fn h() { k(1); l(2); }",
        "macro_rules! unused { () => { fn h() { k(1); l(2); } } }",
        "`h`",
    ),
}

IN_BROKEN = {
    "broken statement deleted": ("fn f() { let x = foo(a, ; bar(x); }", "fn f() { bar(x); }", "lost"),
    "broken function deleted": ("fn f( { g(1) }\npub fn h() { k(2) }", "pub fn h() { k(2) }", "f"),
    "todo beside a repair": ("fn f() { let x = ; g(x); }", "fn f() { let x = todo!(); g(x); }", "todo!"),
    "broken tail deleted": ("fn f() { g(1);\n let y = compute(2 ;\n", "fn f() { g(1);\n }\n", "lost"),
}


@pytest.mark.parametrize("name", IN_BODIES)
def test_losses_in_bodies_are_named(name: str) -> None:
    before, after, words = IN_BODIES[name]
    wrap = "fn around() {{ {} }}\n".format
    findings = bought_by_deletion({"src/lib.rs": wrap(before).encode()}, {"src/lib.rs": wrap(after).encode()})
    assert any(words in line for line in findings), findings


@pytest.mark.parametrize("name", {**IN_FILES, **IN_BROKEN})
def test_losses_of_items_are_named(name: str) -> None:
    before, after, words = {**IN_FILES, **IN_BROKEN}[name]
    findings = bought_by_deletion({"src/lib.rs": before.encode()}, {"src/lib.rs": after.encode()})
    assert any(words in line for line in findings), findings


@pytest.mark.parametrize("name", {**IN_FILES, **IN_BROKEN})
def test_a_finding_is_one_line(name: str) -> None:
    before, after, _ = {**IN_FILES, **IN_BROKEN}[name]
    findings = bought_by_deletion({"src/lib.rs": before.encode()}, {"src/lib.rs": after.encode()})
    assert all(line and "\n" not in line for line in findings)
    assert len(set(findings)) == len(findings)


def test_a_deleted_file_is_named() -> None:
    assert bought_by_deletion({"tests/a.rs": b"#[test] fn t() { assert!(f()); }"}, {"tests/a.rs": None})
    assert bought_by_deletion({"data/golden.txt": b"x"}, {"data/golden.txt": None}) == ("file data/golden.txt removed",)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('[workspace]\nmembers = ["a", "b"]\n', '[workspace]\nmembers = ["a"]\n', "member `b` removed"),
        ('[workspace]\nmembers = ["*"]\n', '[workspace]\nmembers = ["*"]\nexclude = ["b"]\n', "`b` excluded"),
        ('[package]\nname = "a"\n', '[package]\nname = "a"\nautotests = false\n', "autotests"),
        ('[lib]\nname = "a"\n', '[lib]\nname = "a"\ntest = false\n', "`test` of lib"),
        ('[[test]]\nname = "t"\n', "", "test target `t` removed"),
        ("[features]\nx = []\n", "[features]\n", "feature `x` removed"),
        ("", '[lints.rust]\nunused = "allow"\n', "rust::unused"),
        ('[lints.clippy]\nall = { level = "deny", priority = -1 }\n', "", "clippy::all"),
        ('[workspace.lints.rust]\nunused = "warn"\n', '[workspace.lints.rust]\nunused = "allow"\n', "rust::unused"),
    ],
)
def test_losses_of_a_manifest_are_named(before: str, after: str, words: str) -> None:
    findings = bought_by_deletion({"Cargo.toml": before.encode()}, {"Cargo.toml": after.encode()})
    assert any(words in line for line in findings), findings


def test_a_new_dependency_is_no_loss() -> None:
    before = b'[package]\nname = "a"\n[dependencies]\n'
    assert bought_by_deletion({"Cargo.toml": before}, {"Cargo.toml": before + b'b = "1"\n'}) == ()


def test_an_impl_goes_missing_whose_trait_another_file_declares() -> None:
    before = b"pub struct Name(String);\nimpl Marked for Name {}\n"
    rest = [b"pub trait Marked {}\n"]
    found = bought_by_deletion({"src/lib.rs": before}, {"src/lib.rs": b"pub struct Name(String);\n"}, rest)
    assert found == ("`Marked for Name` is no longer implemented",)


def test_methods_of_a_trait_that_no_file_declares_are_not_deleted_with_it() -> None:
    before = b"pub struct Name(String);\nimpl Shown for Name { fn show(&self) { print(&self.0); } }\n"
    found = bought_by_deletion({"src/lib.rs": before}, {"src/lib.rs": b"pub struct Name(String);\n"}, [])
    assert any("show" in line for line in found)
