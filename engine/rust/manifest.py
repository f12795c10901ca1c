"""What a changed manifest switches off: workspace members, targets, tests, features, lints."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

_SWITCHES = ("autobins", "autotests", "autoexamples", "autobenches")
_TARGETS = ("bin", "test", "example", "bench")


def manifest_losses(path: str, before: bytes | None, after: bytes | None) -> Iterator[str]:
    """One line for each thing that a change of a ``Cargo.toml`` or ``clippy.toml`` takes out of sight."""
    name = PurePosixPath(path).name
    old, new = _read(before), _read(after)
    if name in ("clippy.toml", ".clippy.toml") or (name == "config.toml" and ".cargo" in path):
        if old != new:
            yield f"{path}: settings of the tools changed"
        return
    if name != "Cargo.toml" or after is None:
        return
    members, now = _table(old, "workspace"), _table(new, "workspace")
    for member in _missing(members.get("members"), now.get("members")):
        yield f"{path}: workspace member `{member}` removed"
    for member in _missing(now.get("exclude"), members.get("exclude")):
        yield f"{path}: `{member}` excluded from the workspace"
    for kind in _TARGETS:
        for target in _missing(_names(old.get(kind)), _names(new.get(kind))):
            yield f"{path}: {kind} target `{target}` removed"
    for feature in _missing(list(_table(old, "features")), list(_table(new, "features"))):
        yield f"{path}: feature `{feature}` removed"
    yield from (f"{path}: {line}" for line in _switched_off(old, new))
    yield from (f"{path}: {line}" for line in _silenced(old, new))


def _read(source: bytes | None) -> dict[str, Any]:
    try:
        return tomllib.loads((source or b"").decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _table(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _missing(old: Any, new: Any) -> list[str]:
    if not isinstance(old, list):
        return []
    present = new if isinstance(new, list) else []
    return [str(each) for each in old if each not in present]


def _names(targets: Any) -> list[str]:
    return [str(each.get("name", "")) for each in targets or [] if isinstance(each, dict)]


def _switched_off(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name in _SWITCHES:
        if _table(new, "package").get(name) is False and _table(old, "package").get(name) is not False:
            yield f"`{name}` switched off"
    targets = [("lib", _table(old, "lib"), _table(new, "lib"))]
    for kind in _TARGETS:
        was = {each.get("name"): each for each in old.get(kind) or [] if isinstance(each, dict)}
        targets += [
            (kind, was.get(each.get("name"), {}), each) for each in new.get(kind) or [] if isinstance(each, dict)
        ]
    for kind, was_target, target in targets:
        for name in ("test", "doctest", "harness"):
            if target.get(name) is False and was_target.get(name) is not False:
                yield f"`{name}` of {kind} switched off"


def _silenced(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for scope in ("", "workspace"):
        was = _table(_table(old, scope) if scope else old, "lints")
        now = _table(_table(new, scope) if scope else new, "lints")
        for tool in sorted({*was, *now}):
            old_levels, new_levels = _table(was, tool), _table(now, tool)
            for lint in sorted({*old_levels, *new_levels}):
                level, level_now = _level(old_levels.get(lint)), _level(new_levels.get(lint))
                if level != level_now and (
                    level_now == "allow" or (level in ("deny", "forbid", "warn") and not level_now)
                ):
                    yield f"lint `{tool}::{lint}` silenced"


def _level(value: Any) -> str:
    return str(value.get("level", "")) if isinstance(value, dict) else str(value or "")
