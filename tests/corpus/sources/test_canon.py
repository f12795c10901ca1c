import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.corpus.licences.joined import LicenceStep
from engine.corpus.sources import example_check
from engine.corpus.sources.canon import Canon
from engine.corpus.sources.example_check import ExampleCheck, whole_program
from engine.corpus.sources.sections import Example, pages_of, read_sections
from engine.errors import CorpusError
from engine.rust.docs import Docs
from engine.rust.toolchain import Toolchain, find_toolchain
from engine.schema.samples import CanonTeach, read_sample

# As mdBook writes its pages: navigation around a <main>, headings with links, hidden lines as spans.
PAGE = """<!DOCTYPE HTML><html><head><title>Moves</title></head><body><nav><a href="toc.html">x</a></nav>
<main><h1 id="moves"><a class="header" href="#moves">Moves</a></h1>
<p>A value that is not <code>Copy</code> has one owner at a time, and giving it to somebody else moves it there.
What was moved away cannot be used again, and the compiler says so before the program ever runs.</p>
<pre><button class="x">copy</button
><code class="language-rust compile_fail edition2021"><span class="boring">fn main() {
</span>    let name = String::from("ada");
    let other = name;
    println!("{name} {other}");
<span class="boring">}</span></code></pre>
<p>The name was moved. Borrowing it instead leaves it where it was, which is all that printing asks for.</p>
<pre class="playground"><code class="language-rust edition2021"><span class="boring">fn main() {
</span>    let name = String::from("ada");
    let other = &amp;name;
    println!("{name} {other}");
<span class="boring">}</span></code></pre>
<!-- a remark --><ul><li>Every value has exactly one owner, as long as it lives.</li>
<li>When its owner goes out of scope, the value is dropped with it.</li></ul>
<h2 id="and-copies"><a class="header" href="#and-copies">And copies</a></h2><p>Short.</p>
<pre><code class="language-console">$ cargo run</code></pre>
</main></body></html>"""
NOTICE = """<html><body><p>Except as otherwise noted, this is licensed under the
<a href="x">Apache License, Version 2.0</a> or the <a href="y">MIT</a> license, at your option.</p></body></html>"""


@pytest.fixture(scope="module")
def toolchain() -> Toolchain:
    return find_toolchain(Path())


def installed(folder: Path, toolchain: Toolchain, notice: str | None = NOTICE) -> Toolchain:
    docs = folder / "rust" / "html"
    (docs / "book").mkdir(parents=True)
    (docs / "book" / "moves.html").write_text(PAGE)
    (docs / "book" / "print.html").write_text(PAGE)
    (docs / "book" / "old.html").write_text('<meta http-equiv="refresh" content="0; url=moves.html">')
    (docs / "book" / "toc.html").write_text(
        '<a href="moves.html">1</a><a href="print.html">all</a><a href="old.html">2</a><a href="https://x.org/y.html">z</a>'
    )
    if notice is not None:
        (docs.parent / "COPYRIGHT.html").write_text(notice)
    return replace(toolchain, docs=docs)


def test_a_page_is_read_as_sections() -> None:
    moves, copies = read_sections("book/moves.html", PAGE)
    assert (moves.address, moves.title, moves.level) == ("book/moves.html#moves", "Moves", 1)
    assert moves.prose[0].startswith("A value that is not `Copy` has one owner")
    assert moves.prose[2] == "- Every value has exactly one owner, as long as it lives."
    assert [example.tags for example in moves.examples] == [("compile_fail", "edition2021"), ("edition2021",)]
    assert "fn main" in moves.examples[0].source
    assert "fn main" not in moves.examples[0].text
    assert "remark" not in "".join(moves.prose)
    assert (copies.prose, copies.examples) == (["Short."], [])
    assert read_sections("x.html", "<p>no main</p>") == []


def test_pages_come_in_the_order_of_the_contents(tmp_path: Path, toolchain: Toolchain) -> None:
    docs = installed(tmp_path, toolchain).docs
    assert docs is not None
    assert pages_of(docs, "book") == ("book/moves.html", "book/old.html")
    assert pages_of(docs, "none") == ()


