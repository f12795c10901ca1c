"""The RFCs of Rust as a source, from a local checkout of their repository: one unit an RFC.

Licensing of RFCs is not uniform. The repository's README licenses what is contributed since RFC 2044 settled it; what
was written before is only under terms where its own text says so. An RFC without such evidence is quarantined.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.corpus.document import Document, LicenceFile, Origin
from engine.corpus.licences.expressions import identifiers
from engine.corpus.licences.headers import read_prose
from engine.corpus.sources.canon_samples import SHORTEST, Book, text_sample
from engine.errors import CorpusError

REPOSITORY = "https://github.com/rust-lang/rfcs"
LICENSING_RFC = 2044
_FILE = re.compile(r"(\d{4})-([\w-]+)\.md")
_FIELD = re.compile(r"^\s*[-*]\s*(?P<name>[A-Za-z ]+?)\s*:\s*(?P<value>.*)$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEADING = re.compile(r"^(#{1,4})\s+(.*?)\s*#*$")
_LINK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])")
_OWN_TERMS = re.compile(r"(?im)^.*\b(?:this RFC|this document)\b.*\blicen[cs]ed\b.*(?:\n(?!\n).*)*")


@dataclass(frozen=True, slots=True)
class Rfc:
    """What an RFC says of itself. ``status`` is "accepted" for what was merged, "superseded" where it says so."""

    number: int
    name: str
    title: str
    status: str
    decision: str
    start: str | None
    merged: str | None
    tracking: str | None
    sections: tuple[tuple[str, str], ...]


class Rfcs:
    """The RFCs in a checkout."""

    name = "rfcs"

    def __init__(self, checkout: Path) -> None:
        self._checkout = checkout

    def settings(self) -> Mapping[str, Any]:
        """The commit, or nothing where the folder is no checkout; the texts are read either way."""
        return {"commit": self._commit}

    def units(self) -> tuple[str, ...]:
        """The files of the RFCs by number. Raises `CorpusError` when the folder holds none."""
        found = sorted(path.name for path in (self._checkout / "text").glob("*.md") if _FILE.fullmatch(path.name))
        if not found:
            raise CorpusError(
                f"{self._checkout} holds no RFCs", fix="give the folder of a checkout of the rust-lang/rfcs repository"
            )
        return tuple(found)

    def read(self, unit: str) -> tuple[Origin, Iterator[Document]]:
        """One RFC with the evidence of its licence."""
        try:
            text = (self._checkout / "text" / unit).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CorpusError(f"RFC {unit} cannot be read: {error}") from error
        rfc = read_rfc(unit, text, self._merged.get(unit))
        declared, manifest = self._licence(rfc.number, text, f"text/{unit}")
        origin = Origin(
            id=f"rfc:{unit.removesuffix('.md')}",
            source=self.name,
            repository=REPOSITORY,
            url=f"https://rust-lang.github.io/rfcs/{unit.removesuffix('.md')}.html",
            commit=self._commit or None,
            declared=declared,
            manifest=manifest,
            authors=(f"The authors of RFC {rfc.number}",),
            licence_files=self._licence_files if declared else (),
        )
        return origin, self._documents(rfc, origin, text)

    def _documents(self, rfc: Rfc, origin: Origin, text: str) -> Iterator[Document]:
        book = Book(
            origin=origin.id,
            title=f"RFC {rfc.number}",
            source=self.name,
            url=origin.url or REPOSITORY,
            version=rfc.start or "",
            licence=origin.declared or "",
            spdx=identifiers(origin.declared) if origin.declared else (),
            attribution=origin.authors[0],
        )
        facts = {"number": str(rfc.number), "status": rfc.status, "decision": rfc.decision, "start": rfc.start}
        known = {**facts, "merged": rfc.merged, "tracking": rfc.tracking}
        notes = {name: value for name, value in known.items() if value}
        decided = ". ".join(f"{name.capitalize()}: {value}" for name, value in notes.items() if name != "number")
        used: Counter[str] = Counter()
        for heading, body in rfc.sections:
            anchor = _anchor(heading)
            used[anchor] += 1
            if len(body) >= SHORTEST:
                # The rendered book numbers headings that occur again.
                number = f"-{used[anchor] - 1}" if used[anchor] > 1 else ""
                place = f"text/{rfc.number:04}-{rfc.name}.md#{anchor}{number}"
                prompt = f"RFC {rfc.number} ({rfc.title}): what does it say under “{heading}”, and what became of it?"
                topic = f"RFC {rfc.number} — {heading}"
                yield text_sample(book, place, topic, prompt, f"{decided}.", body, text, notes)

    def _licence(self, number: int, text: str, path: str) -> tuple[str | None, str | None]:
        own = _OWN_TERMS.search(text)
        said = read_prose(own.group()) if own else ()
        if said:
            return said[0].expression, path
        statement = read_prose(self._readme_terms) if number > LICENSING_RFC else ()
        return (statement[0].expression, "README.md") if statement else (None, None)

    @cached_property
    def _readme_terms(self) -> str:
        """The README's section on the licence."""
        try:
            readme = (self._checkout / "README.md").read_text(encoding="utf-8")
        except OSError:
            return ""
        found = re.search(r"(?ims)^#+\s*licen[cs]e\b[^\n]*\n(.*?)(?=^#|\Z)", readme)
        return found[1] if found else ""

    @cached_property
    def _licence_files(self) -> tuple[LicenceFile, ...]:
        names = sorted(path.name for path in self._checkout.glob("LICENSE*") if path.is_file())
        return tuple(
            LicenceFile(name, (self._checkout / name).read_text(encoding="utf-8", errors="replace")) for name in names
        )

    @cached_property
    def _commit(self) -> str:
        from git import Repo
        from git.exc import GitError

        try:
            return str(Repo(self._checkout).head.commit.hexsha)
        except (GitError, ValueError, OSError):
            return ""

    @cached_property
    def _merged(self) -> dict[str, str]:
        """The day that each RFC's file came into the repository, when git knows."""
        if not self._commit:
            return {}
        from git import Repo

        days: dict[str, str] = {}
        day = ""
        said = str(Repo(self._checkout).git.log("--diff-filter=A", "--format=%cs", "--name-only", "--", "text"))
        for line in said.splitlines():
            if _DATE.fullmatch(line):
                day = line
            elif line.startswith("text/"):
                days[line.removeprefix("text/")] = day  # the log goes back in time: the first day is the last line
        return days


