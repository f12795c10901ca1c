"""The Rust canon as a source: the books of the installed rust-docs, one unit a page.

Every example is compiled by the installed toolchain and labelled by what happened. The licence is read from the notices
that the toolchain's own documentation carries; without them nothing of it ships.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from engine.corpus.document import Document, LicenceFile, Origin
from engine.corpus.licences.expressions import identifiers
from engine.corpus.licences.headers import read_prose
from engine.corpus.sources.canon_samples import Book, section_samples
from engine.corpus.sources.example_check import Checked, ExampleCheck, edition_of
from engine.corpus.sources.sections import Section, pages_of, read_sections
from engine.errors import CorpusError
from engine.rust.toolchain import Toolchain

BOOKS: Mapping[str, str] = {
    "book": "The Rust Programming Language",
    "reference": "The Rust Reference",
    "nomicon": "The Rustonomicon",
    "rust-by-example": "Rust by Example",
    "edition-guide": "The Rust Edition Guide",
    "style-guide": "The Rust Style Guide",
    "cargo": "The Cargo Book",
    "error_codes": "The Rust error codes index",
}
REPOSITORIES: Mapping[str, str] = {
    "book": "https://github.com/rust-lang/book",
    "reference": "https://github.com/rust-lang/reference",
    "nomicon": "https://github.com/rust-lang/nomicon",
    "rust-by-example": "https://github.com/rust-lang/rust-by-example",
    "edition-guide": "https://github.com/rust-lang/edition-guide",
    "style-guide": "https://github.com/rust-lang/rust",
    "cargo": "https://github.com/rust-lang/cargo",
    "error_codes": "https://github.com/rust-lang/rust",
}
ATTRIBUTION = "The Rust Project contributors"
_NOTICE = "COPYRIGHT.html"
_TEXTS = ("licenses/MIT.txt", "licenses/Apache-2.0.txt")
_STATEMENT = "Except as otherwise noted"


class Canon:
    """The books under a toolchain's docs; ``kept`` is where findings about examples are kept between builds."""

    name = "canon"

    def __init__(self, toolchain: Toolchain, kept: Path, books: Sequence[str] = tuple(BOOKS)) -> None:
        self._docs = docs_of(toolchain)
        self._books = tuple(books)
        self._check = ExampleCheck(toolchain, kept)
        self._version = release_of(toolchain)

    def settings(self) -> Mapping[str, Any]:
        """The toolchain, which the docs belong to, and the books."""
        return {"toolchain": self._version, "books": list(self._books), "samples": 1}

    def units(self) -> tuple[str, ...]:
        """The pages in reading order, book by book."""
        return tuple(page for book in self._books for page in self._pages(book))

    def read(self, unit: str) -> tuple[Origin, Iterator[Document]]:
        """One page. Raises `CorpusError` when it is gone or its examples cannot be compiled at all."""
        try:
            data = (self._docs / unit).read_bytes()
        except OSError as error:
            raise CorpusError(
                f"{unit} is not installed any more", fix="run `rustup component add rust-docs`"
            ) from error
        name = unit.partition("/")[0]
        origin = self._origins[name]
        sections = read_sections(unit, data.decode("utf-8", errors="replace"))
        return origin, self._documents(name, origin, sections, hashlib.sha256(data).hexdigest())

    def _documents(self, name: str, origin: Origin, sections: list[Section], parent: str) -> Iterator[Document]:
        licence = origin.declared or ""
        book = Book(
            origin=origin.id,
            title=BOOKS[name],
            source=self.name,
            url=f"https://doc.rust-lang.org/{self._version}",
            version=self._version,
            licence=licence,
            spdx=identifiers(licence) if licence else (),
            attribution=ATTRIBUTION,
        )
        chapter = sections[0].title if sections else ""
        checks = iter(self.checked(sections))
        for section in sections:
            found = [next(checks) for _ in section.examples]
            yield from section_samples(book, section, found, parent, chapter)

    def checked(self, sections: Sequence[Section]) -> list[Checked]:
        """What the compiler says to the examples of a page, in order."""
        examples = [example for section in sections for example in section.examples]
        tags = Counter(edition for example in examples if (edition := edition_of(example, "")))
        # A page's examples without an edition are of the one that the page's others have.
        return self._check.check(examples, max(tags, key=lambda one: (tags[one], one), default="2015"))

    def _pages(self, book: str) -> tuple[str, ...]:
        if book == "error_codes":
            found = (self._docs / book).glob("E[0-9][0-9][0-9][0-9].html")
            return tuple(sorted(f"{book}/{page.name}" for page in found))
        return pages_of(self._docs, book)

    @cached_property
    def _origins(self) -> dict[str, Origin]:
        declared, files = docs_licence(self._docs)
        return {
            book: Origin(
                id=f"canon:{book}@{self._version}",
                source=self.name,
                repository=REPOSITORIES[book],
                url=f"https://doc.rust-lang.org/{book}/",
                version=self._version,
                declared=declared,
                manifest=_NOTICE,
                authors=(ATTRIBUTION,),
                licence_files=files,
            )
            for book in self._books
        }


def docs_of(toolchain: Toolchain) -> Path:
    """The folder of the installed docs. Raises `CorpusError` when they are not installed."""
    if toolchain.docs is None or not toolchain.docs.is_dir():
        raise CorpusError("the Rust documentation is not installed", fix="run `rustup component add rust-docs`")
    return toolchain.docs


def release_of(toolchain: Toolchain) -> str:
    """The release, such as "1.95.0", of what rustc says of itself."""
    words = toolchain.version.split()
    return words[1] if len(words) > 1 else toolchain.version


@lru_cache  # the notice is a page of megabytes, and every piece of work asks for it
def docs_licence(docs: Path) -> tuple[str | None, tuple[LicenceFile, ...]]:
    """What the docs' copyright notice declares, and the licence texts beside it; None where there is no notice."""
    from bs4 import BeautifulSoup

    try:
        notice = BeautifulSoup((docs.parent / _NOTICE).read_text(encoding="utf-8"), "html.parser").get_text()
    except OSError:
        return None, ()
    statement = next((part for part in notice.split("\n\n") if _STATEMENT in part), "")
    read = read_prose(statement)
    texts = [(name, docs.parent / name) for name in _TEXTS]
    files = tuple(LicenceFile(name, path.read_text(encoding="utf-8")) for name, path in texts if path.is_file())
    return (read[0].expression if read else None), files
