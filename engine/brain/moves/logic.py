"""What compiles and is wrong: the small slips that only tests see, undone one at a time.

The inverse of the usual mutation operators (DeMillo, Lipton & Sayward 1978, "Hints on test data selection"): the code
of a competent programmer is one small step from right. Every change here is an expression for an expression of the same
type, so that all of them can be tried in one build (`engine.rust.switches`). What is near to the failing tests comes
first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from engine.brain.moves.items import fields_of, items_named
from engine.brain.moves.move import Fix, Move, Site, move
from engine.brain.moves.reach import Place, places
from engine.rust.ranges import RANGES, range_of
from engine.rust.scope import bindings_in_scope
from engine.rust.tree import ancestors, base_name, text_of
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from tree_sitter import Node

TESTS = "test"
_COMPARISONS = {
    "<": (("<=", 1.0), (">", 0.7), (">=", 0.6)),
    "<=": (("<", 1.0), (">=", 0.7), (">", 0.6)),
    ">": ((">=", 1.0), ("<", 0.7), ("<=", 0.6)),
    ">=": ((">", 1.0), ("<=", 0.7), ("<", 0.6)),
    "==": (("!=", 0.9), ("<=", 0.3), (">=", 0.3)),
    "!=": (("==", 0.9), ("<", 0.3), (">", 0.3)),
}
_BOUNDS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}  # in or out
_MOST_BOUNDS = 4
_OPERATORS = {
    "+": ("-", "*"),
    "-": ("+", "/"),
    "*": ("+", "/"),
    "/": ("*", "%"),
    "%": ("/", "*"),
    "<<": (">>",),
    ">>": ("<<",),
    "&": ("|", "^"),
    "|": ("&", "^"),
    "^": ("&", "|"),
    "+=": ("-=",),
    "-=": ("+=",),
    "*=": ("/=", "+="),
    "/=": ("*=",),
    "<<=": (">>=",),
    ">>=": ("<<=",),
    "&=": ("|=", "^="),
    "|=": ("&=", "^="),
    "^=": ("|=", "&="),
}
_TWINS = (
    "min max",
    "first last",
    "any all",
    "is_some is_none",
    "is_ok is_err",
    "starts_with ends_with",
    "find rfind",
    "position rposition",
    "take skip",
    "take_while skip_while",
    "trim_start trim_end",
    "trim_start_matches trim_end_matches",
    "strip_prefix strip_suffix",
    "to_lowercase to_uppercase",
    "to_ascii_lowercase to_ascii_uppercase",
    "is_lowercase is_uppercase",
    "is_ascii_lowercase is_ascii_uppercase",
    "wrapping_add wrapping_sub",
    "saturating_add saturating_sub",
    "checked_add checked_sub",
    "overflowing_add overflowing_sub",
    "wrapping_mul wrapping_div",
    "checked_mul checked_div",
    "leading_zeros trailing_zeros",
    "leading_ones trailing_ones",
    "count_ones count_zeros",
    "rotate_left rotate_right",
    "wrapping_shl wrapping_shr",
    "from_be_bytes from_le_bytes",
    "to_be_bytes to_le_bytes",
    "from_be from_le",
    "to_be to_le",
    "read_u16_be read_u16_le",
    "split_once rsplit_once",
    "splitn rsplitn",
    "split rsplit",
    "floor ceil",
    "next next_back",
    "next last",
    "pop_front pop_back",
    "push_front push_back",
    "front back",
    "min_by max_by",
    "min_by_key max_by_key",
    "lower upper",
    "start end",
    "left right",
    "or and",
    "or_else and_then",
    "eq ne",
    "lt gt",
    "le ge",
    "lt le",
    "gt ge",
    "sin cos",
    "union intersection",
    "is_subset is_superset",
    "keys values",
    "height width",
    "swap replace",
    "begin end",
    "insert remove",
    "is_alphabetic is_alphanumeric",
    "is_numeric is_alphanumeric",
    "is_ascii_alphabetic is_ascii_alphanumeric",
    "is_ascii_digit is_ascii_hexdigit",
    "is_digit is_alphanumeric",
)
_TWIN_OF: dict[str, list[str]] = {}
for _pair in _TWINS:
    _one, _other = _pair.split()
    _TWIN_OF.setdefault(_one, []).append(_other)
    _TWIN_OF.setdefault(_other, []).append(_one)
_LOOSE = ("binary_expression", "type_cast_expression")
_LOOSER = (*_LOOSE, "unary_expression", "reference_expression")  # than a method call on them
_WHOLE = re.compile(r"(\d[\d_]*|0x[0-9a-fA-F_]+|0b[01_]+|0o[0-7_]+)([ui](?:8|16|32|64|128|size))?")
_MOST_ARGUMENTS = 4
# What a bit mask may be written as, and calls that by their names answer yes or no where no condition asks.
_MASKS = ("identifier", "field_expression", "call_expression", "parenthesized_expression", "integer_literal")
_ASKING = re.compile(r"(?:is|has|can|contains|starts|ends|any|all|eq|ne|lt|gt|le|ge|matches|insert|remove)(?:_\w+)?")
_CONDITIONS = ("if_expression", "while_expression", "unary_expression", "field_expression", "expression_statement")

Say = Callable[[str], str]


def _edit(place: Place, node: Node, after: str) -> Edit:
    return Edit(path=place.path, byte_start=node.start_byte, byte_end=node.end_byte, before=text_of(node), after=after)


def _fix(place: Place, node: Node, after: str, cause: str, weight: float = 1.0) -> Fix:
    return _said(place, _edit(place, node, after), cause, weight)


def _said(place: Place, edit: Edit, cause: str, weight: float = 1.0) -> Fix:
    line = place.source.count(b"\n", 0, edit.byte_start) + 1
    shown, was = " ".join(edit.after.split()), " ".join(edit.before.split())
    intent = f"Write `{shown}` for `{was}`, {place.path.rsplit('/', 1)[-1]}:{line}."
    if len(intent) > 110:
        intent = f"Write `{shown[:70]}…` on line {line} of {place.path.rsplit('/', 1)[-1]}."
    return Fix(intent, (edit,), cause, weight * place.weight)


def _operator(node: Node) -> Node | None:
    return node.child_by_field_name("operator") or next((each for each in node.children if not each.is_named), None)


@move("compare-the-other-way", TESTS, prior=0.5)
def compare_the_other_way(site: Site) -> Iterator[Fix]:
    """Takes another comparison in place of one: the bound in or out, the other side, equal for different.

    Two bounds of one condition are taken in or left out together too, as where a span has an end of its own.
    """
    for place in places(site, "binary_expression"):
        sign = _operator(place.node)
        for after, weight in _COMPARISONS.get(text_of(sign), ()):
            if sign is not None:
                yield _fix(place, sign, after, "the comparison lets the wrong values through", weight)
        for one, other in combinations(_bounds(place.node), 2):
            yield _both(place, one, other)


def _bounds(node: Node) -> list[Node]:
    """The signs of the bounds in a whole condition whose parts must all hold; none where it is a part of another."""
    if not _joined(node) or (node.parent is not None and _joined(node.parent)):
        return []
    parts = [node]
    while _joined(parts[0]):
        sides = (parts[0].child_by_field_name("left"), parts[0].child_by_field_name("right"))
        parts[:1] = [side for side in sides if side is not None]
    signs = (_operator(part) for part in parts if part.type == "binary_expression")
    return [sign for sign in signs if sign is not None and text_of(sign) in _BOUNDS][:_MOST_BOUNDS]


def _joined(node: Node) -> bool:
    return node.type == "binary_expression" and text_of(_operator(node)) == "&&"


def _both(place: Place, one: Node, other: Node) -> Fix:
    edits = tuple(_edit(place, sign, _BOUNDS[text_of(sign)]) for sign in (one, other))
    lines = sorted({sign.start_point.row + 1 for sign in (one, other)})
    where = f"line {lines[0]}" if len(lines) == 1 else f"lines {lines[0]} and {lines[-1]}"
    intent = f"Move both bounds of the condition, {place.path.rsplit('/', 1)[-1]}, {where}."
    return Fix(intent, edits, "both comparisons let the wrong values through", 0.8 * place.weight)


@move("join-the-other-way", TESTS, prior=0.5)
def join_the_other_way(site: Site) -> Iterator[Fix]:
    """Takes `&&` for `||` in a condition, or the other way round."""
    for place in places(site, "binary_expression"):
        sign = _operator(place.node)
        if sign is not None and text_of(sign) in ("&&", "||"):
            after = "||" if text_of(sign) == "&&" else "&&"
            yield _fix(place, sign, after, "the condition joins its parts by the wrong word")


@move("count-the-other-way", TESTS, prior=0.45)
def count_the_other_way(site: Site) -> Iterator[Fix]:
    """Takes another operator in place of one that counts, shifts or masks; rounds a quotient up instead of down."""
    for place in places(site, "binary_expression", "compound_assignment_expr"):
        sign = _operator(place.node)
        for number, after in enumerate(_OPERATORS.get(text_of(sign), ())):
            if sign is not None:
                yield _fix(place, sign, after, "the operator is the wrong one", 1.0 if number == 0 else 0.5)
        left, right = place.node.child_by_field_name("left"), place.node.child_by_field_name("right")
        if left is not None and right is not None and text_of(sign) == "/":
            rounded = f"{_tight(left, _LOOSER)}.div_ceil({text_of(right)})"
            yield _fix(place, place.node, rounded, "the quotient is rounded down and loses what is left over", 0.9)


@move("move-the-number-by-one", TESTS, prior=0.4)
def move_the_number_by_one(site: Site) -> Iterator[Fix]:
    """Makes a number that is written one more or one less."""
    for place in places(site, "integer_literal"):
        found = _WHOLE.fullmatch(text_of(place.node))
        if found is None:
            continue
        text, suffix = found[1].replace("_", ""), found[2] or ""
        value = int(text, 0) if text.startswith(("0x", "0b", "0o")) else int(text)
        for other, weight in ((value - 1, 1.0), (value + 1, 1.0)):
            if other >= 0:
                yield _fix(place, place.node, _like(text, other) + suffix, "the number is off by one", weight)


def _like(text: str, value: int) -> str:
    head = text[:2].lower()
    digits = len(text) - 2
    if head == "0x":
        return f"0x{value:0{digits}X}" if text[2:].upper() == text[2:] else f"0x{value:0{digits}x}"
    return f"0b{value:0{digits}b}" if head == "0b" else f"0o{value:o}" if head == "0o" else str(value)


@move("move-the-bound-by-one", TESTS, prior=0.4)
def move_the_bound_by_one(site: Site) -> Iterator[Fix]:
    """Takes the last value of a range in or leaves it out; adds or takes one where something is compared or indexed."""
    for place in places(site, *RANGES):
        found = range_of(place.node)
        if found is not None:
            edit = Edit(
                path=place.path,
                byte_start=found.byte_start,
                byte_end=found.byte_end,
                before=found.sign,
                after=found.other,
            )
            yield _said(place, edit, "the range has one value too many or too few")
    for place in places(site, "binary_expression"):
        left, right = place.node.child_by_field_name("left"), place.node.child_by_field_name("right")
        word = text_of(_operator(place.node))
        if left is None or right is None:
            continue
        if word in ("+", "-") and right.type == "integer_literal" and text_of(right) == "1":
            yield _fix(place, place.node, text_of(left), "one is counted twice", 0.8)
        elif word in _COMPARISONS and right.type in ("identifier", "field_expression", "call_expression"):
            for after in (f"{text_of(right)} - 1", f"{text_of(right)} + 1"):
                yield _fix(place, right, after, "the bound is off by one", 0.3)
    for place in places(site, "index_expression"):
        index = place.node.named_children[-1]
        if index.type == "identifier":
            for after in (f"{text_of(index)} - 1", f"{text_of(index)} + 1"):
                yield _fix(place, index, after, "the index is off by one", 0.3)


@move("ask-for-the-opposite", TESTS, prior=0.4)
def ask_for_the_opposite(site: Site) -> Iterator[Fix]:
    """Negates a condition or takes its negation away; writes `true` for `false`."""
    for place in places(site, "unary_expression"):
        if text_of(place.node).startswith("!"):
            yield _fix(place, place.node, text_of(place.node.named_children[-1]), "the condition is turned round")
    for place in places(site, "boolean_literal"):
        after = "false" if text_of(place.node) == "true" else "true"
        yield _fix(place, place.node, after, "the answer is turned round", 0.8)
    for place in places(site, "if_expression", "while_expression"):
        asked = place.node.child_by_field_name("condition")
        if asked is not None and asked.type in (
            "identifier",
            "call_expression",
            "field_expression",
            "macro_invocation",
        ):
            yield _fix(place, asked, f"!{text_of(asked)}", "the condition is turned round", 0.8)
    for place in places(site, "binary_expression"):
        if text_of(_operator(place.node)) in ("&&", "||"):
            for side in ("left", "right"):
                part = place.node.child_by_field_name(side)
                if part is not None and part.type in ("identifier", "call_expression", "field_expression"):
                    yield _fix(place, part, f"!{text_of(part)}", "a part of the condition is turned round", 0.6)
        elif text_of(_operator(place.node)) in ("&", "|", "^"):
            for side in ("left", "right"):
                part = place.node.child_by_field_name(side)
                if part is not None and part.type in _MASKS:
                    yield _fix(place, part, f"!{_tight(part)}", "the mask is turned round", 0.4)
    for place in places(site, "compound_assignment_expr"):
        part = place.node.child_by_field_name("right")
        if part is not None and text_of(_operator(place.node)) in ("&=", "|=", "^=") and part.type in _MASKS:
            yield _fix(place, part, f"!{_tight(part)}", "the mask is turned round", 0.4)
    for place in places(site, "closure_expression", "function_item", "return_expression"):
        answer = _answer(place.node)
        if answer is not None and answer.type in ("identifier", "call_expression", "field_expression"):
            yield _fix(place, answer, f"!{text_of(answer)}", "the answer is turned round", 0.6)
    for place in places(site, "call_expression"):
        up = place.node.parent
        name = text_of(place.node.child_by_field_name("function")).rsplit(".", 1)[-1].rsplit("::", 1)[-1]
        if up is not None and up.type not in _CONDITIONS and _ASKING.fullmatch(name):
            yield _fix(place, place.node, f"!{text_of(place.node)}", "the answer is turned round", 0.6)


def _answer(node: Node) -> Node | None:
    """What a closure, a `return` or a function that says yes or no answers with."""
    if node.type == "return_expression":
        return node.named_children[0] if node.named_children else None
    body = node.child_by_field_name("body")
    if node.type == "function_item" and text_of(node.child_by_field_name("return_type")) != "bool":
        return None
    if body is not None and body.type == "block":
        return body.named_children[-1] if body.named_children else None
    return body


@move("call-the-twin", TESTS, prior=0.5)
def call_the_twin(site: Site) -> Iterator[Fix]:
    """Calls the method's counterpart: `last` for `first`, `any` for `all`, `max` for `min`."""
    for place in places(site, "call_expression"):
        function = place.node.child_by_field_name("function")
        if function is not None and function.type == "generic_function":
            function = function.child_by_field_name("function")
        name = (
            function.child_by_field_name("field" if function.type == "field_expression" else "name")
            if function
            else None
        )
        for twin in _TWIN_OF.get(text_of(name), ()):
            if name is not None:
                yield _fix(place, name, twin, f"`{text_of(name)}` is the counterpart of what is meant")


