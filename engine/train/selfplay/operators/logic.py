"""Code that compiles and is wrong: only tests see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from engine.rust.tree import text_of
from engine.train.selfplay.operators.operator import Mutation, Operator, Source, elements, is_inside, replaced

_NEIGHBOUR = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_ARITHMETIC = {"+": "-", "-": "+", "*": "+", "/": "*", "%": "/", "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "&"}
_ASSIGNMENT = {"+=": "-=", "-=": "+=", "*=": "+=", "|=": "&=", "&=": "|=", "^=": "|=", "<<=": ">>=", ">>=": "<<="}
_LOGICAL = {"&&": "||", "||": "&&"}
_TWINS = {
    "is_some": "is_none",
    "is_none": "is_some",
    "is_ok": "is_err",
    "is_err": "is_ok",
    "min": "max",
    "max": "min",
    "first": "last",
    "last": "first",
    "any": "all",
    "all": "any",
    "starts_with": "ends_with",
    "ends_with": "starts_with",
    "skip": "take",
    "trim_start": "trim_end",
    "to_uppercase": "to_lowercase",
    "to_lowercase": "to_uppercase",
    "push_back": "push_front",
}


def _operators(source: Source, others: dict[str, str], kind: str = "binary_expression") -> Iterator[Mutation]:
    for node in source.nodes(kind):
        sign = node.child_by_field_name("operator")
        if sign is not None and text_of(sign) in others:
            yield replaced(sign, others[text_of(sign)])


def _move_bound(source: Source) -> Iterator[Mutation]:
    yield from _operators(source, _NEIGHBOUR)


def _reverse_comparison(source: Source) -> Iterator[Mutation]:
    yield from _operators(source, _OPPOSITE)


def _change_arithmetic(source: Source) -> Iterator[Mutation]:
    yield from _operators(source, _ARITHMETIC)


def _change_assignment(source: Source) -> Iterator[Mutation]:
    yield from _operators(source, _ASSIGNMENT, "compound_assignment_expr")


def _change_connective(source: Source) -> Iterator[Mutation]:
    yield from _operators(source, _LOGICAL)


def _shift_number(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("integer_literal"):
        text = text_of(node)
        if text.isdigit() and len(text) < 10 and not is_inside(node, "attribute_item"):
            yield replaced(node, str(int(text) + 1))


def _move_range_end(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("range_expression"):
        for sign in node.children:
            if sign.type in ("..", "..=") and sign.next_sibling is not None:
                yield replaced(sign, "..=" if sign.type == ".." else "..")


def _drop_negation(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("unary_expression"):
        if node.children[0].type == "!":
            yield replaced(node, node.named_children[0])


def _negate_condition(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("if_expression", "while_expression"):
        condition = node.child_by_field_name("condition")
        if condition is not None and condition.type in ("call_expression", "identifier", "field_expression"):
            yield Mutation(condition.start_byte, condition.start_byte, b"!")


def _flip_truth(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("boolean_literal"):
        yield replaced(node, "false" if text_of(node) == "true" else "true")


def _swap_operands(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("binary_expression"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if (
            left is None
            or right is None
            or text_of(node.child_by_field_name("operator")) not in ("-", "/", "%", "<", ">")
        ):
            continue
        gap = source.text[left.end_byte : right.start_byte]
        yield replaced(node, (right.text or b"") + gap + (left.text or b""))


def _swap_like_arguments(source: Source) -> Iterator[Mutation]:
    for arguments in source.nodes("arguments"):
        given = elements(arguments)
        for one, two in pairwise(given):
            if one.type == two.type and text_of(one) != text_of(two):
                gap = source.text[one.end_byte : two.start_byte]
                yield Mutation(one.start_byte, two.end_byte, (two.text or b"") + gap + (one.text or b""))


def _call_twin(source: Source) -> Iterator[Mutation]:
    for call, _, name in source.methods(*_TWINS):
        function = call.child_by_field_name("function")
        field = function.child_by_field_name("field") if function is not None else None
        if field is not None:
            yield replaced(field, _TWINS[name])


def _seen(name: str, says: str, sites: Callable[[Source], Iterator[Mutation]]) -> Operator:
    return Operator(name, "logic", says, ("test",), sites, tested=True)


OPERATORS = (
    _seen("move_bound", "turns `<` into `<=`, and so on", _move_bound),
    _seen("reverse_comparison", "turns a comparison round", _reverse_comparison),
    _seen("change_arithmetic", "calculates with another operator", _change_arithmetic),
    _seen("change_assignment", "turns `+=` into `-=`, and so on", _change_assignment),
    _seen("change_connective", "turns `&&` into `||`, or back", _change_connective),
    _seen("shift_number", "adds one to a number", _shift_number),
    _seen("move_range_end", "turns `..` into `..=`, or back", _move_range_end),
    _seen("drop_negation", "leaves out `!`", _drop_negation),
    _seen("negate_condition", "puts `!` before a condition", _negate_condition),
    _seen("flip_truth", "turns `true` into `false`, or back", _flip_truth),
    _seen("swap_operands", "turns the operands of `-`, `/`, `%`, `<` or `>` round", _swap_operands),
    _seen("swap_like_arguments", "gives two arguments of one kind in the wrong order", _swap_like_arguments),
    _seen("call_twin", "calls the opposite method: `min` for `max`, `is_some` for `is_none`…", _call_twin),
)
