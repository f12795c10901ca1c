"""Her voice: the lines she says on each occasion, from a profile that a mentor may edit.

A profile is YAML: ``v: 1`` and ``lines``, a list of format strings for each occasion. `Voice.say` picks one
by a hash of the facts, so that a replayed session says what it said before.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from engine import home
from engine.errors import RustaError
from engine.resources import shipped

_VERSION = 1


class VoiceError(RustaError):
    """The voice profile is not valid."""


class Voice:
    """The lines by occasion. ``strict`` makes a missing occasion or fact an error, as tests want it."""

    def __init__(self, lines: Mapping[str, tuple[str, ...]], *, strict: bool = False) -> None:
        self._lines = dict(lines)
        self._strict = strict

    @classmethod
    def load(cls, path: Path | None = None, *, strict: bool = False) -> Voice:
        """The shipped profile with the mentor's own (``voice.yaml`` in the home, or ``path``) over it.

        Occasions that the mentor's profile leaves out keep the shipped lines. Raises `VoiceError` for a file
        that is no profile.
        """
        lines = _read(shipped("data", "voice", "rusta.yaml"))
        own = path or home.voice_file()
        if path is not None or own.exists():
            lines |= _read(own)
        return cls(lines, strict=strict)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The occasions that the profile has lines for."""
        return tuple(sorted(self._lines))

    def say(self, kind: str, **facts: object) -> str:
        """A line for an occasion, filled with the facts.

        An occasion without lines is "" (which is not said), and a fact that a line asks for but does not get
        stays away, unless the voice is strict: then both raise `VoiceError`.
        """
        lines = self._lines.get(kind, ())
        if not lines:
            if self._strict:
                raise VoiceError(f"the voice has no line for `{kind}`", fix="add it under `lines:` in the profile")
            return ""
        seed = "\0".join([kind, *(f"{name}={facts[name]}" for name in sorted(facts))])
        line = lines[int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") % len(lines)]
        try:
            return line.format_map(facts)
        except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
            if self._strict:
                raise VoiceError(f"the line {line!r} of `{kind}` cannot be filled: {error!r}") from error
            return " ".join(str(fact) for fact in facts.values())


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    fix = "compare it with the profile that `rusta init` writes"
    try:
        profile = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        problem = " ".join(str(error).split())
        raise VoiceError(f"{path} cannot be read as a voice: {problem}", fix=fix) from error
    if not isinstance(profile, dict) or profile.get("v") != _VERSION:
        raise VoiceError(f"{path} is no voice profile of version {_VERSION}", fix=fix)
    lines = profile.get("lines")
    if not isinstance(lines, dict):
        raise VoiceError(f"{path} has no `lines`", fix=fix)
    return {str(kind): _checked(path, str(kind), said, fix) for kind, said in lines.items()}


def _checked(path: Path, kind: str, said: Any, fix: str) -> tuple[str, ...]:
    if not isinstance(said, list) or not all(isinstance(line, str) for line in said):
        raise VoiceError(f"{path}: `{kind}` must be a list of lines", fix=fix)
    for line in said:
        try:
            list(string.Formatter().parse(line))
        except ValueError as error:
            raise VoiceError(f"{path}: a line of `{kind}` is not well formed: {error}", fix=fix) from error
    return tuple(said)
