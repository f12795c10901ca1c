"""What a Rust file does, cut into small units that can be compared: statements, arms, conditions, fields.

A unit carries the words that mean something. What ordinary fixes add and take away (borrows, conversions,
clones, type annotations, module paths, `mut`, `return`) is left out, so that a mended statement still looks
like itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.rust.tree import ancestors, descendants, item_path, parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

UnitKind = Literal["let", "do", "arm", "head", "field", "jump", "value"]

# Conversions, wrappers and adapters that types ask for: calling one more or one less is not a deed.
NOISE = frozenset(
    """
    as_bytes as_deref as_mut as_ref as_slice as_str await borrow borrow_mut by_ref clone cloned collect copied deref
    deref_mut expect format from into into_iter iter iter_mut ok to_owned to_string to_vec try_from try_into unwrap
    unwrap_or_default vec Some None Ok Err Box Rc Arc RefCell Cell Cow String Vec Borrowed Owned Self
    """.split()  # noqa: SIM905
)
_EMPTY_CALLS = re.compile(
    r"(?:Default::default|(?:\w+::)*(?:Vec|String|HashMap|HashSet|BTreeMap|BTreeSet|VecDeque|PathBuf|OsString)"
    r"(?:::<[^()]*>)?::new|(?:\w+::)*\w+::default)\(\)"
)
_TRY_ARM = re.compile(
    r"(?:Some|Ok)\((\w+)\)=>\1$|None=>returnNone;?$|Err\((\w+)\)=>returnErr\((?:\w+::from\()?\2(?:\.into\(\))?\)+;?$"
)
_LITERALS = frozenset(
    {"integer_literal", "float_literal", "string_literal", "raw_string_literal", "char_literal", "boolean_literal"}
)
_WORDS = frozenset({"identifier", "field_identifier", "shorthand_field_identifier", "type_identifier", "lifetime"})
_UNSAID = frozenset({"type_arguments", "attribute_item", "line_comment", "block_comment", "label", "mutable_specifier"})
_BLOCKS = frozenset({"block", "match_block"})
_JUMPS = {"return_expression": "return", "break_expression": "break", "continue_expression": "continue"}
_WRAPPERS = frozenset({"reference_expression", "parenthesized_expression", "expression_statement", *_JUMPS})
_LOOPS = ("for_expression", "while_expression", "loop_expression")
_STUBS = ("todo", "unimplemented", "unreachable", "panic")


@dataclass(slots=True)
class Unit:
    """One thing that code does. ``words`` are its meaningful words with their counts, ``calls`` what it calls.

    ``constant`` is true when its value says nothing (a literal, ``()``, ``None``, ``Vec::new()``). ``core`` are the
    words by which it is known again when it was split or merged: of an arm its pattern, else all of them.
    """

    kind: UnitKind
    text: str
    words: Counter[str]
    calls: Counter[str] = field(default_factory=Counter)
    constant: bool = False
    line: int = 0
    core: Counter[str] = field(default_factory=Counter)

    @property
    def key(self) -> tuple[str, frozenset[tuple[str, int]]]:
        """Equal for units that do the same with the same words."""
        return ("" if self.kind in ("let", "do", "value") else self.kind, frozenset(self.words.items()))


@dataclass(slots=True)
class Body:
    """A function (or a constant, or a macro) and its units; ``name`` is the item's path.

    ``tails`` are the names that stand alone at the end of its blocks, which say nothing new and are no units.
    """

    name: str
    text: str
    units: list[Unit]
    parameters: int = 0
    public: bool = False
    tails: frozenset[str] = frozenset()


def bodies(source: bytes) -> tuple[Body, ...]:
    """Every body of a file, an inner function apart from the one around it."""
    return tuple(_bodies(parse_tree(source).root_node))


def _bodies(root: Node) -> Iterator[Body]:
    for node in descendants(root):
        match node.type:
            case "function_item":
                block = node.child_by_field_name("body")
                if block is not None:
                    units = list(_block_units(block))
                    yield Body(item_path(node), text_of(node), units, tails=frozenset(_tails(block)))
            case "const_item" | "static_item":
                value = node.child_by_field_name("value")
                if value is not None:
                    yield Body(item_path(node), text_of(node), list(_units(value, "value")))
            case "macro_definition":
                units = [unit for rule in node.named_children for unit in _token_units(rule)]
                yield Body(item_path(node), text_of(node), units)


def _tails(block: Node) -> Iterator[str]:
    """The names that stand alone at the end of a block with statements before them."""
    for node in descendants(block):
        children = [child for child in node.named_children if not child.is_extra] if node.type == "block" else []
        if len(children) > 1 and children[-1].type == "identifier":
            yield text_of(children[-1])


def _block_units(block: Node) -> Iterator[Unit]:
    children = [child for child in block.named_children if not child.is_extra]
    for child in children:
        match child.type:
            case "let_declaration":
                yield from _units(child, "let")
            case "attribute_item" | "label" | "empty_statement":
                continue
            case kind if kind.endswith("_item") or kind in ("use_declaration", "macro_definition"):
                continue
            case "expression_statement":
                if child.named_children:
                    yield from _units(child.named_children[0], "do", statement=True)
            case "identifier" if len(children) > 1:
                # The name of what was made before (`let x = f(); x`) adds nothing to it.
                continue
            case _:
                yield from _units(child, "do")


def _units(node: Node, kind: UnitKind, *, statement: bool = False) -> Iterator[Unit]:
    """The unit of a statement without the blocks in it, then the units of those blocks."""
    if node.type in ("block", "unsafe_block", "async_block", "const_block", "labeled_block"):
        for block in [node] if node.type == "block" else [each for each in node.named_children if each.type == "block"]:
            yield from _block_units(block)
        return
    if node.type == "macro_invocation" and _is_code_macro(node):
        yield from _token_units(node)
        return
    if node.type.endswith("_expression") and node.type.split("_")[0] in ("if", "match", "while", "for", "loop"):
        kind = "head"
    elif node.type == "match_arm":
        kind = "arm"
    elif node.type in _JUMPS and is_constant(node) and not _ends_its_body(node):
        kind = "jump"
    words: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    nested: list[Node] = []
    fields: list[Node] = []
    _gather(node, words, calls, nested, fields)
    value = node.child_by_field_name("value") if kind in ("let", "arm") else node
    if node.type == "assignment_expression":
        value = node.child_by_field_name("right")
    constant = value is None or is_constant(value)
    if kind == "jump":
        words[_JUMPS[node.type]] += 1
    elif node.type == "loop_expression":
        words["loop"] += 1
    idle = not words or (kind == "let" and value is None) or (statement and _is_idle(node))
    # An arm that does nothing can go with the match it stood in.
    if not (idle or (kind == "arm" and _does_nothing(node))):
        yield Unit(kind, _shown(node), words, calls, constant, node.start_point.row + 1, _core(node, words))
    for each in fields:
        name = text_of(each.child_by_field_name("field") or each.named_children[0])
        yield Unit("field", f"{name}: …", Counter([f".{name}"]), line=each.start_point.row + 1)
    for each in nested:
        if each.type == "match_block":
            for arm in each.named_children:
                if arm.type == "match_arm":
                    yield from _units(arm, "arm")
        elif each.type == "block":
            yield from _block_units(each)
        else:
            yield from _units(each, "do")


def _core(node: Node, words: Counter[str]) -> Counter[str]:
    core: Counter[str] = Counter()
    pattern = node.child_by_field_name("pattern") if node.type == "match_arm" else None
    if pattern is not None:
        _gather(pattern, core, Counter(), [], [])
    return core or words


def _gather(node: Node, words: Counter[str], calls: Counter[str], nested: list[Node], fields: list[Node]) -> None:
    if node.type in _UNSAID:
        return
    if node.type in _BLOCKS or (node.type == "macro_invocation" and _is_code_macro(node)):
        nested.append(node)
        return
    match node.type:
        case "call_expression":
            name = _called(node.child_by_field_name("function"))
            if name:
                calls[name] += 1
        case "macro_invocation":
            name = text_of(node.child_by_field_name("macro")).rsplit("::", 1)[-1]
            calls[f"{name}!"] += 1
        case "field_initializer" | "shorthand_field_initializer":
            fields.append(node)
        case "scoped_identifier" | "scoped_type_identifier":
            _gather_path(node, words)
            return
    if not node.named_children or node.type in _LITERALS:
        _gather_word(node, words)
        return
    written_type = (
        node.child_by_field_name("type") if node.type in ("let_declaration", "type_cast_expression") else None
    )
    for child in node.named_children:
        if child != written_type:
            _gather(child, words, calls, nested, fields)


def _gather_path(node: Node, words: Counter[str]) -> None:
    parts = [part for part in re.sub(r"<.*>", "", text_of(node)).split("::") if part]
    # Modules on the way may come and go with an import; a type is part of the name.
    for part in (parts[-1], *(part for part in parts[-2:-1] if part[:1].isupper())):
        if part not in NOISE and part not in ("new", "default"):
            words[part.lstrip("_")] += 1


def _gather_word(node: Node, words: Counter[str]) -> None:
    text = text_of(node)
    if node.type in _LITERALS:
        words[text.split("{", 1)[0] if node.type == "string_literal" else text] += 1
    elif node.type in _WORDS and text not in NOISE:
        words[text.lstrip("_") or text] += 1


def _called(function: Node | None) -> str:
    while function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    if function is None:
        return ""
    if function.type == "field_expression":
        return text_of(function.child_by_field_name("field"))
    if function.type == "scoped_identifier":
        path = text_of(function.child_by_field_name("path")).rsplit("::", 1)[-1]
        name = text_of(function.child_by_field_name("name"))
        return "" if path in NOISE else name
    return text_of(function) if function.type == "identifier" else ""


def is_constant(node: Node) -> bool:
    """True for a value that took no thought: a literal, ``()``, ``None``, ``Vec::new()``, ``Ok(())``, ``{}``."""
    while node.type in _WRAPPERS:
        if not node.named_children or node.named_children[-1].type == "label":
            return True
        node = node.named_children[-1]
    match node.type:
        case "unit_expression" | "negative_literal":
            return True
        case "unary_expression":
            return bool(node.named_children) and is_constant(node.named_children[-1])
        case kind if kind in _LITERALS:
            return True
        case "identifier":
            return text_of(node) == "None"
        case "block":
            inner = [child for child in node.named_children if child.type not in ("line_comment", "block_comment")]
            return not inner or (len(inner) == 1 and is_constant(inner[0]))
        case "tuple_expression":
            return all(is_constant(child) for child in node.named_children)
        case "macro_invocation":
            text = "".join(text_of(node).split())
            return text in ("vec![]", "vec!()") or text.split("!")[0] in (
                "todo",
                "unimplemented",
                "unreachable",
                "panic",
            )
        case "call_expression":
            text = "".join(text_of(node).split())
            wrapped = re.fullmatch(r"(?:Ok|Some|Err|Box::new|String::from)\((.*)\)", text)
            arguments = node.child_by_field_name("arguments")
            if wrapped and arguments is not None and len(arguments.named_children) == 1:
                return is_constant(arguments.named_children[0])
            if (function := node.child_by_field_name("function")) is not None and function.type == "field_expression":
                inner_value = function.child_by_field_name("value")
                return _called(function) in NOISE and inner_value is not None and is_constant(inner_value)
            return bool(_EMPTY_CALLS.fullmatch(text))
    return False


def _is_idle(node: Node) -> bool:
    """A statement without effect: a bare name or literal."""
    return node.type in ("identifier", "unit_expression", *_LITERALS)


def _ends_its_body(node: Node) -> bool:
    """True where a jump says what happens anyway: a ``return`` that ends a function, a ``continue`` a loop's body."""
    if node.type == "break_expression":
        return False
    returns = node.type == "return_expression"
    holders = ("function_item", "closure_expression") if returns else _LOOPS
    for inner in ancestors(node):
        outer = inner.parent
        if outer is None or inner.type in holders:
            return True
        # What leaves from a `let … else` skips all that follows.
        if inner.type == "let_declaration" or (outer.type == "block" and outer.named_children[-1] != inner):
            return False
    return True


