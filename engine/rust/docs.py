"""The installed Rust documentation: error-code pages, and the chapters that teach what a code is about.

Pages are named as they lie under ``share/doc/rust/html``, with an anchor where one section is meant:
``book/ch04-02-references-and-borrowing.html#mutable-references``. Everything works without a network, and a
page is only ever cited when it is really there.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

import yaml

from engine.errors import RustaError
from engine.resources import shipped

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_CODE = re.compile(r"E\d{4}")
_LINT = re.compile(r"[a-z][a-z0-9_]*")
_HREF = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
_MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
_RUST = re.compile(r'<code class="language-rust[^"]*".*?</code>', re.DOTALL)
_REDIRECT = re.compile(r'<meta http-equiv="refresh" content="\d+;\s*url=([^"]+)"', re.IGNORECASE)
_SITE = re.compile(r"https?://doc\.rust-lang\.org/(?:stable/|nightly/|beta/|\d+\.\d+\.\d+/)?")
_BUTTON = re.compile(r"<button\b.*?</button>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CHAPTERS = (
    "book/",
    "reference/",
    "nomicon/",
    "rust-by-example/",
    "std/",
    "core/",
    "alloc/",
    "edition-guide/",
    "cargo/",
)
_NO_PAGES = ("print", "404", "toc", "SUMMARY", "README")
_LINT_PAGES = tuple(f"rustc/lints/listing/{level}-by-default.html" for level in ("warn", "deny", "allowed"))


@dataclass(frozen=True, slots=True)
class Citation:
    """A page of the installed docs, with its anchor if one is meant, and its title."""

    page: str
    title: str


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A code example. ``text`` is what a reader sees, ``source`` what the docs compile (with its hidden lines).

    ``tags`` are those of the fence: "compile_fail", "E0502", "edition2018", "ignore"…
    """

    text: str
    source: str
    erroneous: bool
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The page of an error code. ``summary`` is its text before the first example; ``text`` all of its prose.

    ``emitted`` is false when the page says that today's compiler does not give this error any more.
    """

    code: str
    title: str
    summary: str
    text: str
    blocks: tuple[CodeBlock, ...]
    citation: Citation
    emitted: bool


class HasCompiler(Protocol):
    """Anything that knows where rustc is, such as a toolchain."""

    @property
    def rustc(self) -> Path:
        """The compiler's binary."""
        ...