def read_rfc(name: str, text: str, merged: str | None = None) -> Rfc:
    """Reads an RFC: its head in list form, then its sections. Raises `CorpusError` when the name is not one's."""
    found = _FILE.fullmatch(name)
    if found is None:
        raise CorpusError(f"`{name}` is no RFC's name")
    number, slug = int(found[1]), found[2]
    head: dict[str, str] = {}
    sections: list[tuple[str, list[str]]] = []
    fenced = False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        heading = None if fenced else _HEADING.match(line)
        field = _FIELD.match(line) if not sections else None
        if heading is not None:
            title = _LINK.sub(r"\1", heading[2])
            sections.append((title, []))
        elif field is not None:
            head[field["name"].strip().lower()] = _LINK.sub(r"\1", field["value"]).strip(" `")
        elif sections:
            sections[-1][1].append(line)
    date = _DATE.search(head.get("start date", ""))
    superseded = re.search(
        r"(?i)(?:superseded|obsoleted|replaced)\s+by\s+\[?(RFC\s*#?\d+|\w[^\n.\]]{2,60})", text[:4000]
    )
    tracking = head.get("rust issue") or head.get("tracking issue") or ""
    return Rfc(
        number=number,
        name=slug,
        title=head.get("feature name", "").strip("`") or slug.replace("-", " "),
        status="superseded" if superseded else "accepted",
        decision=f"superseded by {superseded[1]}" if superseded else "merged",
        start=date.group() if date else None,
        merged=merged,
        tracking=tracking if "#" in tracking else None,
        sections=tuple((title, "\n".join(lines).strip()) for title, lines in sections),
    )


def _anchor(heading: str) -> str:
    """The anchor that the rendered book gives a heading."""
    kept = (sign for sign in heading.lower() if sign.isalnum() or sign in " -_")
    return "".join(kept).strip().replace(" ", "-")