@move("exchange-like-arguments", TESTS, prior=0.45)
def exchange_like_arguments(site: Site) -> Iterator[Fix]:
    """Exchanges two arguments of a call, or the two sides of an operator whose order counts."""
    for place in places(site, "call_expression"):
        listed = place.node.child_by_field_name("arguments")
        given = [each for each in (listed.named_children if listed is not None else ()) if not each.is_extra]
        for one, other in combinations(given[:_MOST_ARGUMENTS], 2):
            if text_of(one) != text_of(other) and "closure_expression" not in (one.type, other.type):
                near = 1.0 if one.next_named_sibling == other else 0.6
                yield _exchanged(place, one, other, near * (1.0 if one.type == other.type else 0.7))
    for place in places(site, "binary_expression"):
        left, right = place.node.child_by_field_name("left"), place.node.child_by_field_name("right")
        if left is not None and right is not None and text_of(_operator(place.node)) in ("-", "/", "%", "<<", ">>"):
            after = f"{_tight(right)} {text_of(_operator(place.node))} {_tight(left)}"
            yield _fix(place, place.node, after, "the two sides stand in the wrong order", 0.5)


def _tight(node: Node, loose: tuple[str, ...] = _LOOSE) -> str:
    return f"({text_of(node)})" if node.type in loose else text_of(node)


