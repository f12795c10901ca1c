"""The packages of a workspace, as `cargo metadata` tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_LIBRARIES = frozenset(["lib", "rlib", "dylib", "cdylib", "staticlib", "proc-macro"])


@dataclass(frozen=True)
class Package:
    """A workspace member. ``root`` is relative to the repository root ("" for the root itself);
    ``dependencies`` names the members that it or its tests are built upon, ``test_dependencies`` those of them that
    only its tests need; ``roots`` are the root files of its library and programs, relative to the repository root."""

    name: str
    id: str
    root: str
    edition: str
    has_library: bool
    has_build_script: bool
    is_proc_macro: bool
    dependencies: tuple[str, ...]
    test_dependencies: frozenset[str] = frozenset()
    roots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workspace:
    """The members of a workspace, and whether foreign packages bring code that runs while it is built."""

    root: Path
    packages: tuple[Package, ...]
    third_party_build_scripts: bool
    third_party_proc_macros: bool

    def package_of(self, path: str) -> Package | None:
        """The member that a file (relative to the repository root) belongs to: the one with the deepest root."""
        owners = [package for package in self.packages if not package.root or path.startswith(f"{package.root}/")]
        return max(owners, key=lambda package: len(package.root), default=None)

    @cached_property
    def order(self) -> tuple[Package, ...]:
        """The members, each after those it is built upon, and after those of its tests unless they point back."""
        by_name = {package.name: package for package in self.packages}
        placed: dict[str, Package] = {}

        def needs(package: Package, *, tests: bool) -> list[Package]:
            names = (name for name in package.dependencies if tests or name not in package.test_dependencies)
            return [by_name[name] for name in names if name in by_name]

        def is_built_upon(upper: Package, lower: str) -> bool:
            reached, open_ends = {upper.name}, [upper]
            while open_ends:
                for package in needs(open_ends.pop(), tests=False):
                    if package.name not in reached:
                        reached.add(package.name)
                        open_ends.append(package)
            return lower in reached

        def place(package: Package, path: frozenset[str]) -> None:
            if package.name in placed or package.name in path:
                return
            for below in needs(package, tests=True):
                if below.name not in package.test_dependencies or not is_built_upon(below, package.name):
                    place(below, path | {package.name})
            placed[package.name] = package

        for package in self.packages:
            place(package, frozenset())
        return tuple(placed.values())


def read_workspace(metadata: Mapping[str, Any], repository_root: Path) -> Workspace:
    """Reads the JSON of `cargo metadata --format-version 1`."""
    members = set(metadata["workspace_members"])
    own = [package for package in metadata["packages"] if package["id"] in members]
    foreign = [package for package in metadata["packages"] if package["id"] not in members]
    names = {package["name"] for package in own}
    return Workspace(
        root=Path(metadata["workspace_root"]),
        packages=tuple(_read_package(package, repository_root, names) for package in own),
        third_party_build_scripts=any(_has_target(package, "custom-build") for package in foreign),
        third_party_proc_macros=any(_has_target(package, "proc-macro") for package in foreign),
    )


def _read_package(package: Mapping[str, Any], repository_root: Path, members: set[str]) -> Package:
    folder = Path(package["manifest_path"]).parent
    roots = (repository_root, repository_root.resolve())  # cargo follows links
    root = next((folder.relative_to(each).as_posix() for each in roots if folder.is_relative_to(each)), str(folder))
    kinds: dict[str, set[str | None]] = {}  # of each dependency on a member: None (normal), "build" or "dev"
    for dependency in package["dependencies"]:
        if dependency["name"] in members and dependency.get("path"):
            kinds.setdefault(dependency["name"], set()).add(dependency.get("kind"))
    return Package(
        name=package["name"],
        id=package["id"],
        root="" if root == "." else root,
        edition=package["edition"],
        has_library=any(kind in _LIBRARIES for target in package["targets"] for kind in target["kind"]),
        has_build_script=_has_target(package, "custom-build"),
        is_proc_macro=_has_target(package, "proc-macro"),
        dependencies=tuple(kinds),
        test_dependencies=frozenset(name for name, kind in kinds.items() if kind == {"dev"}),
        roots=tuple(
            next((source.relative_to(each).as_posix() for each in roots if source.is_relative_to(each)), str(source))
            for target in package["targets"]
            if _LIBRARIES.union(["bin"]).intersection(target["kind"])
            for source in [Path(target["src_path"])]
        ),
    )


def _has_target(package: Mapping[str, Any], kind: str) -> bool:
    return any(kind in target["kind"] for target in package["targets"])
