"""The files of a source tree as documents, and the licence files that speak for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.corpus.document import Document, LicenceFile
from engine.corpus.licences.files import is_licence_file, is_notice_file

LONGEST_LICENCE = 1_000_000
_HOST = re.compile(r"(?:git\+)?(?:https?|git|ssh)://(?:[^@/]+@)?(?:www\.)?([^/:]+)(?::\d+)?/([^#?]+)")
_SCP = re.compile(r"[\w.-]+@([\w.-]+):(.+)")


@dataclass
class Tree:
    """What was read of a tree: Rust files by path, licence and notice files, and files that were asked for by name."""

    sources: list[tuple[str, bytes]] = field(default_factory=list)
    licence_files: list[LicenceFile] = field(default_factory=list)
    named: dict[str, bytes] = field(default_factory=dict)

    def documents(self, origin: str, notes: dict[str, str] | None = None) -> Iterator[Document]:
        """One document a Rust file, in the order of their paths."""
        for path, content in sorted(self.sources):
            yield Document(origin, path, content, notes=dict(notes or {}))


def read_tree(files: Iterable[tuple[str, bytes]], named: frozenset[str] = frozenset()) -> Tree:
    """Sorts out the files of a tree, each a path relative to its root with its bytes."""
    tree = Tree()
    for path, content in files:
        if path in named:
            tree.named[path] = content
        if path.endswith(".rs"):
            tree.sources.append((path, content))
        elif (is_licence_file(path) or is_notice_file(path)) and len(content) <= LONGEST_LICENCE:
            tree.licence_files.append(LicenceFile(path, content.decode("utf-8", errors="replace")))
    tree.licence_files.sort(key=lambda file: file.path)
    return tree


def wanted_path(path: str, named: frozenset[str] = frozenset()) -> bool:
    """Whether `read_tree` has a use for a file, so that others need not be unpacked."""
    return path in named or path.endswith(".rs") or is_licence_file(path) or is_notice_file(path)


def repository_name(url: str | None) -> str | None:
    """A repository's URL in one spelling: host and path, without protocol, `.git` and places inside the repository."""
    found = _HOST.match(url.strip()) or _SCP.match(url.strip()) if url else None
    if found is None:
        return None
    host = found[1].lower()
    parts = [part for part in found[2].removesuffix("/").split("/") if part]
    if "-" in parts[2:]:  # GitLab's sign for "places inside" comes after any number of groups
        parts = parts[: parts.index("-", 2)]
    elif host in ("github.com", "codeberg.org", "bitbucket.org"):
        parts = parts[:2]
    path = "/".join(parts).removesuffix(".git")
    return f"https://{host}/{path.lower() if host == 'github.com' else path}" if path else None
