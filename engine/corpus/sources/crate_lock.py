"""Which crates, in which versions: settled by cargo, fetched by cargo, and kept so that a build can be made again.

A throw-away package that depends on the crates is resolved and fetched; cargo checks every archive against the index.
No code of a crate is compiled or run. Crates that cannot live in one package (two that link one native library) are
split up until they can; what cargo does not find at all is kept with the reason.
"""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.errors import CorpusError
from engine.process import Limits
from engine.rust.cargo import Cargo, failure_of
from engine.rust.toolchain import find_toolchain
from engine.sandbox.jail import Jail, cargo_home, find_isolation

BATCH = 100
_LIMITS = Limits(wall_seconds=900.0)
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LockedCrate:
    """A crate in one version. ``problem`` says why there is no archive of it."""

    name: str
    version: str = ""
    checksum: str | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CrateLock:
    """The crates of a corpus, by name; what was ``wanted`` is kept in the words it was asked for in."""

    wanted: tuple[str, ...]
    crates: tuple[LockedCrate, ...]

    def write(self, path: Path) -> None:
        """Writes it, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".part")
        partial.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        partial.replace(path)

    @staticmethod
    def read(path: Path) -> CrateLock:
        """Raises `CorpusError` when it is no list that `write` wrote."""
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            return CrateLock(tuple(fields["wanted"]), tuple(LockedCrate(**crate) for crate in fields["crates"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorpusError(f"{path.name} is no list of locked crates: {error}", fix="delete it") from error


def read_names(path: Path) -> tuple[str, ...]:
    """A list of crates, one a line as ``name`` or ``name@version``; ``#`` begins a comment."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} is no list of crates: {error}", fix="give a file with one crate a line") from error
    names = [line.partition("#")[0].strip() for line in lines]
    if bad := next((name for name in names if name and not _is_name(name)), None):
        raise CorpusError(f"`{bad}` in {path.name} is no crate", fix="write name or name@version")
    if not any(names):
        raise CorpusError(f"{path} names no crate", fix="give a file with one crate a line")
    return tuple(dict.fromkeys(name for name in names if name))


async def lock_crates(
    wanted: Sequence[str], keep: Path | None = None, *, on_progress: OnProgress | None = None
) -> CrateLock:
    """Resolves and fetches crates, newest version where none is given; the result is in the order of their names.

    ``keep`` is a file: where it holds the same wish already, nothing is asked of the network. Crates that cargo finds
    no way to fetch are in the result with their problem.
    """
    ordered = tuple(sorted(dict.fromkeys(wanted)))
    kept = _kept(keep)
    if kept is not None and kept.wanted == ordered:
        return kept
    found: list[LockedCrate] = []
    for start in range(0, len(ordered), BATCH):
        found += await _fetch(ordered[start : start + BATCH])
        if on_progress is not None:
            on_progress(min(start + BATCH, len(ordered)), len(ordered))
    lock = CrateLock(ordered, tuple(sorted(found, key=lambda crate: (crate.name, crate.version))))
    if keep is not None:
        lock.write(keep)
    return lock


def archive_of(crate: LockedCrate) -> Path:
    """Where cargo keeps a crate's archive. Raises `CorpusError` when it does not."""
    name = f"{crate.name}-{crate.version}.crate"
    for folder in sorted((cargo_home() / "registry" / "cache").glob("*")):
        if (folder / name).is_file():
            return folder / name
    raise CorpusError(f"cargo has no {name}", fix="fetch the crates again while there is a network")


def _kept(path: Path | None) -> CrateLock | None:
    return CrateLock.read(path) if path is not None and path.exists() else None


async def _fetch(wanted: Sequence[str]) -> list[LockedCrate]:
    with tempfile.TemporaryDirectory(prefix="rusta-crates-") as made:
        folder = Path(made)
        manifest = ['[package]\nname = "rusta-crates"\nversion = "0.0.0"\nedition = "2021"\n', "[dependencies]"]
        for number, one in enumerate(wanted):
            name, _, version = one.partition("@")
            asked = f"={version}" if version else "*"
            manifest.append(f'c{number} = {{ package = "{name}", version = "{asked}", default-features = false }}')
        (folder / "Cargo.toml").write_text("\n".join(manifest) + "\n")
        (folder / "src").mkdir()
        (folder / "src" / "lib.rs").write_text("")
        jail = Jail(find_isolation(), writable=[folder]).with_network()
        cargo = Cargo(find_toolchain(folder), folder, folder, target=folder / "target", wrap=jail.wrap, limits=_LIMITS)
        done = await cargo.fetch()
        if done.ok:
            return _locked(wanted, tomllib.loads((folder / "Cargo.lock").read_text(encoding="utf-8")))
    failure, _ = failure_of(done.tail)
    if len(wanted) == 1:
        name, _, version = wanted[0].partition("@")
        return [LockedCrate(name, version, None, failure)]
    middle = len(wanted) // 2
    return [*await _fetch(wanted[:middle]), *await _fetch(wanted[middle:])]


def _locked(wanted: Iterable[str], lock: dict[str, Any]) -> list[LockedCrate]:
    packages = lock.get("package", [])
    root = next(package for package in packages if package["name"] == "rusta-crates")
    versions: dict[str, list[str]] = {}
    for line in root.get("dependencies", ()):
        name, _, rest = line.partition(" ")
        versions.setdefault(name, []).append(rest.partition(" ")[0])
    known = {(package["name"], package["version"]): package.get("checksum") for package in packages}
    found = []
    for one in wanted:
        name, _, version = one.partition("@")
        # cargo leaves the version out where the lock file has one of that name only.
        only = [number for held, number in known if held == name]
        version = version or next((number for number in versions.get(name, ()) if number), only[0])
        exact = next((number for number in only if number.partition("+")[0] == version.partition("+")[0]), version)
        found.append(LockedCrate(name, exact, known.get((name, exact))))
    return found


def _is_name(text: str) -> bool:
    name, _, version = text.partition("@")
    plain = name.replace("-", "").replace("_", "")
    numbered = all(sign.isalnum() or sign in ".-+" for sign in version) and (version[:1].isdigit() or not version)
    return plain.isascii() and plain.isalnum() and name[0].isalpha() and numbered and not text.endswith("@")
