"""Chaos: the tools that a session calls misbehave in known ways, and the judge's do not.

A kind of chaos is a toolchain of scripts that stand in front of the real one, and where that is not enough a limit on
the session's own process or a store full of lies. Nothing of the loop is replaced: it meets what it would meet on a bad
machine. Which calls go wrong follows from a count of calls, so that a run can be repeated.
"""

from __future__ import annotations

import os
import resource
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from engine.brain.moves import all_moves
from engine.brain.moves.suggested import NAME
from engine.rust.toolchain import Toolchain, find_toolchain
from engine.schema.base import Record
from engine.store.outcomes import OutcomeRecord
from engine.store.store import Store

Chaos = Literal["killed", "disk", "flaky", "truncated", "slow", "missing", "poisoned"]
KINDS: tuple[Chaos, ...] = get_args(Chaos)

WHAT: dict[Chaos, str] = {
    "killed": "every third rustc is killed by SIGKILL",
    "disk": "no file may grow beyond 1 MiB, so no test program can be linked",
    "flaky": "every other run of a test program turns its first green test red",
    "truncated": "every second build's JSON breaks off after two thirds",
    "slow": "every build takes two seconds longer",
    "missing": "no rustfmt, no clippy, no rust-analyzer, no documentation",
    "poisoned": "her memory is full of lies: half of her moves always end red, the other half always green",
}

_DISK_BYTES = 1024 * 1024
_LIES = 40
_LONG_AGO = "2024-01-01T00:00:00.000Z"

# Each script counts its calls in the target folder: the only place that a jailed build may write to.
_COUNT = """#!/bin/sh
count() {
  mkdir -p "${CARGO_TARGET_DIR:-/tmp}"
  file="${CARGO_TARGET_DIR:-/tmp}/.calls-$1"
  n=$(( $(cat "$file" 2>/dev/null || echo 0) + 1 ))
  echo "$n" > "$file"
}
"""
_RUSTC_ON_PATH = """#!/bin/sh
case "$*" in
  "--print sysroot") echo "{sysroot}" ;;
  *) exec "{rustc}" "$@" ;;
esac
"""
_CARGO = {
    "truncated": """
case "$*" in
  *--message-format=json*)
    count builds
    if [ $((n % 2)) -eq 1 ]; then
      whole=$(mktemp); "{cargo}" "$@" > "$whole"; code=$?
      size=$(wc -c < "$whole"); head -c $((size * 2 / 3)) "$whole"; rm -f "$whole"; exit $code
    fi ;;
esac
""",
    "slow": """
case "$1" in check|clippy|test) sleep 2 ;; esac
""",
    "flaky": """
export {runner}="{sysroot}/bin/runner"
""",
}
_RUSTC = """
case "$*" in
  *--crate-name*)
    case "$*" in
      *___*) ;;
      *) count rustc; if [ $((n % 3)) -eq 0 ]; then kill -9 $$; fi ;;
    esac ;;
esac
"""
_RUNNER = (
    _COUNT
    + """
count tests
if [ $((n % 2)) -eq 0 ]; then exec "$@"; fi
said=$(mktemp); "$@" > "$said" 2>&1; code=$?
if [ $code -eq 0 ] && grep -q '^test .* \\.\\.\\. ok$' "$said"; then
  awk '!done && /^test .* \\.\\.\\. ok$/ { sub(/ok$/, "FAILED"); done = 1 }
       { sub(/^test result: ok/, "test result: FAILED"); print }' "$said"
  exit 101
fi
cat "$said"; exit $code
"""
)


class ChaosOrder(Record):
    """One kind of chaos for one session."""

    kind: Chaos

    def unleash(self, ground: Path) -> None:
        """Lets it loose on this process and the children it will have. ``ground``: the case's folder."""
        if self.kind == "disk":
            # Python ignores the signal, so a write fails; what it starts is killed by it, like by a full disk.
            resource.setrlimit(resource.RLIMIT_FSIZE, (_DISK_BYTES, _DISK_BYTES))
        elif self.kind != "poisoned":  # which is done to the memory that the session starts with
            folder = _toolchain_of_scripts(self.kind, ground, find_toolchain(ground))
            os.environ["PATH"] = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])


def _toolchain_of_scripts(kind: Chaos, ground: Path, real: Toolchain) -> Path:
    """A sysroot whose programs are scripts; the folder to put on the PATH, with a rustc that names that sysroot."""
    sysroot, front = ground / "chaos", ground / "chaos" / "front"
    names: dict[str, Path | str] = {"sysroot": sysroot, "cargo": real.cargo, "rustc": real.rustc}
    names["runner"] = f"CARGO_TARGET_{_host(real).upper().replace('-', '_')}_RUNNER"
    fill = _filler(names)
    _write(front / "rustc", fill(_RUSTC_ON_PATH))
    _write(sysroot / "bin" / "cargo", fill(_COUNT + _CARGO.get(kind, "") + '\nexec "{cargo}" "$@"\n'))
    _write(sysroot / "bin" / "rustc", fill(_COUNT + (_RUSTC if kind == "killed" else "") + '\nexec "{rustc}" "$@"\n'))
    if kind == "flaky":
        _write(sysroot / "bin" / "runner", _RUNNER)
    kept = [] if kind == "missing" else ["bin/rustfmt", "bin/cargo-clippy", "bin/clippy-driver", "share"]
    for name in ("bin/rustdoc", *kept):
        if (real.sysroot / name).exists():
            (sysroot / name).symlink_to(real.sysroot / name)
    return front


def poison(store: Store) -> None:
    """Fills a store with lies about how her moves ended. Every other one by name looks good."""
    store.create_session("lies", repository="lies", path="lies", at=_LONG_AGO, brain="lies")
    names = sorted({NAME, *(move.name for move in all_moves())})
    for index, move in enumerate(names):
        for _ in range(_LIES):
            lie = OutcomeRecord("lies", _LONG_AGO, "lies", "", move, "", "", "lies", 0.5, green=index % 2 == 0)
            store.record_outcome(lie)


def _filler(names: dict[str, Path | str]) -> Callable[[str], str]:
    """Fills names into a script; the braces of shell stay as they are."""

    def fill(script: str) -> str:
        for name, value in names.items():
            script = script.replace(f"{{{name}}}", str(value))
        return script

    return fill


def _host(real: Toolchain) -> str:
    """The target that this machine builds for."""
    said = subprocess.run([real.rustc, "-vV"], capture_output=True, text=True, check=True).stdout
    return next(line.removeprefix("host: ") for line in said.splitlines() if line.startswith("host: "))


def _write(script: Path, text: str) -> None:
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(text, encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
