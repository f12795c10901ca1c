"""What the compiler says to the examples of the docs: each is compiled, in the jail, and labelled by what happened.

rustc only checks (``--emit=metadata``): nothing that an example says is ever run, and nothing is linked. What was
found out is kept by content, edition and compiler, so that a second build compiles nothing again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shlex
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from engine.corpus.sources.sections import Example
from engine.errors import CorpusError
from engine.process import Limits, run
from engine.rust.toolchain import Toolchain
from engine.sandbox.jail import Jail, find_isolation

Outcome = Literal["compiles", "fails", "incomplete", "not-tried"]
SECONDS = 20
_LIMITS = Limits(wall_seconds=300.0, memory_bytes=4 * 1024**3)
_EDITION = re.compile(r"edition(\d{4})")
_CODE = re.compile(r"E\d{4}")
_MAIN = re.compile(r"^\s*(?:pub\s+)?(?:async\s+)?(?:const\s+)?fn\s+main\s*[(<]", re.MULTILINE)
_INNER = re.compile(r"^\s*#!\[.*\]\s*$")
# Errors that only say that something around the example is missing.
_MISSING = frozenset(
    ["E0425", "E0433", "E0432", "E0412", "E0463", "E0405", "E0583", "E0422", "E0531", "E0404", "E0407"]
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What happened to an example.

    ``outcome`` "incomplete" is one that the docs leave out of their own tests and that does not stand alone. ``codes``
    are the errors' numbers, ``rendered`` the first error as rustc prints it, ``reason`` why it was not tried.
    """

    outcome: Outcome
    edition: str
    codes: tuple[str, ...] = ()
    message: str = ""
    rendered: str = ""
    reason: str = ""


class ExampleCheck:
    """Compiles examples with one toolchain, ``workers`` at a time; ``kept`` is the folder where findings are kept."""

    def __init__(self, toolchain: Toolchain, kept: Path, workers: int = 2) -> None:
        self._toolchain = toolchain
        self._kept = kept
        self._workers = workers

    def check(self, examples: Sequence[Example], edition: str = "2015") -> list[Checked]:
        """One finding an example; ``edition`` is that of examples whose fence names none.

        Raises `CorpusError` when rustc cannot be started.
        """
        keys = [self._key(example, edition) for example in examples]
        known = {key: found for key in keys if (found := self._recall(key)) is not None}
        asked: dict[str, tuple[Example, str]] = {}
        for key, example in zip(keys, examples, strict=True):
            if key not in known and key not in asked:
                reason = why_not(example)
                if reason:
                    known[key] = Checked("not-tried", edition_of(example, edition), reason=reason)
                else:
                    asked[key] = (example, edition_of(example, edition))
        if asked:
            for key, found in asyncio.run(self._compile(asked)).items():
                known[key] = found
                self._keep(key, found)
        return [known[key] for key in keys]

    async def _compile(self, asked: Mapping[str, tuple[Example, str]]) -> dict[str, Checked]:
        with tempfile.TemporaryDirectory(prefix="rusta-examples-") as made:
            folder = Path(made)
            lines = []
            for key, (example, edition) in asked.items():
                (folder / f"{key}.rs").write_text(whole_program(example), encoding="utf-8")
                words = [str(self._toolchain.rustc), "--edition", edition, "--crate-name", "example"]
                words += ["--crate-type", _crate_type(example), "--emit=metadata", "--error-format=json"]
                words += ["-o", f"{key}.rmeta", f"{key}.rs"]
                lines.append(
                    f"timeout {SECONDS} {shlex.join(words)} 2>{key}.err; echo $? >{key}.code; rm -f {key}.rmeta"
                )
            for number, line in enumerate(lines):
                (folder / f"{number}.sh").write_text(line + "\n")
            jail = Jail(find_isolation(), writable=[folder])
            scripts = " ".join(f"{number}.sh" for number in range(len(lines)))
            side_by_side = f"echo {scripts} | xargs -n 1 -P {self._workers} sh"
            done = await run(jail.wrap(["sh", "-c", side_by_side]), cwd=folder, limits=_LIMITS)
            if not any((folder / f"{key}.code").exists() for key in asked):
                raise CorpusError(f"rustc cannot be started: {' '.join(done.tail[-1:])}", fix="run `rusta doctor`")
            return {key: _judged(folder, key, *asked[key]) for key in asked}

    def _key(self, example: Example, edition: str) -> str:
        parts = (self._toolchain.version, edition_of(example, edition), " ".join(example.tags), example.source, "1")
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _recall(self, key: str) -> Checked | None:
        path = self._kept / key[:2] / f"{key}.json"
        try:
            fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return Checked(**{**fields, "codes": tuple(fields["codes"])})
        except (OSError, ValueError, KeyError, TypeError):
            return None  # not kept yet, or cut off in the middle: it is compiled again

    def _keep(self, key: str, found: Checked) -> None:
        path = self._kept / key[:2] / f"{key}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{hashlib.sha256(str(id(self)).encode()).hexdigest()[:8]}")
        partial.write_text(json.dumps(asdict(found)), encoding="utf-8")
        partial.replace(path)


