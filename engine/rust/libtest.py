"""The output of `cargo test`, read line by line: which test of which target ended how.

libtest's JSON is unstable, so this reads what people read. Cargo announces each target on stderr ("Running …",
"Doc-tests …"), which must be merged into stdout so that tests can be told apart by target.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Ending = Literal["ok", "failed", "ignored"]

# The binary with cargo's hash is asked for: a test may print "Running" itself.
_RUNNING = re.compile(r"^\s*Running (?:unittests )?(?P<path>.+?) \((?P<binary>[^()]*-[0-9a-f]{16}(?:\.exe)?)\)\s*$")
_DOCTESTS = re.compile(r"^\s+Doc-tests (?P<name>\S+)\s*$")
_COUNT = re.compile(r"^running \d+ tests?$")
_RESULT = re.compile(r"^test result: (?:.*; finished in (?P<seconds>[\d.]+)s$)?")
_TARGET_FAILED = re.compile(r"^error: (?:test|doctest|doctests) failed, to rerun pass ")
_TEST = re.compile(r"^test (?P<name>.+?)(?: - should panic)? \.\.\. (?P<ending>ok|FAILED|ignored)\b")
_STARTED = re.compile(r"^test (?P<name>.+?)(?: - should panic)? \.\.\. (?!ok\b|FAILED\b|ignored\b)")
# What another program printed without a line end stands before the test's line.
_AFTER_NOISE = re.compile(r"test (?P<name>[\w:]+)(?: - should panic)? \.\.\. (?P<ending>ok|FAILED)$")
_BARE_ENDING = re.compile(r"^(?P<ending>ok|FAILED)\s*$")
_FAILED_NAME = re.compile(r"^---- (?P<name>.+?) stdout ----$")
_DOCTEST_LINE = re.compile(r" \(line (?P<line>\d+)\)")
_ENDINGS: dict[str, Ending] = {"ok": "ok", "FAILED": "failed", "ignored": "ignored"}
_WHOLE = "(the whole target)"
_LONGEST_STORY = 40


@dataclass
class TestLog:
    """Takes the merged lines of `cargo test`. ``outcomes`` maps "<package> <target>::<test>" to how it ended.

    A target that fails though none of its tests did (it crashed, or has a harness of its own), and one that ends
    before its tests have, counts as one failed test named "(the whole target)". ``seconds`` maps targets to the time
    that libtest says they took.
    """

    __test__ = False  # not a test case, whatever its name says to pytest

    outcomes: dict[str, Ending] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    stories: dict[str, list[str]] = field(default_factory=dict)
    _told: str = ""
    _target: str = ""
    _open: str | None = None
    _counting: bool = False  # libtest said how many tests it runs, and not yet how they went
    _retelling: bool = False  # it shows what failed tests printed
    _packages: dict[str, str] = field(default_factory=dict)

    def announce(self, binary: str, package: str) -> None:
        """Tells whose test binary a file is: targets of two packages may have the same name."""
        self._packages[_file_name(binary)] = package

    def take(self, line: str) -> str | None:
        """Takes one line; the full name of the test whose ending it tells, if it tells one."""
        if self._announces(line):
            return None
        if _COUNT.match(line):
            self._counting = True
            return None
        if result := _RESULT.match(line):
            if result["seconds"] and self._target:
                self.seconds.setdefault(self._target, float(result["seconds"]))
            self._counting = self._retelling = False
            return None
        if self._counting and line == "failures:":
            self._retelling = True
        if _TARGET_FAILED.match(line):
            return self._fail_whole() if not self._has_failed() else None
        if self._retelling:
            return self._retell(line)
        if ended := _TEST.match(line):
            return self._end(ended["name"], _ENDINGS[ended["ending"]])
        if started := _STARTED.match(line):
            self._open = started["name"]  # a test that prints past the capture breaks its own line
            return None
        if self._open and (ended := _BARE_ENDING.match(line)):
            return self._end(self._open, _ENDINGS[ended["ending"]])
        if ended := _AFTER_NOISE.search(line):
            return self._end(ended["name"], _ENDINGS[ended["ending"]])
        return None

    def _retell(self, line: str) -> str | None:
        """Takes a line of what failed tests printed."""
        if failed := _FAILED_NAME.match(line):
            self._told = f"{self._target}::{failed['name']}" if self._target else failed["name"]
            return self._end(failed["name"], "failed")
        if line == "failures:":
            self._told = ""
        elif self._told and len(story := self.stories.setdefault(self._told, [])) < _LONGEST_STORY:
            story.append(line)
        return None

    def finish(self) -> None:
        """Cargo ended by itself: judges the last target, and names documentation tests by their order in an item.

        Their own names hold line numbers, by which they could not be known again after an edit above them.
        """
        self._close_target()
        places: dict[str, list[tuple[int, str]]] = {}
        for name in self.outcomes:
            if (line := _DOCTEST_LINE.search(name)) and _is_doctest(name):
                places.setdefault(_DOCTEST_LINE.sub("", name), []).append((int(line["line"]), name))
        renamed = {
            name: base if number == 1 else f"{base} #{number}"
            for base, found in places.items()
            for number, (_, name) in enumerate(sorted(found), start=1)
        }
        self.outcomes = {renamed.get(name, name): ending for name, ending in self.outcomes.items()}
        self.stories = {renamed.get(name, name): story for name, story in self.stories.items()}

    @property
    def failures(self) -> tuple[str, ...]:
        """The tests that failed, in order."""
        return tuple(name for name, ending in self.outcomes.items() if ending == "failed")

    def _announces(self, line: str) -> bool:
        if announced := _RUNNING.match(line):
            package = self._packages.get(_file_name(announced["binary"])) or _crate(announced["binary"])
            self._open_target(f"{package} {announced['path']}")
        elif announced := _DOCTESTS.match(line):
            self._open_target(f"doc {announced['name']}")
        else:
            return False
        return True

    def _open_target(self, name: str) -> None:
        self._close_target()
        self._target = name

    def _close_target(self) -> None:
        """A target that said how many tests it runs but not how they went has ended early, however quietly."""
        if self._counting and not self._has_failed():
            self._fail_whole()
        self._counting, self._retelling, self._open = False, False, None

    def _has_failed(self) -> bool:
        return any(name.startswith(f"{self._target}::") for name in self.failures)

    def _fail_whole(self) -> str | None:
        return self._end(_WHOLE, "failed")

    def _end(self, name: str, ending: Ending) -> str | None:
        if name == self._open:
            self._open = None
        full = f"{self._target}::{name}" if self._target else name
        if full in self.outcomes:  # its first ending counts: a test may print what looks like another's
            return None
        self.outcomes[full] = ending
        return full


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _crate(binary: str) -> str:
    return re.sub(r"-[0-9a-f]{16}(?:\.exe)?$", "", _file_name(binary))


def _is_doctest(name: str) -> bool:
    return name.startswith("doc ")
