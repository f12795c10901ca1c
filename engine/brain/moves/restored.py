"""What the rest of the code speaks of and nobody says: a `let`, a field, a pattern in a condition, an arm.

Book ch. 3.1, 5.1, 6; E0425, E0560, E0609, E0308, E0004. Nothing is invented: what comes back is what the code around
it, or another place of the crate, says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import statement_in, statement_of, uses
from engine.brain.moves.items import fields_of, items_named
from engine.brain.moves.matching import _arms, _body, _insert
from engine.brain.moves.move import Fix, Site, move
from engine.rust.scope import bindings_in_scope, names_in_scope
from engine.rust.tree import ancestors, parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST = 4
_UNTESTED = re.compile(r"expected `bool`, found `&?(?:mut )?(Option|Result)\b")
_LITERALS = {
    "string_literal": "&'static str",
    "boolean_literal": "bool",
    "char_literal": "char",
    "float_literal": "f64",
}


@move("bind-it-as-elsewhere", "E0425", prior=0.5)
def bind_it_as_elsewhere(site: Site) -> Iterator[Fix]:
    """Binds a name that nothing binds by the `let` that other functions of the crate bind it by."""
    name = text_of(site.node)
    function = site.around(site.node, "function_item")
    if site.node.type != "identifier" or function is None:
        return
    known = {*names_in_scope(site.source, site.node.start_byte)}
    seen: dict[str, None] = {}
    for path in (site.path, *(each for each in site.context.index.files() if each != site.path)):
        source = site.read(path)
        if source is None or not re.search(rf"\blet\s+(?:mut\s+)?{re.escape(name)}\b".encode(), source):
            continue
        for let in site.inside(parse_tree(source).root_node, "let_declaration"):
            pattern = let.child_by_field_name("pattern")
            value = let.child_by_field_name("value")
            if pattern is None or value is None or text_of(pattern) != name:
                continue
            names = {text_of(each) for each in site.inside(value, "identifier") if _is_variable(each)}
            if names <= known:
                seen.setdefault(text_of(let))
    first = _first_use(site, function, name)
    for place, let_text in enumerate(list(seen)[:_MOST]):
        edit = site.insert(first, f"{let_text}{site.newline}{site.indent(first)}")
        shown = " ".join(let_text.split())
        yield Fix(f"Say `{shown}` first.", (edit,), f"`{name}` is used and never bound here", 0.8**place)


def _is_variable(node: Node) -> bool:
    up = node.parent
    if up is None or up.type in ("scoped_identifier", "macro_invocation"):
        return False
    return not text_of(node)[:1].isupper() and not (up.type == "call_expression" and up.named_children[0] == node)


def _first_use(site: Site, function: Node, name: str) -> int:
    """Where the first statement begins that uses a name, in the innermost block that holds all its uses."""
    body = function.child_by_field_name("body") or function
    places = [each for each in site.inside(body, "identifier") if text_of(each) == name]
    block = statement_of(site.node)
    for around in ancestors(site.node):
        if around.type == "block" and all(around.start_byte <= each.start_byte < around.end_byte for each in places):
            block = statement_in(around, places[0]) if places else block
            break
    return block.start_byte if block is not None else site.node.start_byte


@move("declare-the-field", "E0560", "E0609", "E0559", prior=0.45)
def declare_the_field(site: Site) -> Iterator[Fix]:
    """Declares a field that literals set and methods read, with the type of what it is set to."""
    kind = re.search(r"(?:struct|variant|type) `&?(?:mut )?([\w:]+)", site.diagnostic.message)
    owner = kind[1].rsplit("::", 1)[-1] if kind else ""
    name = text_of(site.node)
    for path, item in items_named(site, owner, "struct_item"):
        body = item.child_by_field_name("body")
        if body is None or body.type != "field_declaration_list" or name in fields_of(item):
            continue
        if not fields_of(item):
            kinds = dict.fromkeys(_types_of(site, owner, name, item))
            indent = site.indent(item.start_byte) if path == site.path else ""
            for number, written in enumerate(kinds):
                line = f"{{{site.newline}{indent}    {name}: {written},{site.newline}{indent}}}"
                yield Fix(
                    f"Declare the field `{name}: {written}`.",
                    (site.edit(body.start_byte, body.end_byte, line, path),),
                    f"`{owner}` is built and read with `{name}`, and declares nothing",
                    0.8**number,
                )
            continue
        last = next((each for each in reversed(body.named_children) if each.type == "field_declaration"), None)
        if last is None:
            continue
        source = site.read(path) or b""
        start = source.rfind(b"\n", 0, last.start_byte) + 1
        gap = source[start : last.start_byte].decode()
        if not gap.isspace():
            gap = " "
        for number, written in enumerate(dict.fromkeys(_types_of(site, owner, name, item))):
            at = last.end_byte
            comma = source[at : at + 1] == b","
            line = f"{site.newline if gap != ' ' else ''}{gap}{name}: {written}"
            edit = site.insert(at + 1, f"{line},", path) if comma else site.insert(at, f",{line}", path)
            yield Fix(
                f"Declare the field `{name}: {written}`.",
                (edit,),
                f"`{owner}` is built and read with `{name}`, and does not declare it",
                0.8**number,
            )


def _types_of(site: Site, owner: str, name: str, item: Node) -> Iterator[str]:
    """Types of what the literals of a struct set a field to, as far as they are written somewhere."""
    for literal in site.inside(site.root, "struct_expression"):
        written = text_of(literal.child_by_field_name("name")).partition("<")[0].rsplit("::", 1)[-1]
        if written not in (owner, "Self"):
            continue
        for field in site.inside(
            literal.child_by_field_name("body"), "field_initializer", "shorthand_field_initializer"
        ):
            if re.split(r"\s*:", text_of(field))[0] != name:
                continue
            value = field.child_by_field_name("value") if field.type == "field_initializer" else field
            yield from _types_of_value(site, value, text_of(value) or name, item)


def _with_lifetime(kind: str, item: Node) -> Iterator[str]:
    """A type as a field may have it: a reference needs the lifetime that the struct declares."""
    lifetime = re.search(r"'\w+", text_of(item.child_by_field_name("type_parameters")))
    if lifetime and kind.startswith("&") and not kind.startswith("&'"):
        yield f"&{lifetime[0]} {kind[1:]}"
    yield kind


def _types_of_value(site: Site, value: Node | None, text: str, item: Node) -> Iterator[str]:
    if value is None:
        return
    for each in bindings_in_scope(site.source, value.start_byte):
        if each.name == text == "self" and each.type:
            owner = next((around for around in ancestors(value) if around.type == "impl_item"), None)
            holder = text_of(owner.child_by_field_name("type")) if owner is not None else "Self"
            yield from _with_lifetime(re.sub(r"\bself\b", holder, each.type.removeprefix("mut ")), item)
        elif each.name == text and each.type:
            yield from _with_lifetime(each.type, item)
    if value.type in _LITERALS:
        yield _LITERALS[value.type]
    if value.type == "integer_literal" and not re.search(r"[ui](8|16|32|64|128|size)$", text):
        yield from ("usize", "u32", "u64", "i32", "u8")
    if found := re.match(r"((?:\w+::)*[A-Z]\w*(?:::<.*>)?)::\w+", text):
        yield found[1].replace("::<", "<")
    if text == "None" or text.startswith("Some("):
        yield from ("Option<usize>", "Option<String>")


@move("match-it-in-the-condition", "E0308", "E0425", prior=0.6)
def match_it_in_the_condition(site: Site) -> Iterator[Fix]:
    """Makes a condition over an Option or a Result bind what is in it, under the name that its body uses."""
    for holder, value, kinds, weight in _untested(site):
        body = holder.child_by_field_name("consequence") or holder.child_by_field_name("body")
        names = [name for name in _unknown_names(site) if body is not None and uses(body, name)]
        for name in names[:2]:
            for place, head in enumerate(kinds):
                for sign, less in (("", 1.0), ("ref ", 0.5)):
                    yield Fix(
                        f"Take `{name}` out of it in the condition.",
                        (site.swap(value, f"let {head}({sign}{name}) = {text_of(value)}"),),
                        f"the body uses `{name}`, which the condition should bind",
                        weight * less * 0.6**place,
                    )


def _untested(site: Site) -> Iterator[tuple[Node, Node, tuple[str, ...], float]]:
    """The conditions that are no truth values: the `if` or `while`, its condition, what may be in it, a weight."""
    for found in (site.diagnostic, *site.context.others):
        span = found.primary
        told = _UNTESTED.search(span.label or "") if span is not None else None
        if told is None or span is None or span.file != site.path:
            continue
        value = site.node_of(span)
        holder = site.around(value, "if_expression", "while_expression")
        condition = holder.child_by_field_name("condition") if holder is not None else None
        if (
            holder is not None
            and condition is not None
            and condition.start_byte <= value.start_byte < condition.end_byte
        ):
            yield holder, value, ("Some",) if told[1] == "Option" else ("Ok", "Err"), 1.0
            return
    # While a name is unknown, the types around it may not be looked at.
    for holder in ancestors(site.node) if site.diagnostic.code == "E0425" else ():
        condition = (
            holder.child_by_field_name("condition") if holder.type in ("if_expression", "while_expression") else None
        )
        if condition is not None and condition.type in ("identifier", "field_expression", "call_expression"):
            yield holder, condition, ("Some", "Ok"), 0.8


def _unknown_names(site: Site) -> list[str]:
    """The values that are named and not found, in this file, each once."""
    found = (site.diagnostic, *site.context.others)
    names = (re.match(r"cannot find value `(\w+)`", each.message) for each in found if each.code == "E0425")
    return list(dict.fromkeys(match[1] for match in names if match))


@move("answer-all-other-cases", "E0004", prior=0.4)
def answer_all_other_cases(site: Site) -> Iterator[Fix]:
    """Answers all the cases that are left out with one `_` arm: what is matched, or what the other arms answer."""
    match = site.around(site.node, "match_expression")
    if match is None:
        return
    arms = _arms(match)
    value = match.child_by_field_name("value")
    bodies: dict[str, float] = {}
    if value is not None and value.type == "identifier" and len(arms) > 1:
        bodies[text_of(value)] = 1.1
    for arm in arms:
        text = _body(arm).rstrip(",")
        pattern = arm.child_by_field_name("pattern")
        bound = [text_of(each) for each in site.inside(pattern, "identifier") if text_of(each)[:1].islower()]
        if any(uses(arm.child_by_field_name("value") or arm, name) for name in bound):
            continue
        same = sum(_body(each).rstrip(",") == text for each in arms)
        bodies[text] = max(bodies.get(text, 0), 0.5 + 0.2 * same)
    for nothing, weight in (("None", 0.7), ("false", 0.5), ("{}", 0.5), ("true", 0.3), ("0", 0.3), ("continue", 0.3)):
        bodies.setdefault(nothing, weight)
    ranked = sorted(bodies.items(), key=lambda each: -each[1])[:8]
    for body, weight in ranked:
        if len(body) < 200 and "!" not in body:
            yield Fix(
                f"Answer everything else with `{' '.join(body.split())}`.",
                tuple(_insert(site, match, arms, [f"_ => {body}"])),
                "the match leaves cases out",
                weight,
                "What the other cases should do is my guess from their neighbours.",
            )
