"""Pages of the installed books as sections: a heading with its anchor, the prose under it and its examples in order."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import Tag

_MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
_DRAWING = re.compile(r"<svg\b.*?</svg>|<button\b.*?</button>|<script\b.*?</script>", re.DOTALL)
_HREF = re.compile(r'href="([^"#]+\.html)"')
_PARTS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "li", "dt", "dd", "blockquote", "tr")
_HEADINGS = _PARTS[:6]
_NO_PAGES = ("print", "404", "toc", "SUMMARY", "README")


@dataclass(frozen=True, slots=True)
class Example:
    """A Rust example. ``text`` is what a reader sees, ``source`` what is compiled; ``tags`` are those of its fence."""

    text: str
    source: str
    tags: tuple[str, ...]


@dataclass
class Section:
    """A section of a page. ``parts`` are its paragraphs and examples in the order they are read in."""

    page: str
    anchor: str
    title: str
    level: int
    parts: list[str | Example] = field(default_factory=list)

    @property
    def address(self) -> str:
        """``page#anchor``, as it is cited."""
        return f"{self.page}#{self.anchor}" if self.anchor else self.page

    @property
    def prose(self) -> list[str]:
        """Its paragraphs."""
        return [part for part in self.parts if isinstance(part, str)]

    @property
    def examples(self) -> list[Example]:
        """Its examples."""
        return [part for part in self.parts if isinstance(part, Example)]


def pages_of(html_root: Path, book: str) -> tuple[str, ...]:
    """The pages of a book in the order of its table of contents, without translations and older editions."""
    contents = html_root / book / "toc.html"
    if not contents.is_file():
        return ()
    listed = dict.fromkeys(html.unescape(link) for link in _HREF.findall(contents.read_text(encoding="utf-8")))
    paths = (f"{book}/{link}" for link in listed if "://" not in link and ".." not in link)
    return tuple(path for path in paths if Path(path).stem not in _NO_PAGES and (html_root / path).is_file())


def read_sections(page: str, text: str) -> list[Section]:
    """The sections of a page that lies at ``page`` under the documentation; none for a mere redirect."""
    from bs4 import BeautifulSoup

    main = _MAIN.search(text)
    if main is None:
        return []
    sections: list[Section] = []
    for tag in BeautifulSoup(_DRAWING.sub("", main.group()), "html.parser").find_all(_PARTS):
        if tag.name in _HEADINGS:
            link = tag.find("a", id=True)
            anchor = str(tag.get("id") or (link.get("id") if link else "") or "")
            sections.append(Section(page, anchor, _words(tag).strip("§ "), int(tag.name[1])))
        elif sections:
            sections[-1].parts.extend(_parts(tag))
    return sections


def _parts(tag: Tag) -> Iterator[str | Example]:
    if tag.name == "pre":
        example = _example(tag)
        if example is not None:
            yield example
    elif tag.find_parent(["pre", "li", "dd", "blockquote", "tr"]) is None:
        words = _words(tag)
        if words and tag.name == "tr":
            words = " | ".join(_words(cell) for cell in tag.find_all(["td", "th"]))
        if words:
            yield f"- {words}" if tag.name == "li" else words


def _example(pre: Tag) -> Example | None:
    code = pre.find("code")
    written = " ".join(code.get_attribute_list("class")) if code else ""
    if code is None or not written.startswith("language-rust"):
        return None
    tags = tuple(part for part in re.split(r"[\s,]+", written.removeprefix("language-rust")) if part)
    source = code.get_text()
    for hidden in code.find_all("span", class_="boring"):
        hidden.decompose()
    return Example(code.get_text().strip("\n"), source, tags)


def _words(tag: Tag) -> str:
    """Its text on one line, examples inside of it left out, code marked as such."""
    from bs4.element import NavigableString

    # Comments are subclasses of strings, and no text.
    texts = [node for node in tag.descendants if type(node) is NavigableString and node.find_parent("pre") is None]
    pieces = [f"`{text}`" if text.parent is not None and text.parent.name == "code" else str(text) for text in texts]
    return " ".join("".join(pieces).split())
