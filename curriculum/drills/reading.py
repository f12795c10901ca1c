"""What can be seen in a program by reading it, without a compiler: rules of the letter, each with its error code.

A rule speaks only where the text itself settles the matter, so that what it says is nearly always so. Where a rule
cannot know (types, traits of the standard library, borrows), it is silent, and that nothing was seen says little.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curriculum.drills.reading_items import Items, item_findings
from engine.rust.scope import bindings_in_scope
from engine.rust.syntax import problems
from engine.rust.tree import ancestors, descendants, parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from engine.rust.scope import Binding

_LOOPS = ("loop_expression", "while_expression", "for_expression")
_BODIES = ("closure_expression", "async_block", "function_item")
# Values of these begin so, and moving one out of a variable leaves the variable empty.
_OWNED = re.compile(
    r"^(String::from|String::new|Vec::new|vec!|Box::new|format!|Rc::new|Arc::new)|\.(to_string|to_owned)\(\)$"
)
_OWNED_TYPE = re.compile(r"^(String|Vec<|Box<|Rc<|Arc<)")
_CHANGING = frozenset(["push", "push_str", "insert", "clear", "pop", "extend", "sort", "remove", "truncate", "append"])


@dataclass(frozen=True)
class Found:
    """What a rule saw: its name, the error code it expects ("" for bad syntax, which has none), and why."""

    rule: str
    code: str
    why: str


def read(source: str) -> Found | None:
    """The first thing that a rule finds wrong, in about the order the compiler would come to it; None for nothing."""
    text = source.encode()
    if broken := problems(text):
        # The grammar lags behind the language; brackets and quotes it knows.
        sure = next((each for each in broken if each.kind in ("delimiter", "unterminated")), None)
        return Found("syntax", "", f"line {sure.line} cannot be parsed: {sure.message}") if sure else None
    root = parse_tree(text).root_node
    items = Items.of(root)
    for rule, code, node, why in item_findings(root, items):
        return Found(rule, code, f"line {_line(node)}: {why}")
    for name, look in _RULES.items():
        for code, node, why in look(text, root, items):
            return Found(name, code, f"line {_line(node)}: {why}")
    return None


Finding = tuple[str, "Node", str]


def _misplaced(text: bytes, root: Node, items: Items) -> Iterator[Finding]:
    """`break`, `continue`, `return` and `await` where there is nothing to leave or to wait in."""
    for node in _of(root, "break_expression", "continue_expression"):
        around = next((each for each in ancestors(node.parent) if each.type in (*_LOOPS, *_BODIES)), None)
        labelled = any(child.type == "label" for child in node.children)
        if around is None or around.type == "function_item":
            if not labelled:
                yield "E0268", node, f"`{text_of(node).split()[0].rstrip(';')}` stands outside of any loop"
        elif around.type in _BODIES:
            yield "E0267", node, "it would leave a loop from inside a closure"
        elif (
            node.type == "break_expression"
            and around.type != "loop_expression"
            and not labelled
            and node.named_children
        ):
            yield "E0571", node, "only a `loop` can end in a value"
    for node in _of(root, "await_expression"):
        around = next((each for each in ancestors(node) if each.type in _BODIES), None)
        if around is not None and around.type == "function_item" and "async" not in _modifiers(around):
            yield "E0728", node, "`await` stands in a function that is not `async`"


def _labels(text: bytes, root: Node, items: Items) -> Iterator[Finding]:
    for node in _of(root, "break_expression", "continue_expression"):
        label = next((text_of(child) for child in node.children if child.type == "label"), None)
        known = {
            text_of(child)
            for around in ancestors(node)
            if around.type in (*_LOOPS, "block")
            for child in around.children
            if child.type == "label"
        }
        if label is not None and label not in known:
            yield "E0426", node, f"no loop around it is called {label}"


def _unknown_values(text: bytes, root: Node, items: Items) -> Iterator[Finding]:
    """Names that are used as a value and that nothing binds. A glob import or a macro of its own may bind anything."""
    if items.globs or items.macros:
        return
    for node in _of(root, "identifier"):
        parent = node.parent
        if parent is None or not _is_value(node, parent):
            continue
        name = text_of(node)
        if name in items.names or name in _PRELUDE_VALUES or name.startswith("_"):
            continue
        if name not in {binding.name for binding in bindings_in_scope(text, node.start_byte)}:
            yield "E0425", node, f"nothing here is called `{name}`"


def _is_value(node: Node, parent: Node) -> bool:
    match parent.type:
        case "call_expression":
            return node == parent.child_by_field_name("function")
        case "arguments" | "binary_expression" | "unary_expression" | "return_expression" | "field_expression":
            return True
        case "reference_expression" | "expression_statement" | "index_expression":
            return True
        case "let_declaration":
            return node == parent.child_by_field_name("value")
        case "assignment_expression":
            return True
        case _:
            return False


def _immutable(text: bytes, root: Node, items: Items) -> Iterator[Finding]:
    """What is written to without `mut`: assigned twice, or lent as mutable."""
    for node in _of(root, "assignment_expression", "compound_assignment_expr"):
        left = node.child_by_field_name("left")
        binding = _binding(text, left)
        if left is None or binding is None or binding.mutable or binding.kind not in ("local", "parameter"):
            continue
        declared = _declaration(text, binding)
        if declared is not None and declared.child_by_field_name("value") is None:
            continue  # a first value that comes later is no second one
        if binding.type is None or not binding.type.startswith("&"):
            yield "E0384", node, f"`{binding.name}` is given a second value and is not `mut`"
    for node in _of(root, "reference_expression"):
        if any(child.type == "mutable_specifier" for child in node.children):
            binding = _binding(text, node.child_by_field_name("value"))
            if binding is not None and binding.kind == "local" and not binding.mutable and _declaration(text, binding):
                yield "E0596", node, f"`{binding.name}` is lent as mutable and is not `mut`"
    for node in _of(root, "call_expression"):
        called = node.child_by_field_name("function")
        if called is None or called.type != "field_expression":
            continue
        binding = _binding(text, called.child_by_field_name("value"))
        if text_of(called.child_by_field_name("field")) in _CHANGING and binding and not binding.mutable:
            declared = _declaration(text, binding)
            if declared is not None and _owns(declared):
                yield "E0596", node, f"`{binding.name}` is changed and is not `mut`"


def _moved(text: bytes, root: Node, items: Items) -> Iterator[Finding]:
    """A variable that owns its value, given away in a statement of its block and used in a later one."""
    for declared in _of(root, "let_declaration"):
        pattern, block = declared.child_by_field_name("pattern"), declared.parent
        if pattern is None or pattern.type != "identifier" or block is None or not _owns(declared):
            continue
        name, given = text_of(pattern), False
        for statement in _after(block, declared):
            if _rebinds(statement, name):
                break
            if given and _mentions(statement, name):
                yield "E0382", statement, f"`{name}` has been given away before"
                break
            given = given or _gives_away(statement, name)


def _after(block: Node, statement: Node) -> Iterator[Node]:
    return (child for child in block.named_children if child.start_byte >= statement.end_byte)


def _gives_away(statement: Node, name: str) -> bool:
    """The whole variable is the value of a `let`, or an argument of a function that is not a macro."""
    if statement.type == "let_declaration":
        value = statement.child_by_field_name("value")
        if value is not None and value.type == "identifier" and text_of(value) == name:
            return text_of(statement.child_by_field_name("pattern")) != "_"
    for call in _of(statement, "call_expression"):
        if any(
            around.type in _BODIES or around.type in _LOOPS for around in ancestors(call) if _within(around, statement)
        ):
            continue
        arguments = call.child_by_field_name("arguments")
        for argument in arguments.named_children if arguments is not None else ():
            if argument.type == "identifier" and text_of(argument) == name:
                return True
    return False


def _within(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def _mentions(statement: Node, name: str) -> bool:
    if any(text_of(node) == name for node in _of(statement, "identifier")):
        return True
    pattern = re.compile(rf"\{{{re.escape(name)}[:}}]")
    return any(pattern.search(text_of(node)) for node in _of(statement, "string_literal"))


def _rebinds(statement: Node, name: str) -> bool:
    if statement.type == "let_declaration":
        return text_of(statement.child_by_field_name("pattern")).removeprefix("mut ") == name
    first = (
        statement.named_children[0] if statement.type == "expression_statement" and statement.named_children else None
    )
    return (
        first is not None
        and first.type == "assignment_expression"
        and text_of(first.child_by_field_name("left")) == name
    )


def _unsafe(text: bytes, root: Node, items: Items) -> Iterator[Finding]:
    for call in _of(root, "call_expression"):
        name = text_of(call.child_by_field_name("function"))
        guarded = any(
            around.type == "unsafe_block" or (around.type == "function_item" and "unsafe" in _modifiers(around))
            for around in ancestors(call)
        )
        if name in items.unsafe and not guarded:
            yield "E0133", call, f"`{name}` is unsafe to call, and nothing here says `unsafe`"


def _arguments(text: bytes, root: Node, items: Items) -> Iterator[Finding]:
    """Functions of the file that are called with more or fewer arguments than they take."""
    for call in _of(root, "call_expression"):
        name, arguments = text_of(call.child_by_field_name("function")), call.child_by_field_name("arguments")
        wanted = items.parameters.get(name)
        given = len(arguments.named_children) if arguments is not None else 0
        local = {b.name for b in bindings_in_scope(text, call.start_byte) if b.kind in ("local", "parameter")}
        if wanted is not None and name not in local and given != wanted:
            yield "E0061", call, f"`{name}` takes {wanted} and is given {given}"


def _fields(text: bytes, root: Node, items: Items) -> Iterator[Finding]:
    """Struct literals with a field that there is not, or without one that there is."""
    for literal in _of(root, "struct_expression"):
        fields = items.fields.get(text_of(literal.child_by_field_name("name")))
        body = literal.child_by_field_name("body")
        if fields is None or body is None:
            continue
        named = [
            text_of(child.child_by_field_name("field") or child).split(":")[0].strip()
            for child in body.named_children
            if child.type in ("field_initializer", "shorthand_field_initializer")
        ]
        rest = any(child.type == "base_field_initializer" for child in body.named_children)
        for name, count in Counter(named).items():
            if count > 1:
                yield "E0062", literal, f"`{name}` is given twice"
            if name not in fields:
                yield "E0560", literal, f"there is no field `{name}`"
        missing = [name for name in fields if name not in named]
        if missing and not rest and not items.is_union(text_of(literal.child_by_field_name("name"))):
            yield "E0063", literal, f"`{missing[0]}` is missing"


def _arms(text: bytes, root: Node, items: Items) -> Iterator[Finding]:
    """A match on an enum of the file that leaves a variant out."""
    for match in _of(root, "match_expression"):
        body = match.child_by_field_name("body")
        arms = [child for child in body.named_children if child.type == "match_arm"] if body is not None else []
        patterns = [child.child_by_field_name("pattern") for child in arms]
        named: set[tuple[str, str]] = set()
        open_ended = False
        for pattern in patterns:
            if pattern is None or pattern.child_by_field_name("condition") is not None:
                open_ended = True
                break
            for part in text_of(pattern).split("|"):
                path = re.match(r"\s*(\w+)::(\w+)", part)
                if path is None:
                    open_ended = True
                else:
                    named.add((path[1], path[2]))
        owners = {owner for owner, _ in named}
        if open_ended or len(owners) != 1:
            continue
        owner = owners.pop()
        missing = [variant for variant in items.variants.get(owner, ()) if (owner, variant) not in named]
        if missing:
            yield "E0004", match, f"`{owner}::{missing[0]}` has no arm"


def _dropped(text: bytes, root: Node, items: Items) -> Iterator[Finding]:
    for call in _of(root, "call_expression"):
        called = call.child_by_field_name("function")
        if called is not None and called.type == "field_expression" and "Drop" in items.implemented:
            arguments = call.child_by_field_name("arguments")
            if text_of(called.child_by_field_name("field")) == "drop" and not (arguments and arguments.named_children):
                yield "E0040", call, "a destructor is not called by hand"


def _of(root: Node, *kinds: str) -> Iterator[Node]:
    """The nodes of these kinds, in source order. Patterns of macros are not programs yet, and are left out."""
    for node in descendants(root):
        if node.type in kinds and not any(around.type == "macro_definition" for around in ancestors(node)):
            yield node


def _binding(text: bytes, node: Node | None) -> Binding | None:
    """What a plain name stands for, None for anything else."""
    if node is None or node.type != "identifier":
        return None
    name = text_of(node)
    return next((each for each in bindings_in_scope(text, node.start_byte) if each.name == name), None)


def _declaration(text: bytes, binding: Binding) -> Node | None:
    """The `let` that binds a plain name."""
    node = parse_tree(text).root_node.named_descendant_for_byte_range(binding.byte_start, binding.byte_end)
    around = node.parent if node is not None else None
    return around if around is not None and around.type == "let_declaration" else None


def _owns(declared: Node) -> bool:
    value, written = declared.child_by_field_name("value"), text_of(declared.child_by_field_name("type"))
    said = " ".join(text_of(value).split())
    return bool(_OWNED_TYPE.match(written)) or (not written and bool(_OWNED.search(said)) and "&" not in said[:1])


def _modifiers(function: Node) -> str:
    return text_of(next((child for child in function.children if child.type == "function_modifiers"), None))


def _line(node: Node) -> int:
    return node.start_point[0] + 1


_PRELUDE_VALUES = frozenset(["Some", "None", "Ok", "Err", "drop", "self", "Self", "Box", "Vec", "String"])
_RULES: dict[str, Callable[[bytes, Node, Items], Iterator[Finding]]] = {
    "misplaced": _misplaced,
    "unknown label": _labels,
    "unknown name": _unknown_values,
    "arguments": _arguments,
    "fields": _fields,
    "called destructor": _dropped,
    "left-out variant": _arms,
    "unsafe call": _unsafe,
    "used after it was given away": _moved,
    "written without mut": _immutable,
}
