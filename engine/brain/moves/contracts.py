"""Implementations that do not keep to their trait: signatures that differ, and associated types without a name.

Reference, "Implementations" and "Traits"; E0046, E0049, E0050, E0053, E0185, E0186, E0195, E0326, E0407, E0437, E0438.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.brain.moves.items import items_named
from engine.brain.moves.move import Fix, Site, move, ticks
from engine.brain.moves.type_text import split_types, spoken
from engine.rust.tree import base_name, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_USUAL = {"fmt": "f", "hash": "state"}
_UNKNOWN = re.compile(r"(?:cannot find value|expected value, found (?:module|macro|struct|enum|function)) `(\w+)`")
_INSIDE = re.compile(r"(\w+)(?:<(.*)>)?$", re.DOTALL)


@dataclass(frozen=True)
class _Pair:
    """A method as the trait declares it (in the file ``path``) and as the implementation has it."""

    path: str
    declared: Node
    written: Node
    trait: str

    @property
    def name(self) -> str:
        return text_of(self.written.child_by_field_name("name"))


def _pair(site: Site) -> _Pair | None:
    written = site.around(site.node, "function_item")
    owner = site.around(written, "impl_item")
    if written is None or owner is None:
        return None
    trait = base_name(owner.child_by_field_name("trait"))
    for path, item in items_named(site, trait, "trait_item"):
        for each in site.inside(item, "function_signature_item", "function_item"):
            if text_of(each.child_by_field_name("name")) == text_of(written.child_by_field_name("name")):
                return _Pair(path, each, written, trait)
    return None


def _parts(function: Node) -> tuple[str, str, list[tuple[str, str]], str]:
    """Generics, `self`, the other parameters and the return type of a function, as they are written."""
    listed = function.child_by_field_name("parameters")
    parameters = listed.named_children if listed is not None else []
    own = next((text_of(each) for each in parameters if each.type == "self_parameter"), "")
    others = [
        (text_of(each.child_by_field_name("pattern")), text_of(each.child_by_field_name("type")))
        for each in parameters
        if each.type == "parameter"
    ]
    generics = text_of(function.child_by_field_name("type_parameters"))
    return generics, own, others, text_of(function.child_by_field_name("return_type"))


def _signature(name: str, generics: str, own: str, others: list[tuple[str, str]], returned: str) -> str:
    parameters = ", ".join([*([own] if own else []), *(f"{pattern}: {kind}" for pattern, kind in others)])
    return f"{name}{generics}({parameters})" + (f" -> {returned}" if returned else "")


def _span(function: Node) -> tuple[int, int]:
    """The bytes from a function's name to the end of its return type."""
    name = function.child_by_field_name("name")
    last = function.child_by_field_name("return_type") or function.child_by_field_name("parameters")
    return (name or function).start_byte, (last or function).end_byte


@move("agree-with-the-trait", "E0050", "E0053", "E0185", "E0186", "E0049", "E0195", prior=0.65)
def agree_with_the_trait(site: Site) -> Iterator[Fix]:
    """Gives a method the signature that its trait declares, with the names it has; or changes the trait instead."""
    pair = _pair(site)
    if pair is None:
        return
    generics, own, others, returned = _parts(pair.written)
    wanted_generics, wanted_own, wanted, wanted_return = _parts(pair.declared)
    names = [pattern for pattern, _ in others]
    kept = [
        (
            names[place] if place < len(names) else pattern,
            others[place][1] if place < len(others) and site.diagnostic.code in ("E0050", "E0185", "E0186") else kind,
        )
        for place, (pattern, kind) in enumerate(wanted)
    ]
    own_generics = generics if site.diagnostic.code in ("E0050", "E0185", "E0186") else wanted_generics
    own_return = wanted_return if site.diagnostic.code in ("E0053", "E0049", "E0195") else returned
    start, end = _span(pair.written)
    text = _signature(pair.name, own_generics, wanted_own, kept, own_return)
    cause = f"`{pair.name}` is not what `{pair.trait}` declares"
    yield Fix(f"Write `{' '.join(text.split())}`, as `{pair.trait}` has it.", (site.edit(start, end, text),), cause)
    start, end = _span(pair.declared)
    text = _signature(pair.name, generics or wanted_generics, own, others, returned)
    yield Fix(
        f"Let `{pair.trait}` declare `{' '.join(text.split())}`.",
        (site.edit(start, end, text, pair.path),),
        cause,
        0.5,
        f"It changes `{pair.trait}` for everybody who implements it.",
    )


