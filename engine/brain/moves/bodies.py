"""What an implementation leaves out and can only be one thing: a method that its fields answer, an arm as the others.

Reference, "Implementations"; std's documentation of what `derive` writes; E0046, errors without a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.brain.moves.items import fields_of, items_named
from engine.brain.moves.move import Fix, Site, move
from engine.rust.tree import base_name, parse_tree, text_of
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from tree_sitter import Node

_OFFERED = re.compile(
    r"^\s*((?:unsafe |const |async )*fn \w+.*?)\s*\{\s*(?:todo|unimplemented)!\(\)\s*\}\s*$", re.DOTALL
)
_NAME = re.compile(r"fn (\w+)")
_MOST_FIELDS = 6
_LONGEST = 200
_SIZES = ("len", "size", "count", "length", "is_empty")
_SAID = 0.8  # the weight of what another arm says


@dataclass(frozen=True)
class _Asked:
    """The one method that an implementation must still have, and where it goes."""

    owner: Node
    body: Node
    name: str
    signature: str
    holder: str

    def written(self, site: Site, text: str) -> Edit:
        """The edit that writes the method with ``text`` as its body."""
        inner = site.indent(self.owner.start_byte) + "    "
        lines = f"{site.newline}{inner}{self.signature} {{{site.newline}{inner}    {text}{site.newline}{inner}}}"
        if self.body.named_children:
            return site.insert(self.body.named_children[-1].end_byte, lines)
        tail = f"{site.newline}{site.indent(self.owner.start_byte)}"
        return site.edit(self.body.start_byte + 1, self.body.end_byte - 1, lines + tail)


def _asked(site: Site) -> _Asked | None:
    owner = site.around(site.node, "impl_item")
    body = owner.child_by_field_name("body") if owner is not None else None
    offered = [
        match[1]
        for suggestion in site.diagnostic.suggestions
        for part in suggestion.parts
        if (match := _OFFERED.match(part.text))
    ]
    if owner is None or body is None or len(offered) != 1:
        return None
    name = match[1] if (match := _NAME.search(offered[0])) else ""
    signature = _with_names(" ".join(offered[0].split()), name)
    return _Asked(owner, body, name, signature, base_name(owner.child_by_field_name("type")))


def _given(signature: str) -> list[str]:
    """The names of the parameters of a signature, `self` left out."""
    listed = signature[signature.index("(") + 1 :]
    return [match[1] for match in re.finditer(r"(?:^|[,(]\s*)(?:mut )?(\w+)\s*:", f"({listed.rpartition(')')[0]}")]


@move("ask-the-fields", "E0046", prior=0.45)
def ask_the_fields(site: Site) -> Iterator[Fix]:
    """Writes a missing method as its fields answer it: what `derive` would write, or the same method of one field."""
    asked = _asked(site)
    if asked is None:
        return
    fields = _fields(site, asked.holder)
    written = _written(site, asked.name, asked.signature, asked.holder, fields)
    for number, text in enumerate(dict.fromkeys(written)):
        yield Fix(
            f"Answer `{asked.name}` with `{' '.join(text.split())[:60]}`.",
            (asked.written(site, text),),
            f"`{asked.holder}` never says how it answers `{asked.name}`",
            0.85**number,
            "What it should do is my guess from its fields.",
        )


@move("hand-it-on-as-the-others-do", "E0046", prior=0.5)
def hand_it_on_as_the_others_do(site: Site) -> Iterator[Fix]:
    """Writes a missing method as its siblings that call what they wrap by their own name, with its name for theirs."""
    asked = _asked(site)
    if asked is None:
        return
    changes = "&mut self" in asked.signature
    given = ", ".join(_given(asked.signature))
    bodies: dict[str, float] = {}
    for method, weight in _siblings(site, asked):
        own = text_of(method.child_by_field_name("name"))
        text = text_of(method.child_by_field_name("body"))[1:-1].strip()
        calls = re.compile(rf"(?<=[.:]){re.escape(own)}\([^()]*\)")
        if own == asked.name or not calls.search(text) or len(text) > _LONGEST:
            continue
        after = calls.sub(f"{asked.name}({given})", text)
        if changes and "&mut self" not in text_of(method.child_by_field_name("parameters")):
            after = re.sub(r"\bref (?!mut\b)", "ref mut ", after).replace("&self.", "&mut self.")
            after = after.replace(".as_ref()", ".as_mut()")
        bodies.setdefault(after, weight)
    for number, (text, weight) in enumerate(list(bodies.items())[:_MOST_FIELDS]):
        yield Fix(
            f"Hand `{asked.name}` on as the other methods are.",
            (asked.written(site, text),),
            f"`{asked.holder}` never says how it answers `{asked.name}`, and it hands its other methods on",
            weight * 0.9**number,
            "That this one is handed on too is my guess from the others.",
        )


def _siblings(site: Site, asked: _Asked) -> Iterator[tuple[Node, float]]:
    """The methods of the same implementation, then those of the type's other implementations in the file."""
    yield from ((each, 1.0) for each in asked.body.named_children if each.type == "function_item")
    for other in site.inside(site.root, "impl_item"):
        body = other.child_by_field_name("body")
        if other == asked.owner or body is None or base_name(other.child_by_field_name("type")) != asked.holder:
            continue
        yield from ((each, 0.7) for each in body.named_children if each.type == "function_item")


def _with_names(signature: str, name: str) -> str:
    """A signature of std with names for its parameters, which rustc writes `_`."""
    known = iter([{"fmt": "f", "hash": "state"}.get(name, "other"), *(f"value_{number}" for number in range(2, 9))])
    return re.sub(r"(?<=[(\s])_(?=:)", lambda _: next(known), signature)


