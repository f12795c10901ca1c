"""Licence files: which files are, what each says, and which one is nearest to a document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from engine.corpus.document import LicenceFile
from engine.corpus.licences.expressions import both, identifiers, normalise
from engine.corpus.licences.headers import read_prose
from engine.corpus.licences.mentions import mentions
from engine.corpus.licences.policy import terms_of
from engine.corpus.licences.texts import TextMatch, find_licences, matcher_version
from engine.errors import CorpusError

PROSE_CHARS = 4000
# What no permissive licence says: somebody has added to one, and what came of it has no name.
_RESTRICTION = re.compile(
    r"""commons\s+clause | good,\s+not\s+evil | may\s+not\s+be\s+(?:sold|used\s+(?:for|by|in)\b)
    | (?:for|only)\s+non-?commercial | non-?commercial\s+(?:use|purposes?)\s+only
    | not\s+grant\s+[^.]{0,80}\bright\s+to\s+sell""",
    re.IGNORECASE | re.VERBOSE,
)
_PARAGRAPH = re.compile(r"\n\s*\n")
_NAME = re.compile(
    r"(?i)^(?:un)?licen[cs]es?(?:$|[-_.])|^copying(?:$|[-.])|^copyright(?:$|[-.])|[-_.]licen[cs]e(?:$|\.(?:txt|md|rst)$)"
)
_NOTICE = re.compile(r"(?i)^notices?(?:$|[-_.])|^authors(?:$|\.)")
_NOT_TEXT = (
    ".rs",
    ".toml",
    ".py",
    ".c",
    ".h",
    ".js",
    ".json",
    ".yml",
    ".yaml",
    ".sh",
    ".html",
    ".png",
    ".svg",
    ".lock",
)
_POINTER = re.compile(r"\s*(?:\.{1,2}/)+[\w./-]+\s*\Z")


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a licence file says; the span is in bytes of its UTF-8 text. ``expression`` "" when it is not understood."""

    expression: str
    start: int
    end: int
    tool: str


def is_licence_file(path: str) -> bool:
    """Whether a file's name says that it holds licence terms."""
    name = PurePosixPath(path).name
    inside = not {"LICENSES", "licenses"}.isdisjoint(
        PurePosixPath(path).parts[:-1]
    )  # where REUSE keeps one text per licence
    return (inside or bool(_NAME.search(name))) and not name.lower().endswith(_NOT_TEXT)


def is_notice_file(path: str) -> bool:
    """Whether it is a NOTICE or AUTHORS file: attribution goes along with it, but it grants nothing."""
    name = PurePosixPath(path).name
    return bool(_NOTICE.search(name)) and not name.lower().endswith(_NOT_TEXT)


@lru_cache(maxsize=8192)
def read_licence_text(text: str) -> FileReading:
    """Which licence a licence file holds. Several texts in one file all count, unless it offers a choice in words."""
    found = find_licences(text)
    if found:
        expression = "" if _RESTRICTION.search(text) and _ships(found) else _together(found, text)
        return FileReading(expression, found[0].start, max(one.end for one in found), matcher_version())
    prose = read_prose(text[:PROSE_CHARS])
    if prose:
        return FileReading(_all([one.expression for one in prose]), prose[0].start, prose[-1].end, "prose 1")
    named = mentions(text) if is_pointer(text) else []
    try:
        whole = named[0][2] if named else normalise(text.strip()) if len(text) < 200 else ""
    except CorpusError:
        whole = ""
    return FileReading(whole, 0, len(text.encode()), "name 1" if named else "expression 1")


def is_pointer(text: str) -> bool:
    """Whether the text is a mere path, as git stores a link where links cannot be made."""
    return len(text) < 200 and _POINTER.match(text) is not None


def speaking_for(path: str, files: Iterable[LicenceFile]) -> tuple[LicenceFile, ...]:
    """The licence files of the nearest folder above ``path`` that has any, by name; notices do not speak."""
    parents = [str(parent) for parent in PurePosixPath(path.partition("#")[0]).parents]
    by_folder: dict[str, list[LicenceFile]] = {}
    for file in files:
        if is_licence_file(file.path):
            folder = PurePosixPath(file.path).parent
            if folder.name.lower() in ("licenses", "licences", "license"):
                folder = folder.parent  # a folder of licence texts speaks for what it lies beside
            by_folder.setdefault(str(folder), []).append(file)
    for parent in parents:
        if parent in by_folder:
            return tuple(sorted(by_folder[parent], key=lambda file: file.path))
    return ()


def _ships(found: tuple[TextMatch, ...]) -> bool:
    return all(match.exception or terms_of(match.licence) == "permissive" for match in found)


def _together(found: tuple[TextMatch, ...], text: str) -> str:
    """One expression for the texts in a file; an exception joins the licence that it stands behind."""
    names: list[str] = []
    for match in found:
        if not match.exception:
            if match.licence not in names:
                names.append(match.licence)
            continue
        if names:
            try:
                names[-1] = normalise(f"{names[-1]} WITH {match.licence}")
            except CorpusError:
                continue
    if not names:
        return ""
    # Words before the texts may leave a choice between them; words around them may name others that are elsewhere.
    for paragraph in _PARAGRAPH.split(text[:PROSE_CHARS]) if len(names) > 1 else ():
        for one in read_prose(paragraph):
            if " OR " in one.expression and set(names) <= set(identifiers(one.expression)):
                return one.expression
    around = [one.expression for one in read_prose(_outside(found, text)[:PROSE_CHARS])]
    return _all([*names, *(one for one in around if not set(identifiers(one)) <= set(names))])


def _outside(found: tuple[TextMatch, ...], text: str) -> str:
    data = text.encode()
    kept, end = [], 0
    for match in found:
        kept.append(data[end : max(end, match.start)])
        end = max(end, match.end)
    return "\n\n".join(part.decode(errors="ignore") for part in (*kept, data[end:]))


def _all(expressions: list[str]) -> str:
    whole: str | None = None
    for expression in dict.fromkeys(expressions):
        whole = both(whole, expression)
    return whole or ""