@move("take-what-the-trait-hands-over", "E0050", "E0425", "E0423", prior=0.7)
def take_what_the_trait_hands_over(site: Site) -> Iterator[Fix]:
    """Takes the parameters that a trait of another crate hands over, under the names that the body uses already."""
    every = (site.diagnostic, *site.context.others)
    shown = [
        (other, match[1])
        for other in every
        if other.code == "E0050" and other.primary is not None and other.primary.file == site.path
        for note in (
            other.message,
            *(span.label or "" for span in other.spans),
            *(each.message for each in other.notes),
        )
        if (match := re.search(r"from trait: `fn\(([^`]*)`", note))
    ]
    for other, wanted in shown:
        written = site.around(site.node_of(other.primary), "function_item") if other.primary is not None else None
        listed = written.child_by_field_name("parameters") if written is not None else None
        if written is None or listed is None or not written.start_byte <= site.node.start_byte < written.end_byte:
            continue
        owner = site.around(written, "impl_item")
        trait = text_of(owner.child_by_field_name("trait")) if owner is not None else ""
        other_kind = trait.partition("<")[2].removesuffix(">") or "Self"
        given = [each for each in listed.named_children if each.type.endswith("parameter")]
        kinds = [re.sub(r"\bRhs\b", other_kind, kind) for kind in split_types(_within(wanted))]
        unknown = (_UNKNOWN.match(each.message) for each in every if each.code in ("E0425", "E0423"))
        names = list(dict.fromkeys(match[1] for match in unknown if match))
        names = names or [_USUAL.get(text_of(written.child_by_field_name("name")), "other"), "value"]
        missing = kinds[len(given) :]
        if not missing or len(names) < len(missing):
            continue
        inside = text_of(listed)[1:-1].rstrip().rstrip(",")
        for place, chosen in enumerate(spoken(site, missing)):
            added = ", ".join(f"{name}: {kind}" for name, kind in zip(names, chosen, strict=False))
            yield Fix(
                f"Take `{added}`, as the trait hands it over.",
                (site.swap(listed, f"({inside}{', ' if inside else ''}{added})"),),
                "the trait hands over more than the method takes",
                0.9**place,
            )


