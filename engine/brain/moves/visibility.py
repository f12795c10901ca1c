"""What is private: open it as little as needed, or go through the door there is.

Book ch. 7.3; E0603, E0616, E0624, E0451, E0423.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.move import Fix, Site, move
from engine.rust.structure import Definition
from engine.rust.tree import parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


def _definitions(site: Site) -> Iterator[Definition]:
    name = site.ticked[0] if site.ticked else ""
    owner = site.ticked[1].split("<")[0].rsplit("::", 1)[-1] if len(site.ticked) > 1 else ""
    found = site.context.index.definitions(
        f"{owner}::{name}" if owner and site.diagnostic.code in ("E0616", "E0451") else name
    )
    yield from found


@move("open-it-to-the-crate", "E0603", "E0616", "E0624", "E0451", prior=0.65)
def open_it_to_the_crate(site: Site) -> Iterator[Fix]:
    """Makes a private item, field or method visible where it is used: to the crate, or to everybody."""
    same_package = site.path.split("src/")[0]
    for found in _definitions(site):
        source = site.read(found.path)
        if source is None or found.symbol.public:
            continue
        node = parse_tree(source).root_node.named_descendant_for_byte_range(
            found.symbol.byte_start, found.symbol.byte_end
        )
        if node is None:
            continue
        modifier = next((each for each in node.children if each.type == "visibility_modifier"), None)
        inside = found.path.split("src/")[0] == same_package and "src/" in site.path
        words = ("pub(crate)", "pub") if inside or ("src/" not in site.path and found.path == site.path) else ("pub",)
        for place, word in enumerate(words):
            shown = f"`{found.symbol.path}`"
            edit = (
                site.edit(modifier.start_byte, modifier.end_byte, word, found.path)
                if modifier is not None
                else site.insert(node.start_byte, f"{word} ", found.path)
            )
            if edit.before != edit.after:
                yield Fix(
                    f"Make {shown} `{word}`.",
                    (edit,),
                    f"{shown} is private to its module",
                    1.0 if place == 0 else 0.6,
                    f"{shown} becomes part of what others may rely on.",
                )


@move("ask-by-the-method", "E0616", prior=0.6)
def ask_by_the_method(site: Site) -> Iterator[Fix]:
    """Calls the method of the same name instead of reaching for the private field."""
    name, owner = (*site.ticked, "", "")[:2]
    short = owner.split("<")[0].rsplit("::", 1)[-1]
    node: Node | None = site.node
    if node is None or text_of(node) != name:
        return
    for getter in (name, f"get_{name}", f"{name}_ref"):
        for found in site.context.index.definitions(f"{short}::{getter}"):
            if found.symbol.kind == "function":
                yield Fix(
                    f"Ask by `{getter}()`.",
                    (site.swap(node, f"{getter}()"),),
                    f"`{name}` is private, and there is a method for it",
                )
                break
