"""Many changes in one build: each is written beside the code it would replace, and a number says which one holds.

Mutant schemata (Untch, Offutt & Harrold 1993, "Mutation analysis using mutant schemata"): every expression that may
change becomes ``if on(7) { changed } else { as it is }``, so that one build serves all changes, and each run of the
tests takes milliseconds. A pattern is switched with its whole match; constants and types cannot be switched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.rust.ranges import RANGES, Range, range_of
from engine.rust.tree import ancestors, descendants, node_at, parse_tree, text_of
from engine.schema.diagnostic import Span
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from tree_sitter import Node

CHOICE = "RUSTA_CHOICE"
TRACE = "RUSTA_TRACE"
REACHED = "rusta-reached "
_MODULE = """
#[doc(hidden)]
extern crate std as rusta_std;
#[doc(hidden)]
#[allow(warnings, clippy::all)]
pub(crate) mod rusta_switch {
    use crate::rusta_std as std;
    use std::io::Write as _;
    use std::sync::atomic::{AtomicBool, Ordering};
    static CHOICE: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    static TRACE: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    static SEEN: [AtomicBool; %(count)d] = [const { AtomicBool::new(false) }; %(count)d];
    #[inline(never)]
    pub(crate) fn on(number: u32) -> bool {
        let choice = *CHOICE.get_or_init(|| {
            std::env::var("RUSTA_CHOICE").ok().and_then(|text| text.parse().ok()).unwrap_or(u32::MAX)
        });
        if *TRACE.get_or_init(|| std::env::var_os("RUSTA_TRACE").is_some())
            && !SEEN[number as usize].swap(true, Ordering::Relaxed)
        {
            let line = std::format!("rusta-reached {number}\\n");
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
        choice == number
    }
}
"""
_EXPRESSIONS = frozenset(
    {
        "binary_expression",
        "unary_expression",
        "call_expression",
        "integer_literal",
        "float_literal",
        "boolean_literal",
        "identifier",
        "self",
        "field_expression",
        "compound_assignment_expr",
        "assignment_expression",
        "range_expression",
        "parenthesized_expression",
        "index_expression",
        "type_cast_expression",
        "reference_expression",
        "tuple_expression",
        "array_expression",
        "struct_expression",
        "break_expression",
        "continue_expression",
        "return_expression",
        "if_expression",
        "match_expression",
        "char_literal",
        "string_literal",
        "scoped_identifier",
        "try_expression",
        "closure_expression",
    }
)
# Around these nothing is evaluated when the tests run.
_FIXED = frozenset(
    {
        "const_item",
        "static_item",
        "array_type",
        "enum_variant",
        "attribute_item",
        "inner_attribute_item",
        "type_arguments",
        "match_pattern",
        "token_tree",
        "macro_definition",
        "const_block",
        "const_parameter",
        "use_declaration",
        "visibility_modifier",
    }
)
_PLACES = frozenset({"identifier", "self", "field_expression", "index_expression"})
_ATTRIBUTE = re.compile(rb"#!?\[[^\]\n]*(?:deny|forbid)\s*\([^\]]*\]")
_DENIES = re.compile(rb"\b(?:deny|forbid)\b(?=\s*\()")
_LONGEST = 3000  # a change inside of a longer expression is written out too often


@dataclass(frozen=True)
class Switch:
    """A change behind a number. ``byte_start..byte_end`` is the expression of ``path`` as it is in the source, and
    ``text`` what would stand there."""

    number: int
    path: str
    byte_start: int
    byte_end: int
    text: str


@dataclass(frozen=True)
class Spot:
    """Where a switch lies in the switched file, in bytes: ``low..high`` is its own text, ``start..end`` the whole
    expression with all the switches of the place and what stays as it is."""

    number: int
    start: int
    end: int
    low: int
    high: int


@dataclass(frozen=True)
class Switched:
    """The files with all switches in them, and where each switch lies in them."""

    files: dict[str, bytes]
    spots: dict[str, tuple[Spot, ...]]

    def blamed(self, spans: Sequence[Span]) -> set[int]:
        """The switches that an error is about, which speaks of these places.

