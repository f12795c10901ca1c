"""Names that nothing stands for: import them, or take the nearest name that exists.

E0425, E0433, E0432, E0412, E0405, E0404, E0422, E0423, E0531, E0599, E0609, E0560, E0026, E0407, E0437, E0438.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.move import Fix, Site, move, ticks
from engine.brain.moves.standard import METHOD_TRAITS, METHODS, PATHS, PRELUDE
from engine.rust.scope import bindings_in_scope, names_in_scope
from engine.rust.structure import Definition
from engine.rust.tree import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_UNKNOWN = ("E0425", "E0433", "E0412", "E0405", "E0422", "E0423", "E0531", "E0404", "E0574")
# Modules of std that give a type of the prelude fixed arguments under its own name.
_ALIASING = {"Result": ("fmt", "io", "thread")}
_TYPES = frozenset({"struct", "enum", "trait", "type", "union"})


def distance(one: str, other: str, most: int) -> int:
    """How many letters must be added, dropped, changed or swapped with their neighbour; ``most + 1`` for more.

    Optimal string alignment (Boytsov 2011, section 2.1).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row[-1], most + 1)


def nearest(name: str, known: Iterable[str], count: int = 4) -> list[tuple[str, float]]:
    """The known names that look most like ``name``, each with a weight from 0 to 1, best first."""
    most = max(1, len(name) // 3)
    found: dict[str, float] = {}
    for other in known:
        if other == name or not other:
            continue
        steps = distance(name.lower(), other.lower(), most)
        parts, others = {*name.lower().split("_")}, {*other.lower().split("_")}
        if steps <= most:
            found[other] = max(found.get(other, 0), 1 - steps / (most + 1) * 0.6)
        elif sorted(name.split("_")) == sorted(other.split("_")):
            found[other] = 0.8
        elif len(name) > 2 < len(other) and (other.startswith(name) or name.startswith(other) or parts & others):
            found[other] = max(found.get(other, 0), 0.3)
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))[:count]


def _missing(site: Site) -> tuple[str, Node] | None:
    """The unknown name and its node."""
    node = site.node
    if node.type == "lifetime" or (node.parent is not None and node.parent.type == "lifetime"):
        node = node if node.type == "lifetime" or node.parent is None else node.parent
        return text_of(node), node
    if node.type not in ("identifier", "type_identifier", "field_identifier", "shorthand_field_identifier"):
        found = [each for each in site.inside(node, "identifier", "type_identifier") if text_of(each) in site.ticked]
        if len(found) != 1:
            return None
        node = found[0]
    return text_of(node), node


def _place_of_use(site: Site) -> int:
    """Where a new `use` goes: before the first one of the module, else before its first item."""
    module = site.around(site.node, "mod_item")
    holder = (module.child_by_field_name("body") if module is not None else None) or site.root
    for child in holder.named_children:
        if child.type == "use_declaration":
            return child.start_byte
    for child in holder.named_children:
        if child.type not in (
            "inner_attribute_item",
            "line_comment",
            "block_comment",
            "shebang",
            "extern_crate_declaration",
        ):
            # Doc comments and attributes belong to the item below them.
            before = child
            while before.prev_named_sibling is not None and before.prev_named_sibling.type in (
                "attribute_item",
                "line_comment",
            ):
                if text_of(before.prev_named_sibling).startswith("//!"):
                    break
                before = before.prev_named_sibling
            return before.start_byte
    return holder.start_byte


def use_of(site: Site, path: str) -> Fix:
    """A fix that imports a path into the module of the diagnostic."""
    at = _place_of_use(site)
    text = f"use {path};{site.newline}{site.indent(at)}"
    return Fix(
        f"Import `{path}`.", (site.insert(at, text),), f"`{path.rsplit('::', 1)[-1]}` exists, but not in this scope"
    )


def module_of(path: str) -> str:
    """The module path that a file stands for, as far as its place tells: ``src/a/b.rs`` → ``crate::a::b``."""
    inner = path.rsplit("src/", 1)[-1].removesuffix(".rs")
    parts = [part for part in inner.split("/") if part not in ("lib", "main", "mod")]
    return "::".join(["crate", *parts])


def own_paths(site: Site, name: str, kinds: frozenset[str] | None = None) -> Iterator[str]:
    """The paths under which the crate itself defines a name."""
    seen = set()
    root = _crate_root(site.path)
    for found in site.context.index.definitions(name):
        if found.symbol.path.count("::") and found.symbol.kind in ("field", "variant"):
            continue
        if kinds and found.symbol.kind not in kinds:
            continue
        if _crate_root(found.path) != root or "impl " in found.symbol.path:
            continue
        path = f"{module_of(found.path)}::{found.symbol.path}"
        if path not in seen:
            seen.add(path)
            yield path


