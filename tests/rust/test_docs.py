"""The installed docs: pages, examples, citations."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.errors import RustaError
from engine.rust.docs import Citation, Docs, rustc_explain

_RUSTC = shutil.which("rustc")


@dataclass(frozen=True)
class _Toolchain:
    rustc: Path


@pytest.fixture(scope="module")
def docs() -> Docs:
    if _RUSTC is None:
        pytest.skip("rustc is not installed")
    printed = subprocess.run([_RUSTC, "--print", "sysroot"], capture_output=True, text=True, check=True)
    root = Path(printed.stdout.strip()) / "share" / "doc" / "rust" / "html"
    if not root.is_dir():
        pytest.skip("rust-docs is not installed: rustup component add rust-docs")
    return Docs(root)


def test_an_error_page_is_split_into_prose_and_examples(docs: Docs) -> None:
    page = docs.explain("E0502")
    assert page is not None
    assert page.title == "Error code E0502"
    assert page.summary.startswith("A variable already borrowed")
    assert "Erroneous" not in page.summary
    assert page.emitted
    broken, mended = page.blocks
    assert broken.erroneous
    assert broken.tags == ("rust", "compile_fail", "E0502")
    assert not mended.erroneous
    assert broken.text.startswith("fn bar(x: &mut i32) {}")
    assert broken.source.startswith("#![allow(unused)]\nfn main() {\n")
    assert docs.resolve(page.citation)


def test_a_code_that_is_gone_says_so(docs: Docs) -> None:
    page = docs.explain("E0001")
    assert page is not None
    assert not page.emitted


@pytest.mark.parametrize("code", ["E9999", "e0502", "../E0502", "", "unused_mut"])
def test_what_is_no_code_has_no_page(docs: Docs, code: str) -> None:
    assert docs.explain(code) is None


def test_nearly_every_code_has_an_erroneous_example(docs: Docs) -> None:
    codes = docs.codes()
    assert len(codes) > 500
    pages = [docs.explain(code) for code in codes[::8]]
    assert all(page is not None and page.blocks for page in pages if page and page.emitted and page.summary)


def test_every_curated_page_resolves(docs: Docs) -> None:
    wrong = [f"{code}: {page}" for code, pages in docs.canon.items() for page in pages if not docs.resolve(page)]
    assert wrong == []


def test_every_curated_code_exists(docs: Docs) -> None:
    known = {*docs.codes()}
    assert [code for code in docs.canon if code.startswith("E") and code not in known] == []


def test_the_commonest_codes_are_curated(docs: Docs) -> None:
    common = [
        "E0308",
        "E0277",
        "E0425",
        "E0599",
        "E0433",
        "E0432",
        "E0382",
        "E0502",
        "E0499",
        "E0505",
        "E0507",
        "E0515",
        "E0597",
        "E0716",
        "E0106",
        "E0373",
        "E0282",
        "E0283",
        "E0369",
        "E0004",
        "E0061",
        "E0063",
        "E0046",
        "E0053",
        "E0384",
        "E0596",
        "E0594",
        "E0412",
        "E0405",
        "E0603",
        "E0616",
        "E0609",
        "E0560",
        "E0614",
        "E0368",
        "E0261",
        "E0107",
        "E0423",
    ]
    assert [code for code in common if not docs.canon.get(code)] == []


def test_citations_are_installed_titled_and_unique(docs: Docs) -> None:
    for code in ("E0502", "E0382", "E0038", "E0117"):
        citations = docs.citations_for(code)
        assert citations
        assert len({citation.page for citation in citations}) == len(citations)
        assert all(docs.resolve(citation) and citation.title for citation in citations)


def test_links_of_the_page_are_cited_and_redirects_followed(docs: Docs) -> None:
    pages = [citation.page for citation in docs.citations_for("E0225")]
    assert "reference/types/trait-object.html" in pages
    # The page links to the Book's chapter 17, which has since moved to 18.
    moved = docs.citations_for("E0038")
    assert any(citation.page.startswith("book/ch18-02-trait-objects.html") for citation in moved)


def test_a_lint_is_cited_from_the_lint_listing(docs: Docs) -> None:
    pages = [citation.page for citation in docs.citations_for("unused_mut")]
    assert "rustc/lints/listing/warn-by-default.html#unused-mut" in pages


def test_unknown_codes_have_no_citations(docs: Docs) -> None:
    assert docs.citations_for("E9999") == ()
    assert docs.citations_for("clippy::no_such_lint") == ()


def test_a_section_reads_as_prose(docs: Docs) -> None:
    text = docs.section_text("book/ch04-02-references-and-borrowing.html#dangling-references")
    assert text.startswith("In languages with pointers")
    assert "The Slice Type" not in text
    whole = docs.section_text(Citation("book/ch04-02-references-and-borrowing.html", ""))
    assert len(whole) > len(text)
    assert docs.section_text("book/ch04-02-references-and-borrowing.html#no-such-anchor") == ""


@pytest.mark.parametrize(
    "page",
    ["book/no-such-page.html", "../../../../etc/passwd", "/etc/passwd", "book/ch04-02-references-and-borrowing.html#x"],
)
def test_what_is_not_there_does_not_resolve(docs: Docs, page: str) -> None:
    assert not docs.resolve(page)


def test_a_redirect_does_not_resolve(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    moved = '<html><head><meta http-equiv="refresh" content="0; URL=new.html"></head></html>'
    (tmp_path / "book" / "old.html").write_text(moved)
    (tmp_path / "book" / "new.html").write_text('<main><h1 id="a"><a href="#a">New</a></h1><p>Text.</p></main>')
    docs = Docs(tmp_path)
    assert not docs.resolve("book/old.html")
    assert docs.resolve("book/new.html#a")
    assert docs.title("book/new.html") == "New"


@pytest.mark.parametrize("root", [None, Path("/no/such/folder")])
def test_without_docs_every_answer_is_empty(root: Path | None) -> None:
    docs = Docs(root)
    assert docs.codes() == ()
    assert docs.explain("E0502") is None
    assert docs.citations_for("E0502") == ()
    assert docs.section_text("book/title-page.html") == ""


@pytest.mark.skipif(_RUSTC is None, reason="rustc is not installed")
async def test_the_compiler_explains_its_codes() -> None:
    text = await rustc_explain(_Toolchain(Path(str(_RUSTC))), "E0502")
    assert "already borrowed" in text
    with pytest.raises(RustaError, match="E9999"):
        await rustc_explain(_Toolchain(Path(str(_RUSTC))), "E9999")
    with pytest.raises(RustaError, match="no error code"):
        await rustc_explain(_Toolchain(Path(str(_RUSTC))), "--version")


def test_citing_does_not_load_the_html_parser(docs: Docs) -> None:
    code = (
        "import sys; from pathlib import Path; from engine.rust.docs import Docs\n"
        f"assert Docs(Path({str(docs.html_root)!r})).citations_for('E0502')\n"
        "assert 'bs4' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_pages_of_a_book_are_those_to_read(docs: Docs, tmp_path: Path) -> None:
    for book in ("book", "reference", "nomicon"):
        pages = docs.pages(book)
        assert len(pages) > 40
        assert all(docs.resolve(page) for page in pages)
        assert not any(page.endswith(("print.html", "404.html")) for page in pages)
    assert Docs(None).pages("book") == ()
    assert Docs(tmp_path).pages("book") == ()


def test_the_examples_of_any_page_are_read_once_each_with_what_is_hidden(docs: Docs) -> None:
    blocks = docs.blocks("book/ch04-02-references-and-borrowing.html")
    assert len(blocks) > 5
    assert all("rust" in block.tags for block in blocks)
    assert any("does_not_compile" in block.tags for block in blocks)
    assert any(len(block.source) > len(block.text) for block in blocks)
    assert len({block.source for block in blocks}) > len(blocks) - 2  # the chapter shows one example twice
    assert docs.blocks("book/no-such-page.html") == ()
