"""The output of `cargo test`, read line by line: which test of which target ended how.

libtest's JSON is unstable, so this reads what people read. Cargo announces each target on stderr ("Running …",
"Doc-tests …"), which must be merged into stdout so that tests can be told apart by target.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Ending = Literal["ok", "failed", "ignored"]

_RUNNING = re.compile(r"^\s*Running (?:unittests )?(?P<path>\S+)(?: \((?P<binary>[^)]*)\))?\s*$")
_DOCTESTS = re.compile(r"^\s*Doc-tests (?P<name>\S+)\s*$")
_TEST = re.compile(r"^test (?P<name>.+?)(?: - should panic)? \.\.\. (?P<ending>ok|FAILED|ignored)\b")
_STARTED = re.compile(r"^test (?P<name>.+?)(?: - should panic)? \.\.\. (?!ok\b|FAILED\b|ignored\b)")
_BARE_ENDING = re.compile(r"^(?P<ending>ok|FAILED)\s*$")
_FAILED_NAME = re.compile(r"^---- (?P<name>.+?) stdout ----$")
_ENDINGS: dict[str, Ending] = {"ok": "ok", "FAILED": "failed", "ignored": "ignored"}


@dataclass
class TestLog:
    """Takes the merged lines of `cargo test`. ``outcomes`` maps "<target>::<test>" to how it ended."""

    __test__ = False  # not a test case, whatever its name says to pytest

    outcomes: dict[str, Ending] = field(default_factory=dict)
    _target: str = ""
    _open: str | None = None

    def take(self, line: str) -> str | None:
        """Takes one line; the full name of the test whose ending it tells, if it tells one."""
        if announced := _RUNNING.match(line):
            self._target = _target_name(announced["path"], announced["binary"])
            return None
        if announced := _DOCTESTS.match(line):
            self._target = f"doc {announced['name']}"
            return None
        if ended := _TEST.match(line):
            return self._end(ended["name"], _ENDINGS[ended["ending"]])
        if started := _STARTED.match(line):
            self._open = started["name"]  # a test that prints past the capture breaks its own line
            return None
        if self._open and (ended := _BARE_ENDING.match(line)):
            return self._end(self._open, _ENDINGS[ended["ending"]])
        if failed := _FAILED_NAME.match(line):
            return self._end(failed["name"], "failed")
        return None

    @property
    def failures(self) -> tuple[str, ...]:
        """The tests that failed, in order."""
        return tuple(name for name, ending in self.outcomes.items() if ending == "failed")

    def _end(self, name: str, ending: Ending) -> str:
        self._open = None
        full = f"{self._target}::{name}" if self._target else name
        self.outcomes[full] = ending
        return full


def _target_name(path: str, binary: str | None) -> str:
    """The target a "Running" line names: its source file, and the crate when the binary tells it."""
    if not binary:
        return path
    crate = re.sub(r"-[0-9a-f]{16}$", "", binary.replace("\\", "/").rsplit("/", 1)[-1])
    return f"{crate} {path}"
