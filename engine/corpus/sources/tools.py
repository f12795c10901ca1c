"""What the installed tools say of themselves: error-code pages as fixes that were compiled, and the lists of lints.

An error page shows code that fails and code that does not. A pair becomes a `diag_fix` sample when the compiler really
says the page's code to the first and nothing to the second, and the second is the first put right rather than another
program. Of every lint, rustc's and clippy's, there is a card with what it checks.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.corpus.document import Document, Origin
from engine.corpus.licences.expressions import identifiers
from engine.corpus.sources.canon import ATTRIBUTION, docs_licence, docs_of, release_of
from engine.corpus.sources.canon_samples import Book, text_sample
from engine.corpus.sources.example_check import Checked, ExampleCheck
from engine.corpus.sources.sections import Example, read_sections
from engine.errors import CorpusError
from engine.process import counted
from engine.rust.toolchain import Toolchain
from engine.schema.diagnostic import Diagnostic, Level, Tool
from engine.schema.provenance import Provenance
from engine.schema.samples import DiagFix, TestsBeforeAfter

ALIKE = 0.5
LINTS = "lints"
_LINT = re.compile(
    r"^\s*(?P<name>(?:clippy::)?[a-z][a-z0-9-]*)\s+(?P<level>allow|warn|deny|forbid)\s+(?P<meaning>\S.*)$"
)
_REPOSITORY = "https://github.com/rust-lang/rust"


class Tools:
    """The tools of a toolchain; ``kept`` is where findings about examples are kept between builds."""

    name = "tools"

    def __init__(self, toolchain: Toolchain, kept: Path) -> None:
        self._docs = docs_of(toolchain)
        self._toolchain = toolchain
        self._check = ExampleCheck(toolchain, kept)

    def settings(self) -> Mapping[str, Any]:
        """The toolchain."""
        return {"toolchain": release_of(self._toolchain), "samples": 1}

    def units(self) -> tuple[str, ...]:
        """The error codes that have a page, and the list of lints where there is a clippy to ask."""
        codes = sorted(page.stem for page in (self._docs / "error_codes").glob("E[0-9][0-9][0-9][0-9].html"))
        return (*codes, *([LINTS] if self._driver.is_file() else []))

    def read(self, unit: str) -> tuple[Origin, Iterator[Document]]:
        """One error page, or all lints."""
        return self._origin, self._lints() if unit == LINTS else self._fixes(unit)

    def _fixes(self, code: str) -> Iterator[Document]:
        page = f"error_codes/{code}.html"
        try:
            text = (self._docs / page).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise CorpusError(
                f"{page} is not installed any more", fix="run `rustup component add rust-docs`"
            ) from error
        sections = read_sections(page, text)
        parts = [part for section in sections for part in section.parts]
        examples = [part for part in parts if isinstance(part, Example)]
        checks = dict(zip(map(id, examples), self._check.check(examples), strict=True))
        parent = hashlib.sha256(text.encode()).hexdigest()
        wrong: Example | None = None
        words: list[str] = []
        number = 0
        for part in parts:
            if isinstance(part, str):
                words.append(part)
                continue
            check = checks[id(part)]
            if check.outcome == "fails" and code in check.codes:
                wrong, words = part, words[-1:] if wrong is None else []
            elif check.outcome == "compiles" and wrong is not None and _alike(wrong, part):
                number += 1
                yield self._fix(code, page, number, wrong, checks[id(wrong)], part, words, parent)

    def _fix(
        self,
        code: str,
        page: str,
        number: int,
        wrong: Example,
        check: Checked,
        right: Example,
        words: list[str],
        parent: str,
    ) -> Document:
        origin = self._origin
        licence = origin.declared or ""
        diff = "".join(
            difflib.unified_diff(
                _lines(wrong.source), _lines(right.source), "a/example.rs", "b/example.rs", "", "", 3, "\n"
            )
        )
        explanation = "\n\n".join(words) or check.message
        content = "\n\n".join([check.rendered, wrong.source, diff, explanation]).encode()
        transform = f"{self.name}/diag_fix/1"
        sample = DiagFix(
            license=licence,
            spdx=identifiers(licence) if licence else (),
            provenance=Provenance(
                source=self.name,
                url=f"https://doc.rust-lang.org/{release_of(self._toolchain)}/{page}",
                path=page,
                version=release_of(self._toolchain),
                license=licence or None,
                spdx=identifiers(licence) if licence else (),
                attribution=ATTRIBUTION,
                sha256=hashlib.sha256(content).hexdigest(),
                parents=(parent,),
                transform=transform,
            ),
            crate="",
            version="",
            error=Diagnostic(
                id=hashlib.sha256(content).hexdigest()[:16],
                tool=Tool.RUSTC,
                level=Level.ERROR,
                code=code,
                message=check.message,
                rendered=check.rendered,
            ),
            code_before=wrong.source,
            patch_diff=diff,
            code_after=right.source,
            tests=TestsBeforeAfter(before="none", after="none"),
            explanation=explanation,
        )
        return Document(
            origin=origin.id,
            path=f"{page}#;fix-{number}",
            content=content,
            family="diag_fix",
            sample=sample.model_dump_json(),
            parents=(parent,),
            transform=transform,
        )

    def _lints(self) -> Iterator[Document]:
        licence = self._origin.declared or ""
        listed = self._listed()
        for match in filter(None, map(_LINT.match, listed.splitlines())):
            name = match["name"].replace("-", "_")
            tool = "clippy" if name.startswith("clippy::") else "rustc"
            book = Book(
                origin=self._origin.id,
                title=f"The lints of {tool}",
                source=self.name,
                url="https://doc.rust-lang.org",
                version=release_of(self._toolchain),
                licence=licence,
                spdx=identifiers(licence) if licence else (),
                attribution=ATTRIBUTION,
            )
            said = f"`{name}`: {match['meaning'].strip()}. By default it is set to {match['level']}."
            topic, prompt = f"the lint {name}", f"What does the lint `{name}` tell me, and is it on by default?"
            yield text_sample(book, f"lints/{name}", topic, prompt, match.group().strip(), said, listed)

    def _listed(self) -> str:
        try:
            with counted():
                done = subprocess.run(
                    [str(self._driver), "-W", "help"],
                    capture_output=True,
                    text=True,
                    timeout=60,
                    check=False,
                    stdin=subprocess.DEVNULL,
                    env={
                        "LD_LIBRARY_PATH": str(self._toolchain.sysroot / "lib"),
                        "SYSROOT": str(self._toolchain.sysroot),
                    },
                )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CorpusError(f"clippy does not list its lints: {error}", fix="run `rusta doctor`") from error
        if done.returncode:
            raise CorpusError("clippy does not list its lints", fix="run `rustup component add clippy`")
        return done.stdout

    @property
    def _driver(self) -> Path:
        return self._toolchain.rustc.with_name("clippy-driver")

    @cached_property
    def _origin(self) -> Origin:
        declared, files = docs_licence(self._docs)
        return Origin(
            id=f"tools:rust@{release_of(self._toolchain)}",
            source=self.name,
            repository=_REPOSITORY,
            url="https://doc.rust-lang.org/error_codes/",
            version=release_of(self._toolchain),
            declared=declared,
            manifest="COPYRIGHT.html",
            authors=(ATTRIBUTION,),
            licence_files=files,
        )


def _alike(wrong: Example, right: Example) -> bool:
    """Whether one is the other put right: most of its words are there, and they are not the same."""
    matcher = difflib.SequenceMatcher(None, wrong.text.split(), right.text.split(), autojunk=False)
    return ALIKE <= matcher.ratio() < 1.0


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.splitlines()]
