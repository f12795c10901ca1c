"""Local checkouts as a source: what one commit holds, one unit a Cargo package, read through git and never checked out.

Every package has its own manifest and so its own licence; what lies in no package is a unit of its own, which only
licence files and headers speak for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from engine.corpus.document import Document, Origin
from engine.corpus.sources.crate_archive import LARGEST_FILE
from engine.corpus.sources.tree import Tree, read_tree, repository_name, wanted_path
from engine.errors import CorpusError

if TYPE_CHECKING:
    from git.objects import Commit

_MANIFEST = "Cargo.toml"
_OUTSIDE = "outside of packages"


class GitCheckout:
    """One commit of a local repository; ``revision`` is anything git understands."""

    name = "git"

    def __init__(self, path: Path, revision: str = "HEAD") -> None:
        self._path = path
        self._revision = revision

    def settings(self) -> Mapping[str, Any]:
        """The commit, which says it all."""
        return {"commit": self._commit.hexsha}

    def units(self) -> tuple[str, ...]:
        """The folders of its packages, ``.`` for the root, and "outside of packages" where anything is."""
        folders = sorted(self._packages)
        outside = any(self._package_of(path) is None for path, _ in self._tree.sources)
        return (*folders, *((_OUTSIDE,) if outside else ()))

    def read(self, unit: str) -> tuple[Origin, Iterator[Document]]:
        """One package, with paths as they are in the repository."""
        package = self._packages.get(unit, {})
        folder = None if unit == _OUTSIDE else unit
        manifest = None if folder is None else _MANIFEST if folder == "." else f"{folder}/{_MANIFEST}"
        licence = self._inherited(package, "license")
        name = str(package.get("name", "")) or None
        version = self._inherited(package, "version")
        origin = Origin(
            id=f"git:{self._repository}@{self._commit.hexsha[:12]}#{unit}",
            source=self.name,
            repository=self._repository,
            url=self._repository if self._repository.startswith("https://") else None,
            commit=self._commit.hexsha,
            crate=name,
            version=version,
            declared=licence,
            manifest=manifest,
            licence_files=tuple(self._tree.licence_files),
        )
        files = Tree([file for file in self._tree.sources if self._package_of(file[0]) == folder])
        return origin, files.documents(origin.id, {"edition": self._inherited(package, "edition") or "2015"})

    def __getstate__(self) -> dict[str, Any]:
        # What git has open cannot be handed to another process: each opens its own.
        return {"_path": self._path, "_revision": self._revision}

    @cached_property
    def _commit(self) -> Commit:
        from git import Repo
        from git.exc import BadName, GitError

        try:
            return Repo(self._path).commit(self._revision)
        except (GitError, BadName, ValueError, OSError) as error:
            why = next(iter(str(error).splitlines()), "") or "it is no git repository"
            raise CorpusError(
                f"{self._path.name} has no commit `{self._revision}`: {why}", fix="give the folder of a git checkout"
            ) from error

    @cached_property
    def _tree(self) -> Tree:
        return read_tree(self._files(), frozenset(self._manifests))

    @cached_property
    def _manifests(self) -> list[str]:
        return [path for path in self._blobs if PurePosixPath(path).name == _MANIFEST]

    @cached_property
    def _blobs(self) -> dict[str, Any]:
        """Regular files by path: links and submodules are left out."""
        from git.objects import Blob

        items = (item for item in self._commit.tree.traverse() if isinstance(item, Blob))
        return {str(item.path): item for item in items if item.mode in (0o100644, 0o100755)}

    def _files(self) -> Iterator[tuple[str, bytes]]:
        wanted = frozenset(self._manifests)
        for path, blob in sorted(self._blobs.items()):
            if wanted_path(path, wanted) and blob.size <= LARGEST_FILE:
                yield path, blob.data_stream.read()

    @cached_property
    def _packages(self) -> dict[str, dict[str, Any]]:
        """The ``[package]`` tables by folder; a manifest that cannot be read is no package."""
        found = {}
        for path, manifest in self._parsed.items():
            if isinstance(manifest.get("package"), dict):
                found[str(PurePosixPath(path).parent)] = manifest["package"]
        return found

    @cached_property
    def _parsed(self) -> dict[str, dict[str, Any]]:
        parsed = {}
        for path in self._manifests:
            try:
                parsed[path] = tomllib.loads(self._tree.named[path].decode())
            except (ValueError, KeyError):
                continue
        return parsed

    def _inherited(self, package: Mapping[str, Any], key: str) -> str | None:
        """A field of a package, from the workspace where it says ``key.workspace = true``."""
        value = package.get(key)
        if isinstance(value, dict) and value.get("workspace"):
            shared = (manifest.get("workspace", {}).get("package", {}) for manifest in self._parsed.values())
            value = next((table[key] for table in shared if key in table), None)
        return value if isinstance(value, str) else None

    def _package_of(self, path: str) -> str | None:
        return next((str(folder) for folder in PurePosixPath(path).parents if str(folder) in self._packages), None)

    @cached_property
    def _repository(self) -> str:
        """The URL of its origin in one spelling, else the name of its folder: its path says where somebody works."""
        remotes = {remote.name: remote for remote in self._commit.repo.remotes}
        url = next(iter(remotes["origin"].urls), None) if "origin" in remotes else None
        return repository_name(url) or self._path.resolve().name