def edition_of(example: Example, otherwise: str) -> str:
    """The edition that its fence names."""
    return next((found[1] for tag in example.tags if (found := _EDITION.fullmatch(tag))), otherwise)


def why_not(example: Example) -> str:
    """Why an example is not given to this compiler, "" when it is."""
    if re.search(r"#!\[feature\(", example.source):
        return "needs a nightly compiler"
    if any(tag.startswith("ignore") for tag in example.tags) and "does_not_compile" not in example.tags:
        return "the docs do not test it either"
    return "" if example.source.strip() else "empty"


def _crate_type(example: Example) -> str:
    """Examples that the books show without a ``main`` on purpose are files of libraries."""
    alone = not {"noplayground", "test_harness", "ignore"}.isdisjoint(example.tags)
    return "lib" if alone and not _MAIN.search(example.source) else "bin"


def whole_program(example: Example) -> str:
    """The example as rustdoc would compile it: within a ``main`` where it has none, crate attributes above."""
    if _MAIN.search(example.source) or _crate_type(example) == "lib":
        return example.source
    lines = example.source.split("\n")
    inner = [line for line in lines if _INNER.match(line)]
    body = [line for line in lines if not _INNER.match(line)]
    return "\n".join(["#![allow(unused)]", *inner, "fn main() {", *body, "}", ""])


def _judged(folder: Path, key: str, example: Example, edition: str) -> Checked:
    try:
        code = int((folder / f"{key}.code").read_text())
        said = (folder / f"{key}.err").read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return Checked("not-tried", edition, reason="the compiler had no time left for it")
    if code == 124:
        return Checked("not-tried", edition, reason=f"the compiler did not end within {SECONDS} s")
    if code == 0:
        return Checked("compiles", edition)
    errors = list(_errors(said.splitlines()))
    if not errors:
        return Checked("not-tried", edition, reason="the compiler ended without a word")
    codes = tuple(dict.fromkeys(str(error["code"]["code"]) for error in errors if error.get("code")))
    first = errors[0]
    expected = set(example.tags) & {"compile_fail", "does_not_compile"} or any(map(_CODE.fullmatch, example.tags))
    ignored = any(tag.startswith("ignore") for tag in example.tags)
    lacking = not expected and (ignored or (bool(codes) and set(codes) <= _MISSING))
    rendered = str(first.get("rendered", "")).replace(f"{key}.rs", "example.rs").strip()
    return Checked("incomplete" if lacking else "fails", edition, codes, str(first["message"]), rendered)


def _errors(lines: Iterable[str]) -> Iterable[dict[str, Any]]:
    for line in lines:
        if not line.startswith("{"):
            continue
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if told.get("level") == "error" and not str(told.get("message", "")).startswith("aborting due to"):
            yield told
