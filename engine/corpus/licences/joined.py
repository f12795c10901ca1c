"""The step that settles each document's licence: manifest, header and nearest licence file, kept apart, then joined.

Who is believed, from the strongest: the file's own header; a licence file in a folder below the root, which speaks for
its subtree; the manifest; the licence files at the root where the manifest is silent. Root files that name licences
the manifest does not know are asked for as well: both hold. Where a header or file asks for stricter terms than the
manifest grants, the stricter reading counts. What is not understood never ships.

Only permissive documents go on. Share-alike and copyleft ones are isolated, unknown ones quarantined: neither goes on
with the others, and the ledger has the reason. In a pack of share-alike works the permissive ones are isolated instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from engine.corpus.document import Action, Document, Evidence, LicenceFile, Origin, Outcome, Verdict
from engine.corpus.licences.copyrights import copyright_lines, merged
from engine.corpus.licences.expressions import both, identifiers, normalise
from engine.corpus.licences.files import is_notice_file, is_pointer, read_licence_text, speaking_for
from engine.corpus.licences.headers import leading_comment, read_header
from engine.corpus.licences.policy import Pack, Ruling, Terms, rule
from engine.corpus.licences.texts import matcher_version
from engine.errors import CorpusError

TOOL = "rusta-licences 1"


@dataclass(frozen=True, slots=True)
class Joined:
    """What holds for a document: the expression (None: nobody says), why it does, and whether anyone disagrees."""

    expression: str | None
    reason: str
    detail: str
    evidence: tuple[Evidence, ...]


class LicenceStep:
    """Fills in ``spdx``, ``chosen``, ``evidence`` and ``copyrights``, and lets only what belongs in ``pack`` go on."""

    name = "licence"
    version = 1

    def __init__(self, pack: Pack = "permissive") -> None:
        self._pack = pack

    def settings(self) -> Mapping[str, Any]:
        """The data that licences are read by, and which terms go on."""
        return {"texts": matcher_version(), "tool": TOOL, "pack": self._pack}

    def run(self, documents: Iterable[Document], origins: Mapping[str, Origin]) -> Iterator[Outcome]:
        """One outcome a document. What a source has settled by itself (``spdx`` with evidence) is held against headers.

        A source bars a document by a note "barred" that says why.
        """
        for document in documents:
            yield self._outcome(document, origins[document.origin])

    def _outcome(self, document: Document, origin: Origin) -> Outcome:
        joined = _own(document) if document.spdx and document.evidence else join(document, origin)
        held = replace(
            document,
            spdx=joined.expression,
            evidence=joined.evidence,
            copyrights=merged((document.copyrights, _copyrights(document, origin))),
        )
        barred = document.notes.get("barred")
        if barred is not None:  # its source knows of other terms that the same text is under
            return Outcome(None, (Verdict(document.id, self.name, "quarantine", "barred", barred),), held)
        if joined.expression is None:
            verdict = Verdict(document.id, self.name, "quarantine", joined.reason, joined.detail)
            return Outcome(None, (verdict,), held)
        ruling = _rule(joined.expression)
        held = replace(held, chosen=ruling.chosen)
        if ruling.terms == self._pack:
            return Outcome(held, (Verdict(document.id, self.name, "keep", joined.reason, joined.detail),))
        reason = joined.reason if joined.reason == "contradiction" else ruling.terms
        detail = f"{joined.expression}: {joined.detail}" if joined.detail else joined.expression
        return Outcome(None, (Verdict(document.id, self.name, _barring(ruling.terms), reason, detail),), held)


def _barring(terms: Terms) -> Action:
    return "quarantine" if terms == "unknown" else "isolate"


def join(document: Document, origin: Origin) -> Joined:
    """What manifest, header and nearest licence file come to for one document of an origin."""
    manifest, problem = _manifest(origin)
    header = _header(document)
    near = speaking_for(document.path, origin.licence_files)
    readings = [(file, *_read(file)) for file in near]
    evidence = (
        *((manifest,) if manifest else ()),
        *header,
        *(item for _, item, _ in readings if item is not None),
    )
    said = _all([item.expression for item in header])
    if header and (bad := [item for item in header if not _known(item.expression)]):
        return Joined(None, "unknown-licence", f"the header says `{bad[0].expression}`", evidence)
    nested = bool(near) and PurePosixPath(near[0].path).parent not in _ROOTS
    puzzling = [file for file, item, known in readings if item is None and not known]
    filed = _all([item.expression for _, item, _ in readings if item is not None])
    declared = manifest.expression if manifest else None
    if nested and puzzling and not said:
        return Joined(None, "unknown-licence", f"{puzzling[0].path} holds no licence that is known", evidence)
    granted = filed if nested and filed else declared or filed
    if said is not None:
        return _against(said, granted, "header", evidence)
    if nested and filed is not None:
        return _against(filed, declared, "nested-file", evidence)
    if declared is None:
        if filed is None or problem or puzzling:
            detail = problem or (f"{puzzling[0].path} holds no licence that is known" if puzzling else "")
            return Joined(None, "unknown-licence" if detail else "no-licence", detail or "nobody names one", evidence)
        return Joined(filed, "file", "", evidence)
    return _with_root_files(declared, [item for _, item, _ in readings if item is not None], evidence)


_ROOTS = (PurePosixPath("."), PurePosixPath("LICENSES"), PurePosixPath("licenses"), PurePosixPath("license"))


def _with_root_files(declared: str, files: list[Evidence], evidence: tuple[Evidence, ...]) -> Joined:
    """The manifest's licence, and what root files ask for beyond it."""
    known = _bare(declared)
    beyond = [item for item in files if not _bare(item.expression) <= known and not _grants(item.expression, known)]
    if not beyond:
        return Joined(declared, "manifest", "", evidence)
    expression = declared
    for item in beyond:
        expression = both(expression, item.expression) or expression
    detail = f"{beyond[0].path} also asks for {beyond[0].expression}"
    stricter = _rule(expression).terms != _rule(declared).terms
    return Joined(expression, "contradiction" if stricter else "manifest-and-file", detail, evidence)


