"""How long references live: name the lifetimes, or give owned values away instead.

Book ch. 10.3; E0106, E0261, E0621, E0515, E0521, E0597, E0716, E0310, lifetime errors without a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import fresh_name, postfix, statement_of
from engine.brain.moves.items import items_named
from engine.brain.moves.move import Fix, Site, move
from engine.rust.scope import bindings_in_scope, names_in_scope
from engine.rust.tree import ancestors, text_of
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMELESS = re.compile(r"let's call the lifetime of this reference `('\d+)`")
_OUTLIVES = re.compile(r"`('\d+)` must outlive `('\w+)`")
_HOLDERS = (
    "function_item",
    "function_signature_item",
    "struct_item",
    "enum_item",
    "impl_item",
    "type_item",
    "trait_item",
)


def _declare(site: Site, item: Node, lifetime: str) -> Edit | None:
    """The edit that declares a lifetime on an item."""
    generics = item.child_by_field_name("type_parameters")
    if generics is not None:
        return site.insert(generics.start_byte + 1, f"{lifetime}, ")
    name = item.child_by_field_name("name")
    if item.type == "impl_item":
        return site.insert(item.start_byte + 4, f"<{lifetime}>")
    return site.insert(name.end_byte, f"<{lifetime}>") if name is not None else None


def _bare_references(site: Site, node: Node | None) -> Iterator[Node]:
    for reference in site.inside(node, "reference_type"):
        if not any(child.type == "lifetime" for child in reference.children):
            yield reference


@move("name-the-lifetime", "E0106", "E0261", "", prior=0.7)
def name_the_lifetime(site: Site) -> Iterator[Fix]:
    """Declares a lifetime and writes it on the references that share it, or declares the one that is used."""
    item = site.around(site.node, *_HOLDERS)
    if item is None:
        return
    if site.diagnostic.code == "E0261":
        lifetime = (
            text_of(site.node) if site.node.type == "lifetime" else next((t for t in site.ticked if t[0] == "'"), "")
        )
        holders = [item]
        outer = site.around(item.parent, "impl_item", "trait_item")
        holders += [outer] if outer is not None else []
        for holder in holders:
            edit = _declare(site, holder, lifetime)
            if edit is not None and lifetime:
                yield Fix(f"Declare `{lifetime}`.", (edit,), f"`{lifetime}` is used and never declared")
        return
    if site.diagnostic.code is None and "lifetime may not live long enough" not in site.diagnostic.message:
        return
    yield from _share(site, item)


def _share(site: Site, item: Node) -> Iterator[Fix]:
    """One lifetime on every reference of a signature or a struct, or on one parameter and the result."""
    known = [
        each.name for each in bindings_in_scope(site.source, site.node.start_byte) if each.detail.startswith("lifetime")
    ]
    lifetime = known[0] if known else "'a"
    declared = () if known else tuple(edit for edit in [_declare(site, item, lifetime)] if edit is not None)
    if item.type in ("function_item", "function_signature_item"):
        result = item.child_by_field_name("return_type")
        parameters = item.child_by_field_name("parameters")
        given = list(_bare_references(site, parameters))
        wanted = list(_bare_references(site, result))
        own = [each for each in site.inside(parameters, "self_parameter") if text_of(each).startswith("&")]
        marks = [
            site.insert(each.start_byte + 1, f"{lifetime} ")
            for each in (*own, *given)
            if not re.match(r"&\s*'", text_of(each))
        ]
        back = tuple(site.insert(each.start_byte + 1, f"{lifetime} ") for each in wanted)
        if marks:
            yield Fix(
                f"Tie the result to the parameters with `{lifetime}`.",
                (*declared, *marks, *back),
                "the signature does not say whose reference comes back",
            )
            for mark in marks if len(marks) > 1 else ():
                yield Fix(
                    f"Tie the result to one parameter with `{lifetime}`.",
                    (*declared, mark, *back),
                    "the signature does not say whose reference comes back",
                    0.6,
                )
        elif wanted:
            static = tuple(site.insert(each.start_byte + 1, "'static ") for each in wanted)
            yield Fix(
                "Give back what lives in the program itself: `'static`.", static, "there is nobody to borrow from", 0.8
            )
            for each in wanted:
                owned = {"&str": "String"}.get(text_of(each), text_of(each.child_by_field_name("type")))
                yield Fix(
                    f"Give back an owned `{owned}`.", (site.swap(each, owned),), "there is nobody to borrow from", 0.5
                )
        return
    marks = [
        site.insert(each.start_byte + 1, f"{lifetime} ")
        for each in _bare_references(site, item.child_by_field_name("body"))
    ]
    if marks:
        yield Fix(
            f"Let it borrow for `{lifetime}`.",
            (*declared, *marks),
            "a type that holds a reference must say for how long",
        )


@move("give-it-the-lifetime-in-scope", "", "E0726", "E0309", "E0310", "E0621", "E0106", "E0700", "E0478", prior=0.6)
def give_it_the_lifetime_in_scope(site: Site) -> Iterator[Fix]:
    """Writes a lifetime that is declared already on the types of the header, the signature or the field without one."""
    if site.diagnostic.code is None and "lifetime" not in site.diagnostic.message:
        return
    known = [
        each.name for each in bindings_in_scope(site.source, site.node.start_byte) if each.detail.startswith("lifetime")
    ]
    holders = [each for each in ancestors(site.node) if each.type in ("function_item", "impl_item", "struct_item")]
    for holder in holders[::-1]:
        parts = [holder.child_by_field_name(field) for field in ("trait", "type", "parameters", "return_type")]
        if holder.type == "struct_item":
            parts.append(holder.child_by_field_name("body"))
        for lifetime in known[:2]:
            edits = [edit for part in parts for edit in _unmarked(site, part, lifetime)]
            choices = [tuple(edits), *((edit,) for edit in edits)] if len(edits) > 1 else [tuple(edits)]
            for place, chosen in enumerate(choices[:5]):
                if chosen:
                    yield Fix(
                        f"Say that it lives for `{lifetime}`.",
                        chosen,
                        f"`{lifetime}` is declared, and not said where it is meant",
                        0.9**place,
                    )


def _unmarked(site: Site, part: Node | None, lifetime: str) -> Iterator[Edit]:
    """The marks of a lifetime on references, and on types of this crate that take one, which bear none."""
    for reference in _bare_references(site, part):
        yield site.insert(reference.start_byte + 1, f"{lifetime} ")
    for elided in site.inside(part, "lifetime"):
        if text_of(elided) == "'_":
            yield site.swap(elided, lifetime)
    for name in site.inside(part, "type_identifier"):
        up = name.parent
        if up is None or up.type in ("generic_type", "scoped_type_identifier", "type_parameters", "trait_bounds"):
            continue
        for _, item in items_named(site, text_of(name), "struct_item", "enum_item"):
            if text_of(item.child_by_field_name("type_parameters")).startswith("<'"):
                yield site.insert(name.end_byte, f"<{lifetime}>")


@move("write-the-lifetime-there", "E0621", "E0726", prior=0.8)
def write_the_lifetime_there(site: Site) -> Iterator[Fix]:
    """Writes the lifetime that is asked for on the parameter's type."""
    lifetime = next(iter(re.findall(r"`('\w+)`", site.said)), "")
    name = site.ticked[-1] if site.ticked else ""
    function = site.around(site.node, "function_item")
    if not lifetime or function is None:
        return
    for parameter in site.inside(function.child_by_field_name("parameters"), "parameter"):
        if text_of(parameter.child_by_field_name("pattern")) == name:
            marks = [site.insert(each.start_byte + 1, f"{lifetime} ") for each in _bare_references(site, parameter)]
            if marks:
                yield Fix(
                    f"Write `{lifetime}` on `{name}`.",
                    tuple(marks),
                    f"`{name}` must live as long as what is given back",
                )


