"""Which code a failing test reaches: by the names that functions call, as far as names tell.

A breadth-first walk over the crate's index. Names are not resolved, and operators, `Display` and `for` call without a
name, so what is not reached is only believed less, never left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from engine.brain.moves.move import Site
from engine.rust.switches import expressions
from engine.rust.tree import descendants, parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_FADES = 0.85
_UNREACHED = 0.35
_DEEPEST = 6


@dataclass(frozen=True)
class Place:
    """An expression of a function that tests may reach; ``weight`` is 1 near the failing tests and less further off."""

    path: str
    source: bytes
    node: Node
    weight: float


@dataclass(frozen=True)
class _Function:
    path: str
    source: bytes
    node: Node
    name: str
    calls: frozenset[str]
    test: bool


_KNOWN: WeakKeyDictionary[Site, dict[str, list[Place]]] = WeakKeyDictionary()


def places(site: Site, *kinds: str) -> Iterator[Place]:
    """The expressions of the kinds in the package of a failing test, near ones first; tests themselves left out."""
    known = _KNOWN.get(site)
    if known is None:
        known = _KNOWN[site] = _collected(site)
    for kind in kinds:
        yield from known.get(kind, ())


def _collected(site: Site) -> dict[str, list[Place]]:
    functions = list(_functions(site))
    steps = _steps(functions, site.diagnostic.message.split("::")[-1].split(" ")[0])
    found: dict[str, list[Place]] = {}
    weights = {
        (each.path, each.node.start_byte): _FADES ** steps[each.name] if each.name in steps else _UNREACHED
        for each in functions
        if not each.test
    }
    for path, source in {each.path: each.source for each in functions if not each.test}.items():
        for node in expressions(source):
            owner = node.parent
            while owner is not None and (owner.type != "function_item" or (path, owner.start_byte) not in weights):
                owner = owner.parent
            if owner is not None:
                place = Place(path, source, node, weights[path, owner.start_byte])
                found.setdefault(node.type, []).append(place)
    for listed in found.values():
        listed.sort(key=lambda each: -each.weight)
    return found


def _functions(site: Site) -> Iterator[_Function]:
    package = site.context.workspace.package_of if site.context.workspace is not None else None
    for path in site.context.index.files():
        own = package(path) if package is not None else None
        if own is not None and site.diagnostic.package and own.name != site.diagnostic.package:
            continue
        source = site.read(path)
        if source is None or path.endswith("build.rs"):
            continue
        outside = any(part in ("tests", "benches", "examples") for part in path.split("/"))
        for node in descendants(parse_tree(source).root_node):
            if node.type == "function_item":
                names = (text_of(each) for each in descendants(node) if each.type in ("identifier", "field_identifier"))
                name = text_of(node.child_by_field_name("name"))
                yield _Function(path, source, node, name, frozenset(names), outside or _is_of_tests(node))


def _is_of_tests(function: Node) -> bool:
    node: Node | None = function
    while node is not None:
        before = node.prev_named_sibling
        while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
            text = text_of(before)
            if before.type == "attribute_item" and ("cfg(test)" in text or text.endswith("test]") or "bench]" in text):
                return True
            before = before.prev_named_sibling
        node = node.parent
    return False


def _steps(functions: list[_Function], test: str) -> dict[str, int]:
    """How many calls lie between the test and each function that is reached by name."""
    by_name: dict[str, list[_Function]] = {}
    for each in functions:
        by_name.setdefault(each.name, []).append(each)
    steps = {test: 0}
    edge = [test]
    for depth in range(1, _DEEPEST + 1):
        called = {name for known in edge for each in by_name.get(known, ()) for name in each.calls if name in by_name}
        edge = [name for name in called if name not in steps]
        steps |= dict.fromkeys(edge, depth)
    return steps
