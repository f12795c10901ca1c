"""What a crate's files define and who refers to it: a name-based index by tree-sitter, and ast-grep searches.

Names are not resolved, so two things of one name share their references; rust-analyzer resolves them where
it is installed.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.rust.syntax import Symbol, symbols
from engine.rust.tree import ITEM_KINDS, ancestors, item_name, item_path, parse_tree
from engine.schema.event import BlastRadius
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from tree_sitter import Node

_NAME_NODES = frozenset(
    {"identifier", "type_identifier", "field_identifier", "shorthand_field_identifier", "lifetime", "metavariable"}
)
_SKIPPED = frozenset({"target", "node_modules"})
_CAPTURE = re.compile(r"\$(\$\$)?([A-Z_][A-Z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Definition:
    """A symbol and the file that defines it, relative to the index's root."""

    path: str
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of a name. Line and column count from 1, columns in characters; ``text`` is the line, stripped."""

    path: str
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class TouchedItem:
    """An item that an edit changes. ``member``: it belongs to an impl or a trait. ``interface``: more than the inside
    of its body changes."""

    path: str
    name: str
    member: bool
    interface: bool


@dataclass(frozen=True, slots=True)
class Match:
    """Code that fits a pattern, and what its metavariables stand for (``$$$MANY`` as one text)."""

    path: str
    line: int
    column: int
    byte_start: int
    byte_end: int
    text: str
    captures: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass
class _File:
    stamp: tuple[int, int]
    source: bytes
    line_starts: list[int] | None = None
    symbols: tuple[Symbol, ...] | None = None

    def place(self, offset: int) -> tuple[int, int, str]:
        """Line and column from 1, and the stripped text of the line."""
        if self.line_starts is None:
            self.line_starts = [0, *(found.end() for found in re.finditer(rb"\n", self.source))]
        row = bisect_right(self.line_starts, offset) - 1
        start = self.line_starts[row]
        end = self.source.find(b"\n", start)
        line = self.source[start : end if end >= 0 else None]
        column = len(self.source[start:offset].decode("utf-8", "replace")) + 1
        return row + 1, column, line.decode("utf-8", "replace").strip()


class CrateIndex:
    """The Rust files under a root. Nothing is read before it is asked for, and a changed file is read again.

    ``files`` are paths relative to ``root`` with forward slashes; None means every ``.rs`` file under it
    outside ``target`` and hidden folders. A file that cannot be read is as one that is not there.
    """

    def __init__(self, root: Path, files: Iterable[str] | None = None) -> None:
        self.root = root
        self._listed = None if files is None else tuple(sorted({*files}))
        self._files: dict[str, _File] = {}

    def files(self) -> tuple[str, ...]:
        """The files that are searched, in order."""
        return self._listed if self._listed is not None else tuple(sorted(self._walk()))

    def _walk(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in _SKIPPED and not name.startswith(".")]
            for name in names:
                if name.endswith(".rs"):
                    yield Path(folder, name).relative_to(self.root).as_posix()

    def _load(self, path: str) -> _File | None:
        place = self.root / path
        try:
            status = place.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._files.get(path)
            if known is None or known.stamp != stamp:
                known = self._files[path] = _File(stamp, place.read_bytes())
        except OSError:
            self._files.pop(path, None)
            return None
        return known

    def _loaded(self) -> Iterator[tuple[str, _File]]:
        for path in self.files():
            file = self._load(path)
            if file is not None:
                yield path, file

    def update(self, path: str) -> None:
        """Forgets what is known of a file: for a writer that may keep its time stamp and size."""
        self._files.pop(path, None)

    def source(self, path: str) -> bytes | None:
        """The bytes of a file as they are now, or None."""
        file = self._load(path)
        return file.source if file else None

    def symbols(self, path: str | None = None) -> tuple[Definition, ...]:
        """Everything that the crate (or one file of it) defines, file by file."""
        return tuple(self._symbols(path))

    def _symbols(self, only: str | None) -> Iterator[Definition]:
        for path, file in self._loaded():
            if only is None or path == only:
                if file.symbols is None:
                    file.symbols = symbols(file.source)
                yield from (Definition(path, symbol) for symbol in file.symbols)

    def definitions(self, name: str) -> tuple[Definition, ...]:
        """Where a name (``next``) or a path's end (``Parser::next``) is defined."""
        return tuple(
            each for each in self._symbols(None) if each.symbol.path == name or each.symbol.path.endswith(f"::{name}")
        )

    def references(self, name: str) -> tuple[Reference, ...]:
        """Every use of a name, in macro arguments too; its definitions, comments and strings are left out."""
        return tuple(reference for reference, _ in self._references(name))

    def uses(self, name: str, *, member: bool) -> tuple[Reference, ...]:
        """The references of an item: a member's only where it is reached by ``.`` or ``::``."""
        return tuple(found for found, node in self._references(name) if not member or _is_reached(node))

    def _references(self, name: str) -> Iterator[tuple[Reference, Node]]:
        word = re.compile(rb"(?<![\w\x80-\xff])" + re.escape(name.encode()) + rb"(?![\w\x80-\xff])")
        for path, file in self._loaded():
            for found in word.finditer(file.source):
                root = parse_tree(file.source).root_node
                node = root.named_descendant_for_byte_range(found.start(), found.end())
                if node is not None and node.type in _NAME_NODES and not _defines(node):
                    line, column, text = file.place(found.start())
                    yield Reference(path, line, column, text), node

    def search(self, pattern: str, path: str | None = None) -> tuple[Match, ...]:
        """Code that fits an ast-grep pattern such as ``$X.clone()``, in one file or in all of them."""
        return tuple(match for each in ((path,) if path else self.files()) for match in self._search(pattern, each))

    def _search(self, pattern: str, path: str) -> Iterator[Match]:
        from ast_grep_py import SgRoot

        file = self._load(path)
        if file is None:
            return
        try:
            text = file.source.decode()
        except UnicodeDecodeError:
            return
        wanted = {name: bool(many) for many, name in _CAPTURE.findall(pattern) if not name.startswith("_")}
        for node in SgRoot(text, "rust").root().find_all(pattern=pattern):
            span = node.range()
            # ast-grep counts characters, everything else here counts bytes.
            start = len(text[: span.start.index].encode())
            captures = {}
            for name, many in wanted.items():
                if many:
                    parts = [each.range() for each in node.get_multiple_matches(name)]
                    captures[name] = text[parts[0].start.index : parts[-1].end.index] if parts else ""
                elif (single := node.get_match(name)) is not None:
                    captures[name] = single.text()
            line, column, _ = file.place(start)
            end = start + len(node.text().encode())
            yield Match(path, line, column, start, end, node.text(), captures)

    def blast_radius(self, edits: Sequence[Edit]) -> BlastRadius:
        """What edits touch: files, the items around them, and how many places refer to an interface they change.

        An edit inside a function body changes no interface, so nobody is counted for it. Members are counted
        where they are reached by ``.`` or ``::``, other items wherever they are named.
        """
        touched: dict[str, None] = {}
        names: dict[tuple[str, bool], None] = {}
        for edit in edits:
            file = self._load(edit.path)
            if file is None:
                continue
            for item in touched_items(file.source, edit):
                touched.setdefault(item.path)
                if item.interface:
                    names.setdefault((item.name, item.member))
        count = sum(len(self.uses(name, member=member)) for name, member in names)
        files = tuple(sorted({edit.path for edit in edits}))
        return BlastRadius(files=files, symbols=tuple(touched), references=count)