def _within(text: str) -> str:
    """The part of a text before the bracket that closes nothing in it."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if depth < 0:
            return text[:at]
    return text


@move("keep-to-the-trait-about-self", "E0185", "E0186", prior=0.7)
def keep_to_the_trait_about_self(site: Site) -> Iterator[Fix]:
    """Takes out or puts in the `self` of a method whose trait is not of this crate, as the compiler shows it."""
    written = site.around(site.node, "function_item")
    listed = written.child_by_field_name("parameters") if written is not None else None
    shown = re.search(r"from trait: `fn\(([^`]*)\)", site.said)
    if listed is None or shown is None:
        return
    inside = text_of(listed)[1:-1]
    if site.diagnostic.code == "E0185":
        rest = inside.partition(",")[2].strip()
        text, intent = f"({rest})", "Take out `self`; this one is called on the type."
    else:
        own = {"&Self": "&self", "&mut Self": "&mut self", "Self": "self"}.get(shown[1].split(",")[0].strip(), "&self")
        text, intent = f"({own}{', ' if inside.strip() else ''}{inside})", f"Take `{own}`, as the trait declares it."
    yield Fix(intent, (site.swap(listed, text),), "the trait says who this is called on")


@move("take-the-traits-type", "E0326", prior=0.75)
def take_the_traits_type(site: Site) -> Iterator[Fix]:
    """Gives an associated constant the type that its trait declares."""
    for note in site.diagnostic.notes:
        for span in note.spans if note.message == "type in trait" else ():
            source = site.read(span.file)
            if source is not None and site.span is not None:
                kind = source[span.byte_start : span.byte_end].decode()
                edit = site.edit(site.span.byte_start, site.span.byte_end, kind)
                yield Fix(f"Make it a `{kind}`, as the trait has it.", (edit,), "the trait declares another type")


@move("name-the-associated-type", "E0046", prior=0.8)
def name_the_associated_type(site: Site) -> Iterator[Fix]:
    """Names the associated types that an implementation leaves out, from what its methods return."""
    owner = site.around(site.node, "impl_item")
    body = owner.child_by_field_name("body") if owner is not None else None
    if owner is None or body is None:
        return
    missing = ticks(site.diagnostic.message.partition("missing:")[2])
    found = {name: _told_by(site, body, base_name(owner.child_by_field_name("trait")), name) for name in missing}
    if not found or not all(found.values()):
        return
    lines = [f"type {name} = {kind};" for name, kind in found.items()]
    indent = site.indent(owner.start_byte) + "    "
    first = next((each for each in body.named_children), None)
    if first is not None and first.start_point.row != body.start_point.row:
        indent = site.indent(first.start_byte)
    text = "".join(f"{site.newline}{indent}{line}" for line in lines)
    if first is None or first.start_point.row == body.start_point.row:
        text = " " + " ".join(lines)
    yield Fix(
        f"Say {' and '.join(f'`{line[:-1]}`' for line in lines)}.",
        (site.insert(body.start_byte + 1, text),),
        f"the implementation never says what {' and '.join(f'`{name}`' for name in missing)} is",
    )


def _told_by(site: Site, body: Node, trait: str, name: str) -> str:
    """The type that the methods of an implementation give an associated type, "" when they do not tell."""
    for method in site.inside(body, "function_item"):
        if kind := _handed_over(site, trait, method, name):
            return kind
        returned = text_of(method.child_by_field_name("return_type"))
        if not returned or "Self::" in returned:
            continue
        declared = _declared_return(site, trait, text_of(method.child_by_field_name("name")))
        if declared and (kind := _aligned(declared, returned, name)):
            return kind
        inside = _INSIDE.search(returned)
        outer, inner = (inside[1], inside[2] or "") if inside else ("", "")
        if name == "Item" and outer == "Option":
            return inner
        if name in ("Err", "Error") and outer == "Result" and "," in inner:
            return inner.rpartition(",")[2].strip()
        if name in ("Output", "Target"):
            return re.sub(r"^&\s*(?:'\w+\s+)?(?:mut\s+)?", "", returned)
        if name == "Owned":
            return returned
    return ""


def _handed_over(site: Site, trait: str, method: Node, name: str) -> str:
    """What a method takes where its trait hands over the associated type, "" where it hands over none."""
    for _, item in items_named(site, trait, "trait_item"):
        for each in site.inside(item, "function_signature_item", "function_item"):
            if text_of(each.child_by_field_name("name")) != text_of(method.child_by_field_name("name")):
                continue
            for (_, declared), (_, written) in zip(_parts(each)[2], _parts(method)[2], strict=False):
                if kind := _aligned(declared, written, name):
                    return kind
    return ""


def _declared_return(site: Site, trait: str, method: str) -> str:
    for _, item in items_named(site, trait, "trait_item"):
        for each in site.inside(item, "function_signature_item", "function_item"):
            if text_of(each.child_by_field_name("name")) == method:
                return text_of(each.child_by_field_name("return_type"))
    return ""


def _aligned(declared: str, returned: str, name: str) -> str:
    """What stands in ``returned`` where ``declared`` has ``Self::name``."""
    before, found, after = declared.partition(f"Self::{name}")
    if not found or not returned.startswith(before) or not returned.endswith(after):
        return ""
    return returned[len(before) : len(returned) - len(after)].strip()


@move("do-as-the-sibling-does", "E0046", prior=0.25)
def do_as_the_sibling_does(site: Site) -> Iterator[Fix]:
    """Takes the missing methods from another implementation of the same trait, body and all."""
    owner = site.around(site.node, "impl_item")
    body = owner.child_by_field_name("body") if owner is not None else None
    missing = ticks(site.diagnostic.message.partition("missing:")[2])
    if owner is None or body is None or not missing:
        return
    trait = base_name(owner.child_by_field_name("trait"))
    for other in site.inside(site.root, "impl_item"):
        if other == owner or base_name(other.child_by_field_name("trait")) != trait:
            continue
        items = {
            text_of(each.child_by_field_name("name")): text_of(each)
            for each in site.inside(other.child_by_field_name("body"), "function_item", "type_item", "const_item")
        }
        if not all(name in items for name in missing):
            continue
        whose = base_name(other.child_by_field_name("type"))
        indent = site.indent(owner.start_byte) + "    "
        text = "".join(f"{site.newline}{indent}{items[name]}" for name in missing)
        tail = "" if body.named_children else f"{site.newline}{site.indent(owner.start_byte)}"
        end = body.named_children[-1].end_byte if body.named_children else body.start_byte + 1
        gap = site.edit(end, body.end_byte - 1, text + tail) if tail else site.insert(end, text)
        yield Fix(
            f"Do in {', '.join(f'`{name}`' for name in missing)} what `{whose}` does.",
            (gap,),
            f"`{trait}` asks for {', '.join(f'`{name}`' for name in missing)}",
            trade_off=f"It behaves exactly like `{whose}`; check that this is meant.",
        )


@move("declare-it-in-the-trait", "E0407", "E0437", "E0438", prior=0.5)
def declare_it_in_the_trait(site: Site) -> Iterator[Fix]:
    """Declares in a trait of this crate what one of its implementations already has."""
    owner = site.around(site.node, "impl_item")
    member = site.around(site.node, "function_item", "type_item", "associated_type", "const_item")
    if owner is None or member is None:
        return
    name, trait = text_of(member.child_by_field_name("name")), base_name(owner.child_by_field_name("trait"))
    if member.type == "function_item":
        line = f"fn {_signature(name, *_parts(member))};"
    elif member.type == "const_item":
        line = f"const {name}: {text_of(member.child_by_field_name('type'))};"
    else:
        line = f"type {name};"
    for path, item in items_named(site, trait, "trait_item"):
        body = item.child_by_field_name("body")
        others = [
            other
            for other in site.inside(site.root, "impl_item")
            if other != owner and base_name(other.child_by_field_name("trait")) == trait
        ]
        if body is None:
            continue
        members = body.named_children
        stacked = bool(members) and members[-1].start_point.row != body.start_point.row
        source = site.read(path) or b""
        begin = source.rfind(b"\n", 0, members[-1].start_byte) + 1 if stacked else 0
        gap = site.newline + source[begin : members[-1].start_byte].decode() if stacked else " "
        at = members[-1].end_byte if members else body.start_byte + 1
        tail = "" if members or stacked else " "
        yield Fix(
            f"Declare `{line[:-1]}` in `{trait}`.",
            (site.insert(at, gap + line + tail, path),),
            f"`{trait}` knows no `{name}`",
            0.4 if others else 1.0,
            f"Whoever implements `{trait}` must now have it.",
        )
