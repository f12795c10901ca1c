"""What is private: open it as little as needed, or go through the door there is.

Book ch. 7.3; E0603, E0616, E0624, E0451, E0364, E0365.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.move import Fix, Site, move
from engine.rust.tree import node_at, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


_OPENED = (
    "function_item",
    "struct_item",
    "enum_item",
    "const_item",
    "static_item",
    "mod_item",
    "trait_item",
    "type_item",
    "use_declaration",
    "union_item",
)


def _private(site: Site) -> Iterator[tuple[str, Node]]:
    """The private things, each with its file: where the compiler points, else by the index."""
    pointed = [span for note in site.diagnostic.notes if "defined here" in note.message for span in note.spans[:1]]
    pointed += [span for span in site.secondary if "defined here" in (span.label or "")]
    for span in pointed:
        source = site.read(span.file)
        node = site.around(node_at(source, span.byte_start, span.byte_end), *_OPENED) if source is not None else None
        if node is not None:
            yield span.file, node
    name = site.ticked[0] if site.ticked else ""
    owner = site.ticked[1].split("<")[0].rsplit("::", 1)[-1] if len(site.ticked) > 1 else ""
    of_type = owner and site.diagnostic.code in ("E0616", "E0451")
    for found in site.context.index.definitions(f"{owner}::{name}" if of_type else name):
        source = site.read(found.path)
        if source is not None and not found.symbol.public and not pointed:
            start, end = found.symbol.byte_start, found.symbol.byte_end
            yield found.path, node_at(source, start, end)
    # What is defined inside a function is in no index.
    if of_type:
        for struct in site.inside(site.root, "struct_item"):
            for field in site.inside(struct, "field_declaration"):
                if (
                    text_of(struct.child_by_field_name("name")) == owner
                    and text_of(field.child_by_field_name("name")) == name
                ):
                    yield site.path, field


@move("open-it-to-the-crate", "E0603", "E0616", "E0624", "E0451", "E0364", "E0365", prior=0.65)
def open_it_to_the_crate(site: Site) -> Iterator[Fix]:
    """Makes a private item, field or method visible where it is used: to the crate, or to everybody."""
    name = site.ticked[0] if site.ticked else "it"
    for path, node in _private(site):
        modifier = next((each for each in node.children if each.type == "visibility_modifier"), None)
        # Another package, or a test beside `src`, sees only what is open to everybody.
        inside = path.split("src/")[0] == site.path.split("src/")[0] and ("src/" in site.path or path == site.path)
        for place, word in enumerate(("pub(crate)", "pub") if inside else ("pub",)):
            if modifier is not None:
                edit = site.edit(modifier.start_byte, modifier.end_byte, word, path)
            else:
                edit = site.insert(node.start_byte, f"{word} ", path)
            if edit.before != edit.after:
                yield Fix(
                    f"Make `{name}` `{word}`.",
                    (edit,),
                    f"`{name}` is private to its module",
                    1.0 if place == 0 else 0.6,
                    f"Others may rely on `{name}` from now on.",
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