def _crate_root(path: str) -> str:
    return path.split("src/")[0] if "src/" in path else path.rsplit("/", 1)[0] if "/" in path else ""


@move("import-the-name", *_UNKNOWN, "E0432", prior=0.75)
def import_the_name(site: Site) -> Iterator[Fix]:
    """Imports a name that the standard library or the crate itself defines."""
    missing = _missing(site)
    if missing is None or "use of undeclared lifetime" in site.diagnostic.message:
        return
    name, node = missing
    inside_use = site.around(node, "use_declaration")
    if inside_use is not None:
        argument = inside_use.child_by_field_name("argument")
        if argument is not None and argument.type == "scoped_identifier":
            name = text_of(argument.child_by_field_name("name"))
            for path in (*PATHS.get(name, ()), *own_paths(site, name)):
                yield Fix(
                    f"Import it from where it is: `{path}`.",
                    (site.swap(argument, path),),
                    f"`{text_of(argument)}` does not exist",
                )
        return
    for path in (*PATHS.get(name, ()), *own_paths(site, name)):
        yield use_of(site, path)


@move("import-the-trait", "E0599", prior=0.7)
def import_the_trait(site: Site) -> Iterator[Fix]:
    """Imports the trait that a method comes from."""
    missing = _missing(site)
    if missing is None:
        return
    name, _ = missing
    for path in METHOD_TRAITS.get(name, ()):
        yield use_of(site, path)
    for found in site.context.index.definitions(name):
        owner = found.symbol.path.rpartition("::")[0]
        if owner and any(each.symbol.kind == "trait" for each in site.context.index.definitions(owner)):
            for path in own_paths(site, owner, frozenset({"trait"})):
                yield use_of(site, path)


@move("name-the-path", "E0425", "E0412", "E0433", "E0531", prior=0.45)
def name_the_path(site: Site) -> Iterator[Fix]:
    """Writes `self.`, `Self::` or the enum's name before a field, method or variant that is named without it."""
    missing = _missing(site)
    if missing is None:
        return
    name, node = missing
    call = node.parent is not None and node.parent.type == "call_expression"
    owner = site.around(node, "impl_item")
    function = site.around(node, "function_item")
    has_self = function is not None and any(
        True for _ in site.inside(function.child_by_field_name("parameters"), "self_parameter")
    )
    for found in site.context.index.definitions(name):
        kind, path = found.symbol.kind, found.symbol.path
        holder = path.rpartition("::")[0]
        if kind == "variant" and node.type in ("identifier", "type_identifier"):
            yield Fix(
                f"Name the variant by its enum: `{holder.rsplit('::', 1)[-1]}::{name}`.",
                (site.swap(node, f"{holder.rsplit('::', 1)[-1]}::{name}"),),
                f"`{name}` is a variant of `{holder}`",
            )
        elif owner is not None and has_self and kind == "field":
            yield Fix(
                f"It is a field: `self.{name}`.",
                (site.swap(node, f"self.{name}"),),
                f"`{name}` is a field, not a variable",
            )
        elif owner is not None and kind == "function" and holder == text_of(owner.child_by_field_name("type")):
            if call and has_self:
                yield Fix(
                    f"Call the method on `self`: `self.{name}`.",
                    (site.swap(node, f"self.{name}"),),
                    f"`{name}` is a method",
                )
            yield Fix(
                f"It is an associated function: `Self::{name}`.",
                (site.swap(node, f"Self::{name}"),),
                f"`{name}` belongs to the type",
                0.9,
            )
        elif owner is not None and kind == "const" and holder:
            yield Fix(
                f"It is an associated constant: `Self::{name}`.",
                (site.swap(node, f"Self::{name}"),),
                f"`{name}` belongs to the type",
            )