def _does_nothing(arm: Node) -> bool:
    """Arms that say no more than the match around them: empty ones, a constant for the rest, what ``?`` does."""
    value = arm.child_by_field_name("value")
    pattern = text_of(arm.child_by_field_name("pattern"))
    if value is None:
        return True
    text = "".join(text_of(value).split())
    return text in ("{}", "()") or (pattern == "_" and is_constant(value)) or bool(_TRY_ARM.match(f"{pattern}=>{text}"))


def _is_code_macro(node: Node) -> bool:
    """A macro whose arguments are statements: braces, or a `;` between them (but not ``vec![0; n]``)."""
    tree = next((child for child in node.named_children if child.type == "token_tree"), None)
    return tree is not None and text_of(tree).startswith("{")


def _token_units(node: Node) -> Iterator[Unit]:
    """Units of unparsed macro tokens: what stands between ``;``, ``,`` and braces."""
    words: Counter[str] = Counter()
    start = node.start_point.row + 1
    shown: list[str] = []

    def flush() -> Iterator[Unit]:
        if words:
            yield Unit("do", _shorten(" ".join(shown)), Counter(words), line=start)
        words.clear()
        shown.clear()

    stack = list(reversed(node.children))
    while stack:
        child = stack.pop()
        if child.type in ("{", "}", ";", ",", "=>"):
            yield from flush()
            start = child.start_point.row + 1
        elif child.children and child.type not in _LITERALS:
            stack.extend(reversed(child.children))
        elif child.type not in _UNSAID:
            _gather_word(child, words)
            shown.append(text_of(child))
    yield from flush()


def _shown(node: Node) -> str:
    text = text_of(node)
    return _shorten(text.split("{", 1)[0] if node.type.endswith("_expression") and "{" in text else text)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