@move("let-it-live-as-long-as-it-must", "", "E0521", prior=0.7)
def let_it_live_as_long_as_it_must(site: Site) -> Iterator[Fix]:
    """Writes the lifetime that a nameless reference must outlive on that reference, where it has a name."""
    if site.diagnostic.code is None and "lifetime" not in site.diagnostic.message:
        return
    nameless = {match[1]: span for span in site.secondary if (match := _NAMELESS.search(span.label or ""))}
    for shorter, longer in dict.fromkeys(_OUTLIVES.findall(site.said)):
        span = nameless.get(shorter)
        if span is None or longer in nameless or not site.text(span.byte_start, span.byte_end).startswith("&"):
            continue
        yield Fix(
            f"Say that it lives for `{longer}`.",
            (site.insert(span.byte_start + 1, f"{longer} "),),
            f"what is handed over must live for `{longer}`, and the signature does not say so",
            trade_off="Callers must hand over what lives so long.",
        )


@move("name-what-the-compiler-leaves-open", "E0726", "E0106", "E0621", "E0107", "", prior=0.75)
def name_what_the_compiler_leaves_open(site: Site) -> Iterator[Fix]:
    """Follows the compiler's advice with a lifetime that is declared around in the place of its `'_`."""
    lifetimes = [
        text_of(each)
        for around in ancestors(site.node)
        for listed in (around.child_by_field_name("type_parameters"),)
        for each in site.inside(listed, "lifetime")
    ]
    for suggestion in site.diagnostic.suggestions:
        if not any("'_" in part.text for part in suggestion.parts):
            continue
        if any(part.file != site.path for part in suggestion.parts):
            continue
        for place, lifetime in enumerate(list(dict.fromkeys(lifetimes))[:3]):
            yield Fix(
                f"Say that it lives for `{lifetime}`.",
                tuple(
                    site.edit(part.byte_start, part.byte_end, part.text.replace("'_", lifetime))
                    for part in suggestion.parts
                ),
                f"`{lifetime}` is declared, and not said where it is meant",
                0.9**place,
            )