def test_examples_are_labelled_by_what_the_compiler_did(tmp_path: Path, toolchain: Toolchain) -> None:
    check = ExampleCheck(toolchain, tmp_path)
    examples = [
        Example("", "fn main() {}", ("edition2021",)),
        Example("", "let s = String::new(); let t = s; drop(s);", ("compile_fail", "E0382")),
        Example("", "frobnicate();", ()),
        Example("", "#![feature(never_type)]\nfn main() {}", ()),
        Example("", "anything at all", ("ignore",)),
        Example("", "pub fn f() -> u8 { async { 1 }; 2 }", ("edition2015", "compile_fail")),
    ]
    found = check.check(examples, "2021")
    assert [one.outcome for one in found] == ["compiles", "fails", "incomplete", "not-tried", "not-tried", "fails"]
    assert found[1].codes == ("E0382",)
    assert "borrow" in found[1].rendered or "moved" in found[1].rendered
    assert "example.rs" in found[1].rendered
    assert found[3].reason == "needs a nightly compiler"
    assert [one.edition for one in found][-1] == "2015"


def test_what_was_compiled_once_is_not_compiled_again(
    tmp_path: Path, toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = [Example("", "fn main() { let x: u8 = 1; }", ()), Example("", "fn main() { nope }", ("compile_fail",))]
    first = ExampleCheck(toolchain, tmp_path).check(examples)
    with monkeypatch.context() as without:
        without.setattr(example_check, "run", None)
        assert ExampleCheck(toolchain, tmp_path).check(examples) == first
    for kept in tmp_path.rglob("*.json"):
        kept.write_text("{ cut")
    assert ExampleCheck(toolchain, tmp_path).check(examples) == first


def test_an_example_without_main_gets_one_below_its_attributes() -> None:
    program = whole_program(Example("", "#![allow(dead_code)]\nlet x = 1;", ()))
    assert program.index("#![allow(dead_code)]") < program.index("fn main()") < program.index("let x")


def test_a_page_gives_lessons_cards_exercises_and_teach_backs_that_cite_it(
    tmp_path: Path, toolchain: Toolchain
) -> None:
    at = installed(tmp_path, toolchain)
    canon = Canon(at, tmp_path / "kept", ["book"])
    assert canon.units() == ("book/moves.html", "book/old.html")
    origin, documents = canon.read("book/moves.html")
    found = list(documents)
    samples = [read_sample(document.sample or "") for document in found]
    assert [document.transform for document in found] == [
        "canon/lesson/1",
        "canon/card/1",
        "canon/exercise/1",
        "canon/exercise/1",
        "canon/teach-back/1",
    ]
    assert len({document.id for document in found}) == len(found)
    lesson, card, exercise = (sample for sample in samples[:3] if isinstance(sample, CanonTeach))
    assert "(does not compile with E0382, 2021 edition)" in lesson.target.explanation
    assert lesson.target.code_after is not None
    assert "&name" in lesson.target.code_after
    assert card.target.explanation.startswith("A value that is not `Copy`")
    assert "error[E0382]" in exercise.target.explanation
    assert "The name was moved." in exercise.target.explanation
    docs = Docs(at.docs)
    for sample in samples:
        assert isinstance(sample, CanonTeach)
        assert sample.target.citations
        assert all(map(docs.resolve, sample.target.citations))
        assert sample.provenance.parents == found[0].parents
    assert origin.declared == "Apache-2.0 OR MIT"
    assert list(canon.read("book/moves.html")[1]) == found
    outcomes = list(LicenceStep().run(found, {origin.id: origin}))
    assert {verdict.action for outcome in outcomes for verdict in outcome.verdicts} == {"keep"}


def test_without_a_notice_nothing_of_the_docs_ships(tmp_path: Path, toolchain: Toolchain) -> None:
    canon = Canon(installed(tmp_path, toolchain, notice=None), tmp_path / "kept", ["book"])
    origin, documents = canon.read("book/moves.html")
    outcomes = list(LicenceStep().run(documents, {origin.id: origin}))
    assert {outcome.document for outcome in outcomes} == {None}
    assert {outcome.verdicts[0].reason for outcome in outcomes} == {"no-licence"}


def test_a_toolchain_without_docs_says_what_to_do(tmp_path: Path, toolchain: Toolchain) -> None:
    with pytest.raises(CorpusError) as caught:
        Canon(replace(toolchain, docs=None), tmp_path)
    assert "rust-docs" in caught.value.fix


def test_the_installed_book_is_a_source(tmp_path: Path, toolchain: Toolchain) -> None:
    if toolchain.docs is None:
        pytest.skip("rust-docs is not installed")
    canon = Canon(toolchain, tmp_path)
    assert "book/ch04-01-what-is-ownership.html" in canon.units()
    origin, documents = canon.read("book/ch04-02-references-and-borrowing.html")
    found = list(documents)
    assert any("E0596" in (document.sample or "") for document in found)
    assert json.loads(found[0].sample or "")["source"] == "The Rust Programming Language"
    assert origin.declared is not None
