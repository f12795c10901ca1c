"""Traits that a type lacks: derive them, with the traits they stand on and the types of the fields.

Book appendix C; E0277, E0369, E0599, E0204, E0308.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.items import items_named
from engine.brain.moves.move import Fix, Site, move, ticks
from engine.rust.tree import descendants, text_of
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from tree_sitter import Node

_NEEDS = {
    "Debug": ("Debug",),
    "Clone": ("Clone",),
    "Copy": ("Clone", "Copy"),
    "PartialEq": ("PartialEq",),
    "Eq": ("PartialEq", "Eq"),
    "PartialOrd": ("PartialEq", "PartialOrd"),
    "Ord": ("PartialEq", "Eq", "PartialOrd", "Ord"),
    "Hash": ("Hash",),
    "Default": ("Default",),
}
_NEVER_COPY = frozenset(
    {
        "String",
        "Vec",
        "Box",
        "Rc",
        "Arc",
        "HashMap",
        "HashSet",
        "BTreeMap",
        "BTreeSet",
        "VecDeque",
        "RefCell",
        "PathBuf",
    }
)
_OF_METHOD = {
    "clone": "Clone",
    "cmp": "Ord",
    "max": "Ord",
    "min": "Ord",
    "partial_cmp": "PartialOrd",
    "eq": "PartialEq",
    "hash": "Hash",
    "default": "Default",
    "fmt": "Debug",
}
_OF_OPERATOR = {
    "==": "PartialEq",
    "!=": "PartialEq",
    "<": "PartialOrd",
    ">": "PartialOrd",
    "<=": "PartialOrd",
    ">=": "PartialOrd",
}


def _wanted(site: Site) -> Iterator[tuple[str, str]]:
    """Which type should have which trait, from the compiler's words."""
    message = site.diagnostic.message
    if match := re.match(r"`([^`]+)` doesn't implement `([^`]+)`", message):
        yield _name(match[1]), _name(match[2])
    for tick in ticks(site.said):
        if match := re.fullmatch(r"([^:]+(?:::[^:]+)*): ([\w:]+)", tick):
            yield _name(match[1]), _name(match[2])
        if match := re.fullmatch(r"(.+?) (==|!=|<=?|>=?) .+", tick):
            yield _name(match[1]), _OF_OPERATOR[match[2]]
    if match := re.match(r"binary operation `(.+?)` cannot be applied to type `([^`]+)`", message):
        yield _name(match[2]), _OF_OPERATOR.get(match[1], "")
    if match := re.match(r"can't compare `([^`]+)` with", message):
        yield _name(match[1]), "PartialEq"
        yield _name(match[1]), "PartialOrd"
    if match := re.search(r"named `(\w+)` found for (?:struct|enum|reference|union) `([^`]+)`", message):
        yield _name(match[2]), _OF_METHOD.get(match[1], "")
    for match in re.finditer(r"the trait `([^`]+)` is not implemented for `([^`]+)`", site.said):
        yield _name(match[2]), _name(match[1])
    if site.diagnostic.code == "E0204":
        for span in site.secondary:
            yield _name(site.text(span.byte_start, span.byte_end).split(":")[-1]), "Copy"
    if site.diagnostic.code in ("E0382", "E0507", "E0505"):
        for match in re.finditer(r"has type `&?([^`]+)`, which does not implement the `Copy` trait", site.said):
            yield _name(match[1]), "Copy"
            yield _name(match[1]), "Clone"


def _name(kind: str) -> str:
    inner = kind.strip().lstrip("&").removeprefix("mut ")
    if match := re.fullmatch(r"(?:Vec|Option|Box|\[)<?(.+?)[>\]]", inner):
        inner = match[1]
    return inner.split("<")[0].strip("[]").rsplit("::", 1)[-1].strip()


def _definition(site: Site, name: str) -> tuple[str, Node] | None:
    """The file and node of a struct or enum of the repository."""
    return next(items_named(site, name, "struct_item", "enum_item", "union_item"), None)


def _owns(site: Site, name: str) -> bool:
    """True for a type with a field that can never be `Copy`."""
    found = _definition(site, name)
    body = found[1].child_by_field_name("body") if found else None
    return any(text_of(kind) in _NEVER_COPY for kind in site.inside(body, "type_identifier"))


