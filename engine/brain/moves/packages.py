"""Manifests: a member of the workspace that a package uses and does not list as a dependency.

Cargo book, "Specifying Dependencies" (path dependencies, inheriting from a workspace); E0432, E0433.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.move import Fix, Site, move
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from engine.rust.workspace import Package, Workspace

_UNLINKED = re.compile(r"(?:unresolved module or unlinked crate|use of undeclared crate or module) `([^`]+)`")
_OF_TESTS = re.compile(r"(?:tests|benches|examples)/")


@move("depend-on-the-member", "E0432", "E0433", prior=0.9)
def depend_on_the_member(site: Site) -> Iterator[Fix]:
    """Lists a member of the workspace as a dependency of the package that uses it, by its path.

    Crates from elsewhere are never added: which version is wanted is not hers to decide.
    """
    workspace = site.context.workspace
    found = _UNLINKED.search(site.said)
    if workspace is None or found is None:
        return
    user = workspace.package_of(site.path)
    used = next((each for each in workspace.packages if each.name.replace("-", "_") == found[1]), None)
    if user is None or used is None or used == user or not used.has_library or _reaches(workspace, used, user):
        return
    manifest = posixpath.join(user.root, "Cargo.toml")
    text = (site.read(manifest) or b"").decode()
    tests_only = bool(_OF_TESTS.match(posixpath.relpath(site.path, user.root or ".")))
    table = "dev-dependencies" if tests_only else "dependencies"
    if not text or re.search(rf"^\s*[\"']?{re.escape(used.name)}[\"']?\s*[.=]", text, re.MULTILINE):
        return
    line = _entry(site, workspace, user, used)
    yield Fix(
        f"List `{used.name}` as a dependency of `{user.name}`.",
        (_listed(site, manifest, text, table, line), *_locked(site, user, used)),
        f"`{user.name}` uses `{used.name}`, a member of the workspace, and its manifest does not list it",
        trade_off=f"`{user.name}` is built after `{used.name}` from now on.",
    )


def _reaches(workspace: Workspace, start: Package, goal: Package) -> bool:
    """Whether a package is built upon another, at any depth: then the other cannot depend on it."""
    known = {package.name: package for package in workspace.packages}
    seen, ends = {start.name}, [start]
    while ends:
        for name in ends.pop().dependencies:
            if name in known and name not in seen:
                seen.add(name)
                ends.append(known[name])
    return goal.name in seen


def _entry(site: Site, workspace: Workspace, user: Package, used: Package) -> str:
    """The line of the dependency: inherited where the workspace declares it, else with its path."""
    shared = next(
        (
            text
            for folder in _folders_above(user.root)
            if (text := (site.read(posixpath.join(folder, "Cargo.toml")) or b"").decode())
            and re.search(r"^\[workspace\]", text, re.MULTILINE)
        ),
        "",
    )
    table = re.search(r"^\[workspace\.dependencies\]\s*$(.*?)(?=^\[|\Z)", shared, re.MULTILINE | re.DOTALL)
    if table and re.search(rf"^\s*{re.escape(used.name)}\s*[.=]", table[1], re.MULTILINE):
        return f"{used.name}.workspace = true"
    return f'{used.name} = {{ path = "{posixpath.relpath(used.root or ".", user.root or ".")}" }}'


def _folders_above(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _listed(site: Site, manifest: str, text: str, table: str, line: str) -> Edit:
    newline = "\r\n" if "\r\n" in text else "\n"
    head = re.search(rf"^\[{table}\][ \t]*(?:#.*)?\r?\n", text, re.MULTILINE)
    if head:
        return site.insert(len(text[: head.end()].encode()), f"{line}{newline}", manifest)
    gap = "" if text.endswith("\n") else newline
    return site.insert(len(text.encode()), f"{gap}{newline}[{table}]{newline}{line}{newline}", manifest)


def _locked(site: Site, user: Package, used: Package) -> Iterator[Edit]:
    """The same in the lock file, so that cargo need not write it."""
    for folder in _folders_above(user.root):
        lock = posixpath.join(folder, "Cargo.lock")
        text = (site.read(lock) or b"").decode()
        entry = re.search(
            rf'^\[\[package\]\]\nname = "{re.escape(user.name)}"\nversion = "[^"]*"\n'
            r"(dependencies = \[\n((?:.+\n)*?)\]\n)?",
            text,
            re.MULTILINE,
        )
        if entry is None:
            continue
        names = sorted([*(entry[2] or "").splitlines(), f' "{used.name}",'])
        block = "dependencies = [\n" + "\n".join(names) + "\n]\n"
        start, end = entry.span(1) if entry[1] else (entry.end(), entry.end())
        yield site.edit(len(text[:start].encode()), len(text[:end].encode()), block, lock)
        return