def touched_items(source: bytes, edit: Edit) -> Iterator[TouchedItem]:
    """The items of a Rust source that an edit of it changes: the innermost around it, else those that it overlaps."""
    root = parse_tree(source).root_node
    node = root.named_descendant_for_byte_range(edit.byte_start, max(edit.byte_start, edit.byte_end)) or root
    holders = [each for each in ancestors(node) if each.type in ITEM_KINDS]
    if holders:
        inner = holders[0]
        member = len(holders) > 1 and holders[1].type in ("impl_item", "trait_item")
        # The head of an impl says whom it is for; what it is called by elsewhere stays as it is.
        interface = not _in_body(inner, edit) and inner.type not in ("mod_item", "impl_item")
        yield TouchedItem(item_path(inner), item_name(inner), member, interface)
        return
    # At file level an edit touches the items it overlaps, all of them.
    for child in node.named_children:
        overlaps = child.start_byte < edit.byte_end and edit.byte_start < child.end_byte
        if child.type in ITEM_KINDS and overlaps:
            yield TouchedItem(item_path(child), item_name(child), False, True)


def _in_body(item: Node, edit: Edit) -> bool:
    if item.type not in ("function_item", "const_item", "static_item", "macro_definition", "impl_item"):
        return False
    body = item.child_by_field_name("body") or item.child_by_field_name("value")
    return body is not None and body.start_byte <= edit.byte_start and edit.byte_end <= body.end_byte


def _defines(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if parent.type in ITEM_KINDS or parent.type in ("field_declaration", "enum_variant", "type_parameter"):
        return parent.child_by_field_name("name") == node
    return False


def _is_reached(node: Node) -> bool:
    before = node.prev_sibling
    return node.type == "field_identifier" or (before is not None and before.type in ("::", "."))
