"""The UI tests of clippy and rustc as a source: what a lint says, what it was said about, and how it is put right.

A test is a file, what the compiler printed about it (`.stderr`), and the file as the tool's own suggestions leave it
(`.fixed`). Every stretch that changed becomes a sample, with the message that was printed for it: lint → fix.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.corpus.document import Document, Origin
from engine.corpus.licences.expressions import identifiers, normalise
from engine.corpus.sources.git import GitCheckout
from engine.errors import CorpusError
from engine.schema.provenance import Provenance
from engine.schema.samples import StyleGuide

CONTEXT = 2
LONGEST = 40
_ANNOTATION = re.compile(r"^\s*//(?:\[\w+\])?~.*$|\s*//(?:\[\w+\])?~.*$")
_MESSAGE = re.compile(r"^(?:error|warning)(?:\[(?P<code>E\d{4})\])?: (?P<text>.+)$")
_PLACE = re.compile(r"^\s*-->\s*\S+?\.rs:(?P<line>\d+):\d+")
_LINT = re.compile(r"`(?:-D|-W|#\[(?:warn|deny)\()\s*(?P<name>(?:clippy::)?[a-z][\w:-]*)")
_HELP = re.compile(r"(?:= |\^ |^)(?:help|note): (?P<text>.+)$")
_COUNT = re.compile(r"aborting due to|\d+ warnings? emitted")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a `.stderr` file: its line in the test, its lint or code, and what it says and advises."""

    line: int
    code: str
    message: str
    advice: tuple[str, ...]


class UiTests:
    """The UI tests in a local checkout of clippy or of rustc."""

    name = "ui-tests"

    def __init__(self, checkout: Path, folder: str = "tests/ui") -> None:
        self._checkout = checkout
        self._folder = folder
        self._git = GitCheckout(checkout)

    def settings(self) -> Mapping[str, Any]:
        """The commit and the folder."""
        return {**self._git.settings(), "folder": self._folder}

    def units(self) -> tuple[str, ...]:
        """The tests that a tool can put right itself. Raises `CorpusError` when there are none."""
        root = self._checkout / self._folder
        found = sorted(path.relative_to(self._checkout).as_posix() for path in root.rglob("*.fixed"))
        tests = (path.removesuffix(".fixed") + ".rs" for path in found)
        units = tuple(test for test in tests if (self._checkout / test).is_file())
        if not units:
            raise CorpusError(
                f"{self._checkout.name} has no UI tests in {self._folder}",
                fix="give the folder of a checkout of rust-clippy or rust",
            )
        return units

    def read(self, unit: str) -> tuple[Origin, Iterator[Document]]:
        """One test."""
        texts = []
        for suffix in (".rs", ".fixed", ".stderr"):
            try:
                texts.append((self._checkout / unit).with_suffix(suffix).read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                raise CorpusError(f"{unit} lacks its {suffix} file: {error}") from error
        return self._origin, self._documents(unit, *texts)

    @cached_property
    def _origin(self) -> Origin:
        whole, _ = self._git.read(self._git.units()[0])
        return Origin(
            id=f"ui-tests:{whole.repository}@{(whole.commit or '')[:12]}",
            source=self.name,
            repository=whole.repository,
            url=whole.url,
            commit=whole.commit,
            declared=whole.declared,
            manifest=whole.manifest,
            authors=("The Rust Project contributors",),
            licence_files=whole.licence_files,
        )

    def _documents(self, unit: str, before: str, after: str, stderr: str) -> Iterator[Document]:
        origin = self._origin
        licence = normalise(origin.declared) if origin.declared else ""
        parent = hashlib.sha256(before.encode()).hexdigest()
        messages = read_stderr(stderr)
        for number, (first, last, old, new) in enumerate(changes(before, after), 1):
            said = next((one for one in messages if first <= one.line <= last), None)
            if said is None or len(old) > LONGEST or len(new) > LONGEST:
                continue
            transform = f"{self.name}/style_guide/1"
            rationale = "\n".join([said.message, *said.advice])
            code_before, code_after = "\n".join(old), "\n".join(new)
            rule = f"{said.code}: {said.message}" if said.code else said.message
            content = "\n\n".join([rule, code_before, code_after, rationale]).encode()
            sample = StyleGuide(
                license=licence,
                spdx=identifiers(licence) if licence else (),
                provenance=Provenance(
                    source=self.name,
                    url=origin.url,
                    repo=origin.repository,
                    commit=origin.commit,
                    path=unit,
                    license=licence or None,
                    spdx=identifiers(licence) if licence else (),
                    attribution=origin.authors[0],
                    sha256=hashlib.sha256(content).hexdigest(),
                    parents=(parent,),
                    transform=transform,
                ),
                rule=rule,
                code_before=code_before,
                code_after=code_after,
                rationale=rationale,
            )
            yield Document(
                origin=origin.id,
                path=f"{unit}#{number}",
                content=content,
                family="style_guide",
                sample=sample.model_dump_json(),
                parents=(parent,),
                transform=transform,
            )


def read_stderr(text: str) -> list[Said]:
    """The messages of a `.stderr` file in order; a message without a place in the test is left out."""
    found: list[Said] = []
    lint = ""
    for block in re.split(r"\n\s*\n", text):
        lines = block.splitlines()
        head = next((match for line in lines if (match := _MESSAGE.match(line))), None)
        if head is None or _COUNT.search(head["text"]):
            continue
        place = next((match for line in lines if (match := _PLACE.match(line))), None)
        named = _LINT.search(block)
        # A lint is named once, with its first message, and holds until another one is.
        lint = named["name"].replace("-", "_") if named else lint
        advice = [match["text"].strip() for line in lines if (match := _HELP.search(line))]
        useful = tuple(dict.fromkeys(item for item in advice if "#[allow(" not in item and "implied by" not in item))
        if place is not None:
            found.append(Said(int(place["line"]), head["code"] or lint, head["text"], useful))
    return found


def changes(before: str, after: str) -> Iterator[tuple[int, int, list[str], list[str]]]:
    """The stretches that differ, with `CONTEXT` lines around them and without the annotations of the test.

    Each is its first and last line in ``before`` (from 1), and the lines before and after.
    """
    old, new = before.splitlines(), after.splitlines()
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT):
        _, first, _, start, _ = group[0]
        _, _, last, _, end = group[-1]
        was, now = _plain(old[first:last]), _plain(new[start:end])
        if was != now:
            yield first + 1, last, was, now


def _plain(lines: list[str]) -> list[str]:
    bare = [_ANNOTATION.sub("", line) for line in lines]
    return [line for line, written in zip(bare, lines, strict=True) if line.strip() or not written.strip()]