        Those whose own text holds a place, else those of the innermost expression around one, else those that lie
        inside one.
        """
        for fits in (_holds, _surrounds, _lies_in):
            for span in spans:
                found = [each for each in self.spots.get(span.file, ()) if fits(each, span.byte_start, span.byte_end)]
                if found:
                    least = min(each.end - each.start for each in found)
                    inner = fits is _surrounds
                    return {each.number for each in found if not inner or each.end - each.start == least}
        return set()

    def beside(self, spans: Sequence[Span], whole: bool = False) -> set[int]:
        """The switches of the innermost block around one of these places that has any; of its function if ``whole``."""
        kinds = ("function_item",) if whole else ("block", "function_item")
        for span in spans:
            if span.file not in self.files:
                continue
            for around in ancestors(node_at(self.files[span.file], span.byte_start, span.byte_end)):
                spots = self.spots.get(span.file, ()) if around.type in kinds else ()
                found = {each.number for each in spots if _lies_in(each, around.start_byte, around.end_byte)}
                if found:
                    return found
        return set()


def _holds(spot: Spot, start: int, end: int) -> bool:
    return spot.low <= start and end <= spot.high


def _surrounds(spot: Spot, start: int, end: int) -> bool:
    return spot.start <= start and end <= spot.end


def _lies_in(spot: Spot, start: int, end: int) -> bool:
    return start <= spot.start and spot.end <= end


def switch_for(number: int, source: bytes, edits: Sequence[Edit]) -> Switch | None:
    """The switch that edits of one file become; None where what they change is no expression at run time."""
    start, end = min(each.byte_start for each in edits), max(each.byte_end for each in edits)
    root = parse_tree(source).root_node
    node: Node | None = root.named_descendant_for_byte_range(start, end)
    moved = next((each for each in _ranges(node) if _turns(source, each, edits)), None)
    if moved is not None:
        last = moved.end
        shifted = f"(({text_of(last)}) {'+' if moved.sign == '..' else '-'} 1)"
        return Switch(number, edits[0].path, last.start_byte, last.end_byte, shifted) if _runs(last) else None
    while node is not None and not _can_be_switched(node, edits):
        node = node.parent
        if node is not None and node.type in ("block", "function_item", "source_file", "expression_statement"):
            return None
    if node is None or not _runs(node) or node.end_byte - node.start_byte > _LONGEST:
        return None
    text = source[node.start_byte : node.end_byte]
    for edit in sorted(edits, key=lambda each: -each.byte_start):
        low, high = edit.byte_start - node.start_byte, edit.byte_end - node.start_byte
        text = text[:low] + edit.after.encode() + text[high:]
    after = text.decode()
    if "\n" in after:  # lines stay where they are, so that errors tell which switch they are about
        if "//" in after or '"' in after:
            return None
        after = " ".join(after.split())
    return Switch(number, edits[0].path, node.start_byte, node.end_byte, after)


def _can_be_switched(node: Node, edits: Sequence[Edit]) -> bool:
    if node.type not in _EXPRESSIONS:
        return False
    parent = node.parent
    if parent is None:
        return False
    function = parent.type == "call_expression" and parent.child_by_field_name("function") == node
    named = parent.type in (
        "scoped_identifier",
        "field_expression",
        "generic_function",
        "macro_invocation",
        "parameter",
    )
    if function or (named and parent.child_by_field_name("value") != node) or parent.type.endswith("_pattern"):
        return False
    if parent.type in ("field_initializer", "shorthand_field_initializer", "label") and node.type == "identifier":
        return parent.type == "field_initializer" and parent.child_by_field_name("value") == node
    if node.type in _PLACES and _is_place(node):
        return False
    return all(node.start_byte <= each.byte_start and each.byte_end <= node.end_byte for each in edits)


def _is_place(node: Node) -> bool:
    """Whether a node is written to, borrowed or called on: a copy in its stead would mean something else."""
    up = node.parent
    if up is None:
        return False
    if up.type in ("assignment_expression", "compound_assignment_expr"):
        return up.child_by_field_name("left") == node
    if up.type in ("reference_expression", "field_expression", "index_expression"):
        return up.named_children[0] == node or up.type == "reference_expression"
    return (
        up.type in ("let_declaration", "match_expression", "let_condition")
        and up.child_by_field_name("pattern") == node
    )


def _runs(node: Node) -> bool:
    below = node
    for around in ancestors(node.parent):
        if around.type in _FIXED or around.type.endswith("_pattern"):
            return False
        if around.type == "token_tree" and not node.type.endswith("_literal"):
            return False  # a macro's words are not read as expressions; a number among them mostly is one
        if around.type == "function_item":
            head = next((each for each in around.children if each.type == "function_modifiers"), None)
            return "const" not in text_of(head).split() and around.child_by_field_name("body") == below
        below = around
    return False


def _ranges(node: Node | None) -> Iterator[Range]:
    for around in ancestors(node):
        found = range_of(around) if around.type in RANGES else None
        if found is not None:
            yield found
        if around.type == "block":
            return


def _turns(source: bytes, found: Range, edits: Sequence[Edit]) -> bool:
    """Whether all that edits do is to give a range its other sign; a sign that only gains a `=` is an insertion.