@move("name-the-owner-as-elsewhere", "E0425", "E0433", "E0412", "E0423", "E0531", "E0107", prior=0.6)
def name_the_owner_as_elsewhere(site: Site) -> Iterator[Fix]:
    """Writes the type or module before a name as the crate does in other places, or that the signature returns."""
    missing = _missing(site)
    if missing is None or site.around(missing[1], "use_declaration") is not None:
        return
    name, node = missing
    if node.parent is not None and node.parent.type.startswith("scoped"):
        return
    seen: dict[str, int] = {}
    if site.diagnostic.code == "E0107":
        # A generic type without its arguments may be meant as a module's alias of the same name: `fmt::Result`.
        if "missing generics" not in site.diagnostic.message:
            return
        known = names_in_scope(site.source, node.start_byte)
        seen = {f"{module}::": 1 for module in _ALIASING.get(name, ()) if module in known}
    spoken = re.compile(rb"((?:\b[A-Za-z_]\w*::)+)" + re.escape(name.encode()) + rb"\b")
    for path in site.context.index.files():
        for found in spoken.finditer(site.read(path) or b""):
            owner = found[1].decode()
            seen[owner] = seen.get(owner, 0) + (3 if path == site.path else 1)
    called = node.parent is not None and node.parent.type == "call_expression"
    function = site.around(node, "function_item") if called else None
    returned = text_of(function.child_by_field_name("return_type")) if function is not None else ""
    if found_type := re.match(r"&?(?:mut )?((?:\w+::)*\w+)", returned):
        seen[f"{found_type[1]}::"] = seen.get(f"{found_type[1]}::", 0) + 1
    for place, (owner, _) in enumerate(sorted(seen.items(), key=lambda each: -each[1])[:5]):
        yield Fix(
            f"Write `{owner}{name}`.",
            (site.insert(node.start_byte, owner),),
            f"`{name}` belongs to `{owner.removesuffix('::')}`",
            0.9**place,
        )


@move(
    "take-the-nearest-name",
    *_UNKNOWN,
    "E0432",
    "E0599",
    "E0609",
    "E0560",
    "E0026",
    "E0407",
    "E0437",
    "E0438",
    "E0261",
    "E0559",
    "E0576",
    "E0610",
    prior=0.6,
)
def take_the_nearest_name(site: Site) -> Iterator[Fix]:
    """Takes the name in scope, or the member of the type, that looks most like the one that does not exist."""
    missing = _missing(site)
    if missing is None:
        return
    name, node = missing
    for other, weight in nearest(name, dict.fromkeys(_known(site, node))):
        field = node.type == "shorthand_field_identifier" and site.diagnostic.code in ("E0560", "E0026", "E0559")
        text = f"{other}: {name}" if field else other
        yield Fix(
            f"`{name}` should read `{other}`.", (site.swap(node, text),), f"nothing here is called `{name}`", weight
        )


def _known(site: Site, node: Node) -> Iterator[str]:
    code = site.diagnostic.code
    index = site.context.index
    if code in ("E0609", "E0560", "E0026", "E0559"):
        owners = {tick.split("<")[0].rsplit("::", 1)[-1].lstrip("&") for tick in ticks(site.said)}
        yield from (
            each.symbol.name for each in index.symbols() if each.symbol.kind == "field" and _owner(each) in owners
        )
        return
    if code in ("E0599", "E0610"):
        owners = {tick.split("<")[0].rsplit("::", 1)[-1].lstrip("&") for tick in ticks(site.said)}
        members = [each for each in index.symbols() if each.symbol.kind in ("function", "variant", "field", "const")]
        yield from (each.symbol.name for each in members if _owner(each) in owners)
        yield from METHOD_TRAITS
        yield from METHODS
        return
    if code in ("E0407", "E0437", "E0438"):
        traits = {tick.split("<")[0] for tick in ticks(site.said)}
        yield from (each.symbol.name for each in index.symbols() if _owner(each) in traits)
        return
    scope = names_in_scope(site.source, node.start_byte)
    if node.type == "lifetime":
        yield from (each.name for each in bindings_in_scope(site.source, node.start_byte) if each.name[:1] == "'")
        return
    path = node.parent if node.parent is not None and node.parent.type.startswith("scoped") else None
    if path is not None and path.child_by_field_name("name") == node:
        holder = text_of(path.child_by_field_name("path")).rsplit("::", 1)[-1]
        here = [
            each for each in index.symbols() if _owner(each) == holder or module_of(each.path).endswith(f"::{holder}")
        ]
        yield from (each.symbol.name for each in here)
        yield from (
            one.rsplit("::", 1)[-1] for paths in PATHS.values() for one in paths if one.split("::")[-2] == holder
        )
        return
    yield from scope
    yield from PRELUDE
    if code in ("E0412", "E0405", "E0433", "E0404", "E0432"):
        yield from (each.symbol.name for each in index.symbols() if each.symbol.kind in _TYPES)
        yield from PATHS


def _owner(found: Definition) -> str:
    return re.sub(r"^impl (?:\w+ for )?", "", found.symbol.path.rpartition("::")[0]).rsplit("::", 1)[-1]