def _against(said: str, granted: str | None, who: str, evidence: tuple[Evidence, ...]) -> Joined:
    """What a header or nested file says, against what it would else be under: a contradiction asks for both."""
    if granted is None or _bare(said) & _bare(granted) or _rule(said).terms == _rule(granted).terms == "permissive":
        return Joined(said, who, "" if granted in (None, said) else f"{who} {said}, else {granted}", evidence)
    stricter = both(said, granted) if _rule(granted).terms != "permissive" else said
    return Joined(stricter, "contradiction", f"{who} says {said} where {granted} is granted", evidence)


def _grants(expression: str, known: frozenset[str]) -> bool:
    """Whether all that a file's licence relies on is known already (the file may offer more)."""
    return frozenset(one.partition(" WITH ")[0] for one in _rule(expression).chosen) <= known


def _bare(expression: str) -> frozenset[str]:
    """The licences named, without their versions' "or later" and their exceptions."""
    return frozenset(
        one.partition(" WITH ")[0].removesuffix("-only").removesuffix("-or-later") for one in identifiers(expression)
    )


@lru_cache(maxsize=4096)
def _rule(expression: str) -> Ruling:
    return rule(expression)


def _known(expression: str) -> bool:
    try:
        identifiers(expression)
    except CorpusError:
        return False
    return True


def _all(expressions: Iterable[str]) -> str | None:
    whole: str | None = None
    for expression in dict.fromkeys(expressions):
        if _known(expression):
            whole = both(whole, expression)
    return whole


def _own(document: Document) -> Joined:
    """What its source settled, against what the document says of itself."""
    assert document.spdx is not None
    header = _header(document)
    evidence = (*document.evidence, *header)
    try:
        expression = normalise(document.spdx)
        said = [normalise(item.expression) for item in header]
    except CorpusError as error:
        return Joined(None, "unknown-licence", str(error), evidence)
    whole = _all(said)
    return _against(whole, expression, "header", evidence) if whole else Joined(expression, "source", "", evidence)


@lru_cache(maxsize=4096)
def _manifest(origin: Origin) -> tuple[Evidence | None, str]:
    """The manifest's licence as evidence, or what is wrong with it."""
    if not origin.declared:
        return None, ""
    path, raw = origin.manifest or "", origin.declared.encode()
    try:
        expression = normalise(origin.declared)
    except CorpusError as error:
        return None, str(error)
    return Evidence("manifest", expression, path, hashlib.sha256(raw).hexdigest(), 0, len(raw), TOOL), ""


def _header(document: Document) -> tuple[Evidence, ...]:
    if document.family != "code":
        return ()
    text = document.content.decode("utf-8", errors="replace")
    digest = document.sha256
    return tuple(
        Evidence("header", one.expression, document.path, digest, one.start, one.end, f"{TOOL} {one.by}")
        for one in read_header(text)
    )


@lru_cache(maxsize=8192)
def _read(file: LicenceFile) -> tuple[Evidence | None, bool]:
    """What a licence file says as evidence; whether one without a licence may be passed over."""
    reading = read_licence_text(file.text)
    if not reading.expression:
        return None, is_pointer(file.text) or bool(copyright_lines(file.text)) or not file.text.strip()
    return Evidence("file", reading.expression, file.path, file.sha256, reading.start, reading.end, reading.tool), True


def _copyrights(document: Document, origin: Origin) -> tuple[str, ...]:
    """Whom to attribute: the lines of the file, of the licence files that speak for it and of the root's notices."""
    own = copyright_lines(leading_comment(document.content.decode("utf-8", errors="replace")))
    near = tuple(file for file in speaking_for(document.path, origin.licence_files))
    notices = tuple(file for file in origin.licence_files if is_notice_file(file.path))
    return merged((own, *(_lines_of(file) for file in (*near, *notices))))


@lru_cache(maxsize=8192)
def _lines_of(file: LicenceFile) -> tuple[str, ...]:
    return copyright_lines(file.text)