def _derived(node: Node) -> tuple[Node | None, set[str]]:
    """The derive attribute of an item, and the traits all its attributes derive."""
    last, traits = None, set()
    before = node.prev_named_sibling
    while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
        match = re.search(r"derive\s*\(([^)]*)\)", text_of(before))
        if match and before.type == "attribute_item":
            last = before
            traits |= {each.strip().rsplit("::", 1)[-1] for each in match[1].split(",") if each.strip()}
        before = before.prev_named_sibling
    return last, traits


def derive(site: Site, name: str, traits: Iterable[str], seen: set[str]) -> Iterator[Edit]:
    """The edits that give a type of the repository traits, and the types of its fields before it."""
    found = _definition(site, name)
    if found is None or name in seen:
        return
    seen.add(name)
    path, node = found
    attribute, has = _derived(node)
    missing = [trait for trait in traits if trait not in has and not _implemented(site, name, trait)]
    body = node.child_by_field_name("body")
    for kind in descendants(body) if body is not None else ():
        if kind.type == "type_identifier" and text_of(kind) != name:
            yield from derive(site, text_of(kind), missing, seen)
    if not missing:
        return
    if attribute is not None:
        at = attribute.start_byte + text_of(attribute).rindex(")")
        comma = "" if text_of(attribute)[: text_of(attribute).rindex(")")].rstrip().endswith((",", "(")) else ", "
        yield site.insert(at, comma + ", ".join(missing), path)
        return
    source = site.read(path) or b""
    start = source.rfind(b"\n", 0, node.start_byte) + 1
    indent = source[start : node.start_byte].decode()
    ending = "\r\n" if b"\r\n" in source else "\n"
    yield site.insert(
        node.start_byte, f"#[derive({', '.join(missing)})]{ending}{indent if not indent.strip() else ''}", path
    )


def _implemented(site: Site, name: str, trait: str) -> bool:
    return any(found.symbol.path.startswith(f"impl {trait} for {name}") for found in site.context.index.symbols())


@move("derive-the-trait", "E0277", "E0369", "E0599", "E0204", "E0382", "E0507", "E0505", prior=0.75)
def derive_the_trait(site: Site) -> Iterator[Fix]:
    """Derives a trait that a type of this repository lacks, and what that trait itself asks for."""
    for name, trait in dict.fromkeys(_wanted(site)):
        if trait not in _NEEDS or not name or (trait == "Copy" and _owns(site, name)):
            continue
        edits = tuple(derive(site, name, _NEEDS[trait], set()))
        if edits:
            copies = site.diagnostic.code in ("E0382", "E0507", "E0505")
            yield Fix(
                f"Derive `{trait}` for `{name}`.",
                edits,
                f"`{name}` does not implement `{trait}`",
                0.45 if copies else 1.0,
                f"Every `{name}` can be copied from now on." if copies else "",
            )


@move("print-it-for-debugging", "E0277", prior=0.35)
def print_it_for_debugging(site: Site) -> Iterator[Fix]:
    """Prints with `{:?}` what has no `Display`."""
    if "doesn't implement `std::fmt::Display`" not in site.said and "doesn't implement `Display`" not in site.said:
        return
    call = site.around(site.node, "macro_invocation")
    texts = list(site.inside(call, "string_literal"))
    if call is None or not texts:
        return
    literal = texts[0]
    text = text_of(literal)
    holes = [match for match in re.finditer(r"\{\{|\}\}|\{(\w*)(:?[^{}]*)\}", text) if match[0] not in ("{{", "}}")]
    # The compiler often names the whole call; then each hole is tried.
    place = site.span.byte_start if site.span and site.node.type != "macro_invocation" else 0
    number = site.text(literal.end_byte, place).count(",") - 1 if place > literal.end_byte else None
    for count, hole in enumerate(holes):
        if hole[2] == "" and (hole[1] or number is None or count == number):
            changed = f"{text[: hole.start()]}{{{hole[1]}:?}}{text[hole.end() :]}"
            yield Fix(
                "Print it with `{:?}`.",
                (site.swap(literal, changed),),
                "it has no `Display`",
                trade_off="The text is for developers, not for readers.",
            )


