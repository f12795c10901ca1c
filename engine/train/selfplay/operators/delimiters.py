"""Slips that no parser takes: delimiters, separators, arrows and keywords."""

from __future__ import annotations

from collections.abc import Iterator

from engine.train.selfplay.operators.operator import Mutation, Operator, Source, removed, replaced

_BRACED = (
    *("block", "match_block", "declaration_list", "field_declaration_list", "enum_variant_list"),
    *("field_initializer_list", "use_list"),
)
_ROUND = ("arguments", "parameters", "tuple_expression", "parenthesized_expression", "tuple_struct_pattern")
_LISTS = (
    "arguments",
    "parameters",
    "field_declaration_list",
    "enum_variant_list",
    "field_initializer_list",
    "use_list",
)
_SLIPS = {"fn": "fun", "let": "lte", "struct": "strcut", "match": "mach", "impl": "imp", "return": "retrun"}


def _edges(source: Source, kinds: tuple[str, ...], mark: str) -> Iterator[Mutation]:
    for node in source.nodes(*kinds):
        yield from (removed(child) for child in node.children if child.type == mark)


def _drop_closing_brace(source: Source) -> Iterator[Mutation]:
    yield from _edges(source, _BRACED, "}")


def _drop_opening_brace(source: Source) -> Iterator[Mutation]:
    yield from _edges(source, _BRACED, "{")


def _drop_closing_parenthesis(source: Source) -> Iterator[Mutation]:
    yield from _edges(source, _ROUND, ")")


def _drop_opening_parenthesis(source: Source) -> Iterator[Mutation]:
    yield from _edges(source, ("parenthesized_expression", "arguments", "tuple_struct_pattern"), "(")


def _drop_bracket(source: Source) -> Iterator[Mutation]:
    yield from _edges(source, ("index_expression", "array_expression", "array_type"), "]")


def _drop_angle(source: Source) -> Iterator[Mutation]:
    yield from _edges(source, ("type_arguments", "type_parameters"), ">")


def _repeat_closing_brace(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("block", "match_block", "declaration_list"):
        yield Mutation(node.end_byte, node.end_byte, b"}")


def _repeat_closing_parenthesis(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("arguments", "parenthesized_expression"):
        yield Mutation(node.end_byte, node.end_byte, b")")


def _mismatch_closer(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("arguments", "index_expression", "array_expression"):
        last = node.children[-1]
        if last.type in (")", "]"):
            yield replaced(last, "]" if last.type == ")" else ")")


def _drop_semicolon(source: Source) -> Iterator[Mutation]:
    kinds = ("expression_statement", "let_declaration", "use_declaration", "const_item", "type_item")
    yield from _edges(source, kinds, ";")


def _drop_comma(source: Source) -> Iterator[Mutation]:
    for node in source.nodes(*_LISTS, "match_arm"):
        for comma in node.children:
            following = comma.next_sibling or (node.next_named_sibling if node.type == "match_arm" else None)
            if comma.type == "," and following is not None and following.type not in (")", "}"):
                yield removed(comma)


def _drop_arrow(source: Source) -> Iterator[Mutation]:
    yield from _edges(source, ("function_item", "function_signature_item"), "->")


def _thin_arrow(source: Source) -> Iterator[Mutation]:
    for arm in source.nodes("match_arm"):
        yield from (replaced(child, "->") for child in arm.children if child.type == "=>")


def _drop_colon(source: Source) -> Iterator[Mutation]:
    yield from _edges(source, ("parameter", "field_declaration", "field_initializer"), ":")


def _drop_equals(source: Source) -> Iterator[Mutation]:
    yield from _edges(source, ("let_declaration", "const_item"), "=")


def _halve_path_separator(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("scoped_identifier", "scoped_type_identifier"):
        yield from (replaced(child, ":") for child in node.children if child.type == "::")


def _misspell_keyword(source: Source) -> Iterator[Mutation]:
    kinds = ("function_item", "let_declaration", "struct_item", "match_expression", "impl_item", "return_expression")
    for node in source.nodes(*kinds):
        yield from (replaced(child, _SLIPS[child.type]) for child in node.children if child.type in _SLIPS)


def _open_string(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("string_literal"):
        yield removed(node.children[-1])


OPERATORS = (
    Operator("drop_closing_brace", "delimiters", "leaves out a `}`", ("error",), _drop_closing_brace),
    Operator("drop_opening_brace", "delimiters", "leaves out a `{`", ("error",), _drop_opening_brace),
    Operator("drop_closing_parenthesis", "delimiters", "leaves out a `)`", ("error",), _drop_closing_parenthesis),
    Operator("drop_opening_parenthesis", "delimiters", "leaves out a `(`", ("error",), _drop_opening_parenthesis),
    Operator("drop_bracket", "delimiters", "leaves out a `]`", ("error",), _drop_bracket),
    Operator("drop_angle", "delimiters", "leaves out a `>`", ("error",), _drop_angle),
    Operator("repeat_closing_brace", "delimiters", "writes a `}` twice", ("error",), _repeat_closing_brace),
    Operator("repeat_closing_parenthesis", "delimiters", "writes a `)` twice", ("error",), _repeat_closing_parenthesis),
    Operator("mismatch_closer", "delimiters", "closes `(` with `]`, or `[` with `)`", ("error",), _mismatch_closer),
    Operator("drop_semicolon", "delimiters", "leaves out a `;`", ("error", "E0308"), _drop_semicolon),
    Operator("drop_comma", "delimiters", "leaves out a `,`", ("error",), _drop_comma),
    Operator("drop_arrow", "delimiters", "leaves out the `->` of a function", ("error",), _drop_arrow),
    Operator("thin_arrow", "delimiters", "writes `->` for the `=>` of an arm", ("error",), _thin_arrow),
    Operator("drop_colon", "delimiters", "leaves out the `:` of a parameter or a field", ("error",), _drop_colon),
    Operator("drop_equals", "delimiters", "leaves out the `=` of a binding", ("error",), _drop_equals),
    Operator("halve_path_separator", "delimiters", "writes `:` for `::`", ("error",), _halve_path_separator),
    Operator("misspell_keyword", "delimiters", "misspells a keyword", ("error",), _misspell_keyword),
    Operator("open_string", "delimiters", "does not end a string", ("E0765", "error"), _open_string),
)
