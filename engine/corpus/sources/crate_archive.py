"""One crate as its archive from the registry holds it: nothing of it is run, and nothing is written to disk."""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
import tomllib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.corpus.document import Document, Origin
from engine.corpus.sources.tree import read_tree, repository_name, wanted_path
from engine.errors import CorpusError

LARGEST_FILE, LARGEST_CRATE = 64 * 1024**2, 1024**3
_MANIFEST, _COMMIT = "Cargo.toml", ".cargo_vcs_info.json"
_NAMED = frozenset([_MANIFEST, _COMMIT])


def read_crate(archive: Path, name: str, version: str, checksum: str | None) -> tuple[Origin, Iterator[Document]]:
    """A crate's origin and its Rust files.

    ``checksum`` is the archive's SHA-256 as the index or `Cargo.lock` has it (hex). Raises `CorpusError` when the
    archive cannot be read to its end, is not what was published, or would not fit in memory.
    """
    try:
        data = archive.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"the archive of {name} {version} is not here: {error.strerror}", fix="fetch the crates again"
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if checksum is not None and digest != checksum:
        raise CorpusError(
            f"the archive of {name} {version} is not the one that was published: its SHA-256 is {digest[:16]}…, not"
            f" {checksum[:16]}…",
            fix=f"delete {archive.name} from cargo's registry cache and fetch again",
        )
    tree = read_tree(_files(archive, f"{name}-{version}/"), _NAMED)
    package = _package(tree.named.get(_MANIFEST), name, version)
    commit, inside = _commit(tree.named.get(_COMMIT))
    url = package.get("repository") or package.get("homepage")
    origin = Origin(
        id=f"crate:{name}@{version}",
        source="crates",
        repository=repository_name(str(url) if url else None) or f"https://crates.io/crates/{name}",
        url=f"https://crates.io/crates/{name}/{version}",
        commit=commit,
        crate=name,
        version=version,
        checksum=digest,
        declared=str(package["license"]) if package.get("license") else None,
        manifest=_MANIFEST,
        authors=tuple(str(author) for author in package.get("authors", ())),
        licence_files=tuple(tree.licence_files),
    )
    notes = {"edition": str(package.get("edition", "2015"))}
    if inside is not None:
        notes["path_in_vcs"] = inside
    return origin, tree.documents(origin.id, notes)


def _files(archive: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    """The files that matter, by their paths inside the crate; links and anything outside of it are passed over."""
    total = 0
    try:
        with tarfile.open(archive, "r:gz") as bundle:
            for member in bundle:
                path = member.name.removeprefix(prefix)
                total += member.size
                if total > LARGEST_CRATE:
                    raise CorpusError(f"{archive.name} unpacks to more than {LARGEST_CRATE // 1024**2} MiB")
                if (
                    not member.isfile()
                    or path == member.name
                    or ".." in path.split("/")
                    or not wanted_path(path, _NAMED)
                ):
                    continue
                if member.size > LARGEST_FILE:
                    raise CorpusError(f"{path} in {archive.name} is larger than {LARGEST_FILE // 1024**2} MiB")
                opened = bundle.extractfile(member)
                if opened is not None:
                    yield path, opened.read()
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, OSError) as error:
        raise CorpusError(
            f"{archive.name} ends too early or is no archive: {error}", fix="delete it and fetch the crates again"
        ) from error


def _package(manifest: bytes | None, name: str, version: str) -> dict[str, Any]:
    try:
        package = tomllib.loads((manifest or b"").decode())["package"]
    except (ValueError, KeyError) as error:
        raise CorpusError(f"{name} {version} has no manifest that can be read") from error
    if not isinstance(package, dict) or package.get("name") != name:
        raise CorpusError(f"the archive of {name} {version} holds another package")
    return package


def _commit(info: bytes | None) -> tuple[str | None, str | None]:
    """The commit that a crate was packaged from, and where in the repository it lies; None where nobody says."""
    try:
        told = json.loads(info or b"{}")
        git = told.get("git", {})
        inside = told.get("path_in_vcs")
        return (None if git.get("dirty") else git.get("sha1")), inside if isinstance(inside, str) else None
    except (ValueError, AttributeError):
        return None, None