def _exchanged(place: Place, one: Node, other: Node, weight: float) -> Fix:
    edits = (_edit(place, one, text_of(other)), _edit(place, other, text_of(one)))
    shown = f"`{' '.join(text_of(one).split())[:40]}` and `{' '.join(text_of(other).split())[:40]}`"
    line = one.start_point.row + 1
    return Fix(
        f"Exchange {shown} on line {line}.", edits, "the arguments stand in the wrong order", weight * place.weight
    )


@move("read-the-other-field", TESTS, prior=0.3)
def read_the_other_field(site: Site) -> Iterator[Fix]:
    """Reads another field of `self` that has the same type, or another variable of the same type."""
    for place in places(site, "field_expression"):
        name = place.node.child_by_field_name("field")
        if name is None or text_of(place.node.child_by_field_name("value")) != "self":
            continue
        owner = next((each for each in ancestors(place.node) if each.type == "impl_item"), None)
        holder = base_name(owner.child_by_field_name("type")) if owner is not None else ""
        for _, item in items_named(site, holder, "struct_item"):
            fields = fields_of(item)
            for other, kind in fields.items():
                if other != text_of(name) and kind == fields.get(text_of(name)):
                    yield _fix(place, name, other, f"`{other}` has the same type and is meant")
    for place in places(site, "identifier"):
        up = place.node.parent
        if up is None or up.type not in ("arguments", "binary_expression", "return_expression", "index_expression"):
            continue
        known = bindings_in_scope(place.source, place.node.start_byte)
        own = next((each for each in known if each.name == text_of(place.node)), None)
        if own is None or not own.type or own.kind not in ("local", "parameter"):
            continue
        for each in known:
            if each.name != own.name and each.type == own.type and each.kind in ("local", "parameter"):
                yield _fix(place, place.node, each.name, f"`{each.name}` has the same type and is meant", 0.6)


@move("go-on-instead-of-leaving", TESTS, prior=0.25)
def go_on_instead_of_leaving(site: Site) -> Iterator[Fix]:
    """Takes `continue` for `break` in a loop, or the other way round."""
    for place in places(site, "break_expression", "continue_expression"):
        text = text_of(place.node)
        if text in ("break", "continue"):
            after = "continue" if text == "break" else "break"
            yield _fix(place, place.node, after, f"`{text}` leaves the loop at the wrong time")


def logic_moves() -> tuple[Move, ...]:
    """The moves of this file."""
    return tuple(value for value in globals().values() if isinstance(value, Move))