    `a..b` and `a..=b` have different types, so in a switch the end moves by one instead.
    """
    low, high = found.byte_start, found.byte_end
    if len(edits) != 1 or not low <= edits[0].byte_start <= edits[0].byte_end <= high:
        return False
    before, after = source[low : edits[0].byte_start], source[edits[0].byte_end : high]
    return before + edits[0].after.encode() + after == found.other.encode()


def switched(sources: Mapping[str, bytes], switches: Sequence[Switch], roots: Sequence[str]) -> Switched:
    """Writes switches into files; ``roots`` are the crate roots that need the function that tells which one holds."""
    files: dict[str, bytes] = {}
    spots: dict[str, tuple[Spot, ...]] = {}
    by_path: dict[str, list[Switch]] = {}
    for each in switches:
        by_path.setdefault(each.path, []).append(each)
    for path, own in by_path.items():
        writer = _Writer(sources[path], own)
        files[path] = writer.text
        spots[path] = tuple(writer.spots)
    count = max((each.number for each in switches), default=0) + 1
    for root in roots:
        files[root] = files.get(root, sources[root]) + (_MODULE % {"count": count}).encode()
    return Switched({path: _lenient(text) for path, text in files.items()}, spots)


def _lenient(text: bytes) -> bytes:
    """A file whose attributes only warn where they denied: switches bring parentheses that lints complain of.

    No byte moves.
    """
    return _ATTRIBUTE.sub(lambda found: _DENIES.sub(lambda word: b"warn".ljust(len(word[0])), found[0]), text)


class _Writer:
    """Writes the switches of one file: outer places first, inner ones into what of the outer one stays as it is."""

    def __init__(self, source: bytes, own: Sequence[Switch]) -> None:
        self._source = source
        self._places: dict[tuple[int, int], list[Switch]] = {}
        for each in own:
            self._places.setdefault((each.byte_start, each.byte_end), []).append(each)
        ordered = sorted(self._places, key=lambda span: (span[0], -span[1]))
        self._out = bytearray()
        self.spots: list[Spot] = []
        self._write(0, len(source), [span for span in ordered if not _overlaps(span, ordered)])
        self.text = bytes(self._out)

    def _write(self, start: int, end: int, inside: Sequence[tuple[int, int]]) -> None:
        at, index = start, 0
        while index < len(inside):
            low, high = inside[index]
            nested = [span for span in inside[index + 1 :] if span[0] < high]
            self._out += self._source[at:low]
            self._switch(low, high, nested)
            at, index = high, index + 1 + len(nested)
        self._out += self._source[at:end]

    def _switch(self, low: int, high: int, nested: Sequence[tuple[int, int]]) -> None:
        begin = len(self._out)
        texts: list[tuple[int, int, int]] = []
        self._out += b"("
        for each in self._places[low, high]:
            self._out += f"if crate::rusta_switch::on({each.number}) {{ ".encode()
            first = len(self._out)
            self._out += each.text.encode()
            texts.append((each.number, first, len(self._out)))
            self._out += b" } else "
        self._out += b"{ "
        self._write(low, high, nested)
        self._out += b" })"
        self.spots += [Spot(number, begin, len(self._out), first, last) for number, first, last in texts]


def _overlaps(span: tuple[int, int], ordered: Sequence[tuple[int, int]]) -> bool:
    """Whether another place begins before and ends inside this one: neither holds the other."""
    return any(low < span[0] < high < span[1] for low, high in ordered)


def expressions(source: bytes) -> list[Node]:
    """The expressions in the bodies of a file's functions that run, and the literals of their patterns."""
    return [node for node in descendants(parse_tree(source).root_node) if node.type in _EXPRESSIONS and _is_met(node)]


def _is_met(node: Node) -> bool:
    if not node.type.endswith("_literal"):
        return _runs(node)
    pattern = next((each for each in ancestors(node) if each.type == "match_pattern"), None)
    return _runs(node if pattern is None or pattern.parent is None else pattern.parent)