@move("count-up-to-it", "E0277", prior=0.8)
def count_up_to_it(site: Site) -> Iterator[Fix]:
    """Makes a range of a number that a `for` cannot go over, or iterates over what has an iterator."""
    if "is not an iterator" not in site.diagnostic.message:
        return
    loop = site.around(site.node, "for_expression")
    value = loop.child_by_field_name("value") if loop is not None else None
    if value is None:
        return
    shown = text_of(value)
    if re.match(r"`(?:\{integer\}|[iu](?:8|16|32|64|128|size))`", site.diagnostic.message):
        yield Fix(
            f"Count from 0 up to `{shown}`.",
            (site.insert(value.start_byte, "0.."),),
            f"`{shown}` is a number, not a series",
        )
    for call in (".iter()", ".chars()", ".lines()"):
        yield Fix(f"Iterate with `{call}`.", (site.insert(value.end_byte, call),), f"`{shown}` is no iterator", 0.5)


@move("turn-the-error-into-theirs", "E0277", prior=0.5)
def turn_the_error_into_theirs(site: Site) -> Iterator[Fix]:
    """Turns the error of a `?` into the function's own, or an Option into a Result, or gives `main` a Result."""
    question = site.around(site.node, "try_expression")
    if question is None:
        return
    inner = question.named_children[0]
    if "provide an error compatible" in site.said or "not `Option`s" in site.said:
        if match := re.search(r"Result<.*, (String|Box<dyn [\w:+ ]*Error[\w:+ ']*>)>`", site.said):
            text = '.ok_or("nothing there")' if match[1] != "String" else '.ok_or_else(|| "nothing there".to_string())'
            yield Fix(
                "Say what is missing when there is nothing.",
                (site.insert(inner.end_byte, text),),
                "an `Option` cannot become this `Result` by itself",
                trade_off="The words of the error are mine; make them yours.",
            )
        return
    if "not `Result`s" in site.said or "on `Option`s, not" in site.said:
        yield Fix(
            "Drop the error with `.ok()`, since only an `Option` goes out.",
            (site.insert(inner.end_byte, ".ok()"),),
            "a `Result` cannot become an `Option` by itself",
            trade_off="The reason of the failure is lost.",
        )
        return
    if "couldn't convert the error to `" in site.diagnostic.message:
        for text, weight in (("String", 1.2), ("", 0.3)):
            if text in site.diagnostic.message.rsplit("to", 1)[-1]:
                change = ".map_err(|error| error.to_string())" if text else ".map_err(Into::into)"
                yield Fix(
                    "Turn the error into the one this function gives.",
                    (site.insert(inner.end_byte, change),),
                    "`?` finds no conversion between the two errors",
                    weight,
                )
        if match := re.search(r"has type `Result<.*?, ([\w:]+)>`", site.said):
            yield from _variant_for(site, inner, match[1].rsplit("::", 1)[-1])


def _variant_for(site: Site, inner: Node, error: str) -> Iterator[Fix]:
    """Wraps the error in the variant of the function's own enum that holds it."""
    target = re.search(r"error to `(?:\w+::)*(\w+)`", site.diagnostic.message)
    found = _definition(site, target[1]) if target else None
    if found is None or target is None:
        return
    for variant in (each for each in descendants(found[1]) if each.type == "enum_variant"):
        body = text_of(variant.child_by_field_name("body"))
        if re.fullmatch(rf"\(\s*(?:\w+::)*{re.escape(error)}\s*\)", body):
            name = f"{target[1]}::{text_of(variant.child_by_field_name('name'))}"
            yield Fix(
                f"Wrap the error in `{name}`.",
                (site.insert(inner.end_byte, f".map_err({name})"),),
                f"`?` does not know that `{name}` is meant for `{error}`",
                1.5,
            )


@move("say-that-it-is-an-error", "E0277", prior=0.65)
def say_that_it_is_an_error(site: Site) -> Iterator[Fix]:
    """Says that a type of this crate is an `Error`, where it is handed on as one and can be shown and printed."""
    named = re.search(
        r"`([\w:]+): (?:std::error::|core::error::)?Error`|`Error` is not implemented for `([\w:]+)`", site.said
    )
    if named is None:
        return
    name = (named[1] or named[2]).rsplit("::", 1)[-1]
    for path, item in items_named(site, name, "struct_item", "enum_item"):
        source = site.read(path) or b""
        if text_of(item.child_by_field_name("type_parameters")) or b"Display for " + name.encode() not in source:
            continue
        shown = "Error" if re.search(rb"\buse\s[^;]*\berror::Error\b", source) else "std::error::Error"
        line = f"{site.newline}impl {shown} for {name} {{}}"
        yield Fix(
            f"Say that `{name}` is an `Error`.",
            (site.insert(item.end_byte, line, path),),
            f"`{name}` is handed on as an error, and nothing says that it is one",
        )