@move("give-back-what-is-owned", "E0515", "E0597", prior=0.45)
def give_back_what_is_owned(site: Site) -> Iterator[Fix]:
    """Gives an owned value back in place of a reference to a local one, and says so in the signature."""
    function = site.around(site.node, "function_item")
    result = function.child_by_field_name("return_type") if function is not None else None
    if result is None:
        return
    node = site.node
    inner = node.named_children[-1] if node.type == "reference_expression" else node
    kind = text_of(result)
    statement = "the function lends out what it drops when it ends"
    cost = "It changes what the function gives back."
    owned = {"&str": "String", "&'static str": "String", "&Path": "PathBuf"}.get(kind)
    if owned is None and result.type == "reference_type":
        inside = text_of(result.child_by_field_name("type"))
        owned = f"Vec<{inside[1:-1]}>" if inside.startswith("[") else inside
        owned = {"str": "String", "Path": "PathBuf"}.get(inside, owned)
    if owned is not None:
        for suffix in ("", ".to_string()", ".to_owned()", ".clone()", ".to_vec()"):
            base = inner
            if (
                not suffix
                and inner.type == "call_expression"
                and text_of(inner).endswith((".as_str()", ".as_ref()", ".as_slice()"))
            ):
                base = inner.named_children[0].named_children[0]
            yield Fix(
                f"Give back an owned `{owned}`.",
                (site.swap(result, owned), site.swap(node, postfix(base, suffix))),
                statement,
                1.0 if not suffix else 0.5,
                cost,
            )
    for suffix in (".to_owned()", ".clone()", ".collect::<Vec<_>>().into_iter()"):
        if node.type != "reference_expression":
            yield Fix(f"Give back a copy with `{suffix}`.", (site.swap(node, postfix(node, suffix)),), statement, 0.5)


@move("keep-it-in-a-variable", "E0716", "E0597", prior=0.75)
def keep_it_in_a_variable(site: Site) -> Iterator[Fix]:
    """Binds a temporary to a variable of its own, so that it lives as long as what borrows it."""
    node, statement = site.node, statement_of(site.node)
    if (
        statement is None
        or not node.type.endswith(("expression", "invocation", "literal"))
        or node.type == "reference_expression"
    ):
        return
    name = fresh_name("value", names_in_scope(site.source, node.start_byte))
    let = f"let {name} = {text_of(node)};{site.newline}{site.indent(statement.start_byte)}"
    yield Fix(
        "Keep the temporary in a variable.",
        (site.insert(statement.start_byte, let), site.swap(node, name)),
        "the value is dropped at the end of its statement",
    )


@move("bind-it-outside", "E0597", prior=0.4)
def bind_it_outside(site: Site) -> Iterator[Fix]:
    """Moves the `let` of a value that dies too early out of the block, before the statement that the block is."""
    for span in site.labelled("declared here"):
        let = site.around(site.node_of(span), "let_declaration")
        block = let.parent if let is not None else None
        outer = statement_of(block)
        if let is None or block is None or outer is None or block.type != "block" or outer.type == "function_item":
            continue
        start = site.line_start(let.start_byte)
        stop = site.source.find(b"\n", let.end_byte) + 1
        alone = not site.source[start : let.start_byte].strip() and not site.source[let.end_byte : stop].strip()
        gone = site.edit(start, stop, "") if alone and stop else site.swap(let, "")
        text = f"{text_of(let)}{site.newline}{site.indent(outer.start_byte)}"
        yield Fix(
            "Bind the value outside of the block.",
            (site.insert(outer.start_byte, text), gone),
            "the value dies with its block while it is still borrowed",
        )