class Docs:
    """The documentation under ``html_root``; with None (rust-docs is not installed) every answer is empty."""

    def __init__(self, html_root: Path | None) -> None:
        self.html_root = html_root if html_root is not None and html_root.is_dir() else None
        self._pages: dict[str, str | None] = {}
        self._explained: dict[str, ErrorPage | None] = {}

    @cached_property
    def canon(self) -> dict[str, tuple[str, ...]]:
        """The curated chapters by error code or lint (``data/voice/canon.yaml``)."""
        read = yaml.safe_load(shipped("data", "voice", "canon.yaml").read_text(encoding="utf-8"))
        return {str(code): tuple(pages) for code, pages in read.items()}

    def codes(self) -> tuple[str, ...]:
        """The error codes that have a page, in order."""
        if self.html_root is None:
            return ()
        return tuple(sorted(page.stem for page in (self.html_root / "error_codes").glob("E[0-9][0-9][0-9][0-9].html")))

    def explain(self, code: str) -> ErrorPage | None:
        """The page of an error code such as "E0502", or None when there is none."""
        if code not in self._explained:
            self._explained[code] = self._explain(code)
        return self._explained[code]

    def _explain(self, code: str) -> ErrorPage | None:
        page = f"error_codes/{code}.html"
        text = self._read(page) if _CODE.fullmatch(code) else None
        main = _soup(text).find("main") if text else None
        if main is None:
            return None
        blocks: list[CodeBlock] = []
        prose: list[str] = []
        summary: list[str] = []
        for tag in main.find_all(["p", "pre", "li"]):
            if tag.name == "pre":
                block = _code_block(tag, prose[-1] if prose else "")
                if block is not None:
                    blocks.append(block)
            elif tag.find_parent("pre") is None and not (tag.name == "p" and tag.find_parent("li")):
                words = _words(tag)
                prose.append(words)
                if not blocks:
                    summary.append(words)
        if summary and re.match(r"(An? )?(Erroneous|Example)", summary[-1]):
            summary.pop()
        heading = main.find("h1")
        title = _words(heading) if heading else code
        # Said in a small heading or a first sentence: "this error code is no longer emitted by the compiler".
        emitted = "no longer emitted by the compiler" not in _words(main)
        citation = Citation(page, title)
        return ErrorPage(code, title, "\n".join(summary), "\n".join(prose), tuple(blocks), citation, emitted)

    def pages(self, book: str) -> tuple[str, ...]:
        """The pages of "book", "reference" or "nomicon" in order, without those that only lead to another."""
        if self.html_root is None:
            return ()
        found = (path.relative_to(self.html_root).as_posix() for path in (self.html_root / book).rglob("*.html"))
        read = ((page, self._read(page) or "") for page in sorted(found) if PurePosixPath(page).stem not in _NO_PAGES)
        return tuple(page for page, text in read if "<main" in text and not _REDIRECT.search(text))

    def blocks(self, page: str) -> tuple[CodeBlock, ...]:
        """The Rust examples of any page, in order."""
        # Only the examples are parsed: a page of the Reference has a hundred times as much around them.
        main = _MAIN.search(self._read(page) or "")
        examples = (_soup(f"<pre>{found.group()}</pre>").pre for found in _RUST.finditer(main.group() if main else ""))
        blocks = (_code_block(pre, "") for pre in examples if pre is not None)
        return tuple(block for block in blocks if block is not None)

    def citations_for(self, code: str) -> tuple[Citation, ...]:
        """The chapters to read for an error code or a lint, curated ones first; each is really installed."""
        pages: dict[str, Citation] = {}
        for page in (*self.canon.get(code, ()), *self._lint_pages(code), *self._links(code)):
            settled = self._settle(page)
            if settled is not None and settled not in pages:
                pages[settled] = Citation(settled, self.title(settled))
        return tuple(pages.values())

    def _links(self, code: str) -> tuple[str, ...]:
        text = self._read(f"error_codes/{code}.html") if _CODE.fullmatch(code) else None
        main = _MAIN.search(text) if text else None
        found = []
        for href in _HREF.findall(main.group()) if main else ():
            page = _SITE.sub("", html.unescape(href)).removeprefix("../")
            if page.startswith(_CHAPTERS):
                found.append(page + "index.html" if page.endswith("/") else page)
        return tuple(found)

    def _lint_pages(self, code: str) -> tuple[str, ...]:
        if not _LINT.fullmatch(code):
            return ()
        pages = (f"{page}#{code.replace('_', '-')}" for page in _LINT_PAGES)
        return tuple(page for page in pages if self.resolve(page))

    def resolve(self, citation: Citation | str) -> bool:
        """True when the page is installed, is no mere redirect, and has the anchor."""
        page, _, anchor = (citation.page if isinstance(citation, Citation) else citation).partition("#")
        text = self._read(page)
        if text is None or _REDIRECT.search(text):
            return False
        return not anchor or f'id="{html.escape(anchor)}"' in text

    def _settle(self, page: str) -> str | None:
        """Follows the redirect of a page that moved; drops an anchor that got lost on the way."""
        path, _, anchor = page.partition("#")
        for _ in range(4):
            text = self._read(path)
            moved = _REDIRECT.search(text) if text else None
            if moved is None:
                break
            path = _join(path, html.unescape(moved[1]).partition("#")[0])
        whole = f"{path}#{anchor}" if anchor else path
        return whole if self.resolve(whole) else path if self.resolve(path) else None

    def title(self, citation: Citation | str) -> str:
        """The heading of the section or page, "" when it cannot be read."""
        page, _, anchor = (citation.page if isinstance(citation, Citation) else citation).partition("#")
        main = _MAIN.search(self._read(page) or "")
        body = main.group() if main else ""
        found = None
        if anchor:
            quoted = re.escape(html.escape(anchor))
            found = re.search(rf'<(h[1-6])\b[^>]*\bid="{quoted}"[^>]*>(.*?)</\1>', body, re.DOTALL)
        found = found or re.search(r"<(h[1-6])\b[^>]*>(.*?)</\1>", body, re.DOTALL)
        text = html.unescape(_TAG.sub("", _BUTTON.sub("", found[2]))) if found else ""
        return " ".join(text.split()).strip("§ ")

    def section_text(self, citation: Citation | str) -> str:
        """The prose of the section (to the next heading as high) or of the whole page, one paragraph a line."""
        page, _, anchor = (citation.page if isinstance(citation, Citation) else citation).partition("#")
        text = self._read(page)
        main = _soup(text).find("main") if text else None
        if main is None:
            return ""
        start = main.find(id=anchor) if anchor else None
        if anchor and start is None:
            return ""
        lines = []
        for tag in start.find_all_next(["p", "li", *_HEADINGS]) if start is not None else main.find_all(["p", "li"]):
            if tag.name in _HEADINGS:
                if start is None or start.name not in _HEADINGS or tag.name <= start.name:
                    break
            elif main in tag.parents and tag.find_parent("li") is None:
                lines.append(_words(tag))
        return "\n".join(line for line in lines if line)

    def _read(self, page: str) -> str | None:
        if page not in self._pages:
            self._pages[page] = self._read_file(page)
        return self._pages[page]

    def _read_file(self, page: str) -> str | None:
        path = PurePosixPath(page)
        if self.html_root is None or path.is_absolute() or ".." in path.parts or path.suffix != ".html":
            return None
        try:
            return (self.html_root / path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None


async def rustc_explain(toolchain: HasCompiler, code: str) -> str:
    """What ``rustc --explain CODE`` prints; `RustaError` when the compiler knows no such code."""
    from engine.process import Limits, run

    if not _CODE.fullmatch(code):
        raise RustaError(f"`{code}` is no error code", fix="error codes look like E0502")
    limits = Limits(wall_seconds=20, tail_lines=5000)
    done = await run([str(toolchain.rustc), "--explain", code], cwd=Path.cwd(), limits=limits)
    if not done.ok:
        raise RustaError(f"rustc knows no {code}", fix="look it up on https://doc.rust-lang.org/error_codes/")
    return "\n".join(done.tail)


def warm_up_parser() -> None:
    """Imports the HTML parser and lets it build its tables of entities, so that the first page costs nothing more."""
    _soup("<p>&amp;&nbsp;</p>")


def _soup(text: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup

    return BeautifulSoup(text, "html.parser")


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


def _code_block(pre: Tag, lead: str) -> CodeBlock | None:
    code = pre.find("code")
    if code is None:
        return None
    written = " ".join(code.get_attribute_list("class"))
    tags = tuple(part for part in re.split(r"[\s,]+", written.removeprefix("language-")) if part)
    source = code.get_text()
    for hidden in code.find_all("span", class_="boring"):
        hidden.decompose()
    # Blocks that the docs do not compile carry no compile_fail; the sentence before them tells.
    erroneous = "compile_fail" in tags or ("ignore" in tags and "rroneous" in lead)
    return CodeBlock(code.get_text().strip("\n"), source, erroneous, tags)


def _join(page: str, target: str) -> str:
    parts = list(PurePosixPath(page).parent.parts)
    for part in PurePosixPath(target).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts)
