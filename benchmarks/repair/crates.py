"""The crates of the repair benchmark: fetched by cargo, their licences read, their tests seen to be green."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import RustaError
from engine.process import Limits
from engine.rust.cargo import Cargo
from engine.rust.toolchain import find_toolchain
from engine.sandbox.jail import Jail, find_isolation

PERMISSIVE = frozenset(
    ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "Unlicense", "CC0-1.0", "0BSD"]
)
# What a crate's tests may take once everything is built, in seconds.
SLOWEST = 10.0
_MIB = 1024 * 1024
LIMITS = Limits(wall_seconds=120, cpu_seconds=300, memory_bytes=8192 * _MIB, file_bytes=1024 * _MIB)


@dataclass(frozen=True)
class Listed:
    """A line of the list: a crate and the version that is meant."""

    name: str
    version: str

    @property
    def half(self) -> str:
        """Which half the crate is in: by the hash of its name, so that a new version stays where it was."""
        return half_of(self.name)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Crate:
    """A crate on this machine. ``tests`` counts the green ones, ``seconds`` is what they take when all is built."""

    listed: Listed
    folder: Path
    license: str
    tests: int = 0
    seconds: float = 0.0
    dropped: str = ""


def half_of(name: str) -> str:
    """ "dev" or "held-out", by a hash that no run of this program can move."""
    return "dev" if hashlib.sha256(name.encode()).digest()[0] % 2 == 0 else "held-out"


def read_list(path: Path) -> tuple[Listed, ...]:
    """The crates of a list: a name and a version a line; what follows `#` is a comment."""
    lines = [line.split("#", 1)[0].split() for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(Listed(words[0], words[1]) for words in lines if words)


def is_permissive(expression: str) -> bool:
    """Whether an SPDX expression of `OR`, `AND` and the old `/` can be met with permissive licences alone."""
    alternatives = expression.replace("(", " ").replace(")", " ").replace("/", " OR ").split(" OR ")
    return any(
        all(word.strip().split(" WITH ")[0] in PERMISSIVE for word in each.split(" AND ")) for each in alternatives
    )


def fetch(listed: tuple[Listed, ...], place: Path) -> tuple[Crate, ...]:
    """Lets cargo fetch the listed crates and copies each into a folder of its own below ``place``.

    Raises `RustaError` when cargo cannot fetch them.
    """
    folder = place / "list"
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "src" / "lib.rs").write_text("")
    lines = "".join(f'{each.name} = "={each.version}"\n' for each in listed)
    (folder / "Cargo.toml").write_text(
        f'[package]\nname = "list"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n{lines}'
    )
    argv = ["cargo", "metadata", "--format-version=1", "--quiet"]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if line.startswith("error")), "cargo fails")
        raise RustaError(f"the crates cannot be fetched: {reason}", fix="see `benchmarks/repair/crates.txt`")
    packages = {(each["name"], each["version"]): each for each in json.loads(done.stdout)["packages"]}
    return tuple(_copy(each, packages[each.name, each.version], place / "crates") for each in listed)


def _copy(listed: Listed, package: dict[str, object], place: Path) -> Crate:
    folder = place / f"{listed.name}-{listed.version}"
    terms = str(package.get("license") or "")
    if not folder.exists():
        source = Path(str(package["manifest_path"])).parent
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".cargo*", "Cargo.toml.orig", ".git", "target"))
        for file in folder.rglob("*"):
            file.chmod(0o755 if file.is_dir() else 0o644)
    dropped = "" if is_permissive(terms) else f"licence {terms or 'not stated'}"
    return Crate(listed, folder, terms, dropped=dropped)


def cargo_for(folder: Path, target: Path, limits: Limits = LIMITS) -> Cargo:
    """cargo on a crate, in the jail, with a target folder that stays warm. Raises `RustaError` without a jail."""
    isolation = find_isolation()
    if isolation.kind == "none":
        raise RustaError(f"no jail for the tests of strangers: {isolation.detail}", fix="install bubblewrap")
    toolchain = find_toolchain(folder.parent)
    tmp = target.with_name(f"{target.name}-tmp")
    for each in (target, tmp):
        each.mkdir(parents=True, exist_ok=True)
    jail = Jail(isolation, writable=(folder, target), readable=(toolchain.sysroot,), tmp=tmp)
    return Cargo(
        toolchain, folder, folder, target=target, wrap=jail.wrap, fetch_wrap=jail.with_network().wrap, limits=limits
    )


async def equip(crate: Crate, target: Path) -> bool:
    """Lets cargo fetch, once, what the crate's tests need; False when it cannot. Everything after it is offline."""
    stamp = crate.folder.with_name(f"{crate.folder.name}.fetched")
    if not stamp.exists():
        if not (await cargo_for(crate.folder, target).fetch()).ok:
            return False
        stamp.touch()
    return True


async def survey(crate: Crate, target: Path) -> Crate:
    """Fetches what the crate's tests need and runs them twice: built cold, then timed. Says why one is dropped."""
    if crate.dropped:
        return crate
    if not await equip(crate, target):
        return replace(crate, dropped="its dependencies cannot be fetched")
    cargo = cargo_for(crate.folder, target)
    try:
        first = await cargo.test()
        second = await cargo.test() if first.ok else first
    except RustaError as error:
        return replace(crate, dropped=str(error))
    passed = sum(ending == "ok" for ending in second.outcomes.values())
    found = replace(crate, tests=passed, seconds=second.seconds)
    if not second.ok:
        return replace(found, dropped="its tests are red here")
    if not passed:
        return replace(found, dropped="it has no tests")
    if second.seconds > SLOWEST:
        return replace(found, dropped=f"its tests take {second.seconds:.0f} s")
    return found
