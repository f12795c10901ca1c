"""Writing expressions: what needs parentheses, what a place is called, where a statement stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.rust.tree import ancestors, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

# What an expression is looked at in: the walk outwards from a place ends below the first of these.
STATEMENTS = ("expression_statement", "let_declaration", "function_item", "block", "match_arm", "const_item")
_TIGHT = frozenset(
    {
        "identifier",
        "self",
        "field_expression",
        "call_expression",
        "index_expression",
        "parenthesized_expression",
        "macro_invocation",
        "string_literal",
        "raw_string_literal",
        "char_literal",
        "boolean_literal",
        "scoped_identifier",
        "generic_function",
        "try_expression",
        "await_expression",
        "array_expression",
        "tuple_expression",
        "integer_literal",
        "float_literal",
        "struct_expression",
        "unit_expression",
    }
)
PLACES = frozenset({"identifier", "self", "field_expression", "index_expression"})
_UNARY = frozenset({"reference_expression", "unary_expression"})
_NOT_EXPRESSIONS = frozenset(
    {
        "block",
        "arguments",
        "token_tree",
        "source_file",
        "declaration_list",
        "expression_statement",
        "let_declaration",
        "match_block",
        "match_arm",
        "field_initializer",
        "field_initializer_list",
        "let_condition",
    }
)


def postfix(node: Node, suffix: str) -> str:
    """The text of an expression followed by ``.method()`` or ``?``, in parentheses where they are needed."""
    text = text_of(node)
    return f"{text}{suffix}" if node.type in _TIGHT else f"({text}){suffix}"


def prefix(node: Node, sign: str) -> str:
    """The text of an expression behind ``&`` or ``*``, in parentheses where they are needed."""
    text = text_of(node)
    return f"{sign}{text}" if node.type in _TIGHT | _UNARY else f"{sign}({text})"


def is_expression(node: Node | None) -> bool:
    """True for a node that can stand where a value is wanted."""
    if node is None or not node.is_named:
        return False
    kind = node.type
    return kind.endswith(("_expression", "_literal", "identifier", "macro_invocation")) or kind in ("self", "block")


def statement_of(node: Node | None) -> Node | None:
    """The statement around a node: the child of the innermost block, its tail expression too."""
    for each in ancestors(node):
        if each.parent is not None and each.parent.type == "block":
            return each
    return None


def statement_in(block: Node, node: Node | None) -> Node | None:
    """The child of ``block`` that holds ``node``, or None."""
    return next((each for each in ancestors(node) if each.parent == block), None)


def whole_chain(node: Node) -> Node:
    """The longest chain of fields, indices and calls that begins with ``node``: ``line.width()`` for ``line``."""
    while (up := node.parent) is not None:
        first = up.named_children[0] if up.named_children else None
        if first != node or up.type not in ("field_expression", "call_expression", "index_expression"):
            return node
        node = up
    return node


def receiver(call: Node) -> Node | None:
    """What a method is called on; None for a plain function call."""
    function = call.child_by_field_name("function")
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    if function is None or function.type != "field_expression":
        return None
    return function.child_by_field_name("value")


def root_name(node: Node | None) -> str:
    """The variable that a place begins with: ``self`` for ``self.lines[0].text``."""
    while node is not None:
        if node.type in ("identifier", "self"):
            return text_of(node)
        node = node.named_children[0] if node.named_children and node.type not in _NOT_EXPRESSIONS else None
    return ""


def uses(node: Node, name: str) -> bool:
    """True when a name occurs as a word of its own anywhere in a node, macro arguments too."""
    stack = [node]
    while stack:
        each = stack.pop()
        if each.type in ("identifier", "self", "shorthand_field_identifier") and text_of(each) == name:
            return True
        if each.type == "string_literal" and f"{{{name}" in text_of(each):
            return True
        stack.extend(each.children)
    return False


def fresh_name(wanted: str, taken: tuple[str, ...]) -> str:
    """``wanted``, or with a number behind it when that name is in use."""
    return next(name for name in [wanted, *(f"{wanted}_{n}" for n in range(2, 100))] if name not in taken)