def _fields(site: Site, holder: str) -> list[str]:
    """The fields of a struct by name or number; none for an enum."""
    for _, item in items_named(site, holder, "struct_item"):
        named = list(fields_of(item))
        if named:
            return named[:_MOST_FIELDS]
        body = item.child_by_field_name("body")
        if body is not None and body.type == "ordered_field_declaration_list":
            kinds = [each for each in body.named_children if "type" in each.type or each.type.endswith("identifier")]
            return [str(number) for number in range(len(kinds))][:_MOST_FIELDS]
    return []


def _written(site: Site, name: str, signature: str, holder: str, fields: list[str]) -> Iterator[str]:
    listed = signature[signature.index("(") + 1 :]
    given = _given(signature)
    numbered = bool(fields) and fields[0].isdigit()
    parts = {
        "clone": "{0}: self.{0}.clone()",
        "default": "{0}: Default::default()",
    }
    if name == "clone":
        yield "*self"
    if name in ("default", "clone", "new") and _has_new(site, holder):
        yield f"{holder}::new()" if "<" not in holder else "Self::new()"
    if name in parts and fields:
        made = ", ".join(parts[name].format(each) for each in fields)
        yield f"{holder} {{ {made} }}"
    if name == "eq" and given:
        yield " && ".join(f"self.{each} == {given[0]}.{each}" for each in fields)
    if name in ("cmp", "partial_cmp") and given and len(fields) > 1:
        mine = ", ".join(f"&self.{each}" for each in fields)
        yield f"({mine}).{name}(&({mine.replace('self', given[0])}))"
    if name == "partial_cmp" and given:
        yield f"Some(self.cmp({given[0]}))"
    if name == "hash" and given:
        yield " ".join(f"self.{each}.hash({given[0]});" for each in fields)
    for each in fields:
        if "self" in listed.partition(",")[0]:
            yield f"self.{each}.{name}({', '.join(given)})"
    for each in fields:
        if name in ("cmp", "partial_cmp", "eq") and given:
            yield f"self.{each}.{name}(&{given[0]}.{each})"
        if name in _SIZES:
            yield f"self.{each}.{'is_empty' if name == 'is_empty' else 'len'}()"
        if name in ("deref", "as_ref", "borrow"):
            yield f"&self.{each}"
        if name in ("deref_mut", "as_mut", "borrow_mut"):
            yield f"&mut self.{each}"
    if numbered and len(fields) == 1 and name == "from" and given:
        yield f"{holder}({given[0]})"


def _has_new(site: Site, holder: str) -> bool:
    return any(each.symbol.path.endswith(f"{holder}::new") for each in site.context.index.definitions("new")) and bool(
        re.search(rb"fn new\(\)", site.source)
    )


@move("answer-as-the-other-arms", "", prior=0.5)
def answer_as_the_other_arms(site: Site) -> Iterator[Fix]:
    """Gives an arm without an answer what the other arms of the match answer, its own variant's name put in."""
    if site.span is None or "expected expression, found" not in site.diagnostic.message:
        return
    before = site.source[: site.span.byte_start].rstrip()
    if not before.endswith(b"=>"):
        return
    at = len(before)
    pattern = site.text(site.line_start(at - 1), at - 2).strip()
    # With something in the arm's place the match can be read.
    whole = parse_tree(before + b" ()" + site.source[at:]).root_node
    node = whole.named_descendant_for_byte_range(at, at + 2)
    while node is not None and node.type != "match_block":
        node = node.parent
    for number, (text, weight) in enumerate(_answers(node, pattern)):
        yield Fix(
            f"Answer `{' '.join(text.split())[:60]}` there.",
            (site.edit(at, site.span.byte_start, f" {text}"),),
            f"the arm `{pattern}` has no answer",
            weight * 0.9**number,
            "What the case should do is my guess from its neighbours.",
        )


def _answers(block: Node | None, pattern: str) -> list[tuple[str, float]]:
    own = pattern.rsplit("::", 1)[-1].split("(")[0].split("{")[0].strip()
    found: dict[str, float] = {}
    bound = set(re.findall(r"\b[a-z_]\w*\b", pattern))
    for arm in block.named_children if block is not None else ():
        if arm.type != "match_arm":
            continue
        body = text_of(arm.child_by_field_name("value")).rstrip(",")
        text = text_of(arm.child_by_field_name("pattern"))
        other = text.rsplit("::", 1)[-1].split("(")[0].split("{")[0].strip()
        if not body or body == "()":
            continue
        if other and own and len(other) > 1:
            for change in (str, str.lower, str.upper):
                if change(other) in body:
                    found[body.replace(change(other), change(own))] = 1.2
        names = set(re.findall(r"\b[a-z_]\w*\b", text))
        lent = {each for each in names if re.search(rf"\b{each}\b", body)}
        if lent <= bound:
            found[body] = max(found.get(body, 0), 1.0 if lent else 0.8)
    for nothing, weight in (("None", 0.5), ("{}", 0.4), ("false", 0.4), ("true", 0.4), ("0", 0.4)):
        found.setdefault(nothing, weight)
    plain = {"None": "Some({})", "Ok(())": "Ok({})"}
    head = next((plain[body] for body in found if body in plain and found[body] >= _SAID), "{}")
    for each in sorted(bound - {"ref", "mut"}):
        # What a pattern binds is bound to be used.
        found[each] = max(found.get(each, 0), 0.9 if head == "{}" else 0.6)
        found[head.format(each)] = max(found.get(head.format(each), 0), 1.1 if head != "{}" else 0.9)
    return sorted(found.items(), key=lambda each: -each[1])[:10]
