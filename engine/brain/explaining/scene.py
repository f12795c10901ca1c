"""The scene of a finding: its labelled places with the code that stands there, and what the crate defines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from engine.brain.moves.move import Site
from engine.rust.tree import ancestors, item_name, node_at, parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from engine.brain.protocol import Candidate, Context
    from engine.rust.structure import Definition
    from engine.schema.diagnostic import Diagnostic, Span

_TICKED = re.compile(r"`([^`]+)`")
_WORD = re.compile(r"\w+")
_LONGEST = 60
_FUNCTIONS = ("function_item", "function_signature_item")


class Scene:
    """A finding with the source as it was when the finding was made, and the change that is explained with it.

    Every answer is read from the diagnostic, the syntax tree or the crate's index; what cannot be read is None or "".
    """

    def __init__(self, context: Context, candidate: Candidate | None = None) -> None:
        self.context = context
        self.candidate = candidate
        self.site = Site(context)

    @property
    def found(self) -> Diagnostic:
        """The finding."""
        return self.context.diagnostic

    @cached_property
    def primary(self) -> Span | None:
        """The place that the finding is about, if the file still reads there as it did."""
        span = self.found.primary
        return span if span is not None and self._fits(span) else None

    def _fits(self, span: Span) -> bool:
        source = self.context.read(span.file)
        if source is None or span.byte_end > len(source):
            return False
        start = source.rfind(b"\n", 0, span.byte_start) + 1
        line = source[start:].split(b"\n", 1)[0].decode("utf-8", "replace").rstrip("\r")
        return not span.text or span.text[0] == line

    def spans(self, *words: str) -> tuple[Span, ...]:
        """The labelled places whose label has one of the words; all labelled ones without words."""
        return tuple(
            span for span in self.found.spans if span.label and (not words or any(word in span.label for word in words))
        )

    def span(self, *words: str) -> Span | None:
        """The first labelled place whose label has one of the words."""
        return next(iter(self.spans(*words)), None)

    def label(self, *words: str) -> str:
        """The first label that has one of the words, "" where none has."""
        span = self.span(*words)
        return span.label or "" if span else ""

    def noted(self, *words: str) -> Span | None:
        """The first place of a note or help whose message, or whose label, has one of the words."""
        for note in self.found.notes:
            for span in note.spans:
                if any(word in note.message or word in (span.label or "") for word in words):
                    return span
        return None

    @cached_property
    def said(self) -> str:
        """The message, the labels, and what notes and helps say, one a line."""
        lines = [self.found.message, *(span.label or "" for span in self.found.spans)]
        lines += [line for note in self.found.notes for line in (note.message, *(s.label or "" for s in note.spans))]
        return "\n".join(line for line in lines if line)

    def match(self, pattern: str) -> re.Match[str] | None:
        """A pattern searched in all that the compiler said."""
        return re.search(pattern, self.said)

    @cached_property
    def ticked(self) -> tuple[str, ...]:
        """What stands in backticks in the message."""
        return tuple(_TICKED.findall(self.found.message))

    def code(self, span: Span | None) -> str:
        """The source of a place on one line, shortened; "" where there is none or the file reads otherwise now."""
        if span is None or not self._fits(span):
            return ""
        source = self.context.read(span.file) or b""
        return short(source[span.byte_start : span.byte_end].decode("utf-8", "replace"))

    def line(self, span: Span | None) -> str:
        """The whole line of a place, stripped and shortened."""
        return short(span.text[0].strip(), 90) if span is not None and span.text else ""

    def at(self, span: Span | None) -> str:
        """Where a place is, as seen from the finding: `line 20`, or with its file when that is another one."""
        if span is None:
            return ""
        primary = self.found.primary
        here = primary is not None and primary.file == span.file
        return f"line {span.line_start}" if here else f"{span.file}:{span.line_start}"

    def node(self, span: Span | None) -> Node | None:
        """The smallest node that covers a place."""
        if span is None or not self._fits(span):
            return None
        return node_at(self.context.read(span.file) or b"", span.byte_start, span.byte_end)

    def around(self, node: Node | None, *kinds: str) -> Node | None:
        """The innermost node of one of the kinds at or around ``node``."""
        return next((each for each in ancestors(node) if each.type in kinds), None)

    @cached_property
    def here(self) -> Node | None:
        """The node of the primary place."""
        return self.node(self.primary)

    @cached_property
    def function(self) -> Node | None:
        """The function around the primary place."""
        return self.around(self.here, *_FUNCTIONS)

    @cached_property
    def function_name(self) -> str:
        """Its name, "" outside functions."""
        return text_of(self.function.child_by_field_name("name")) if self.function is not None else ""

    @cached_property
    def returns(self) -> str:
        """The return type of the function as it is written."""
        written = self.function.child_by_field_name("return_type") if self.function is not None else None
        return " ".join(text_of(written).split())

    @cached_property
    def owner(self) -> str:
        """The type whose impl, or the trait, the primary place is in."""
        holder = self.around(self.here, "impl_item", "trait_item")
        return item_name(holder) if holder is not None else ""

    @cached_property
    def place(self) -> str:
        """The function, constant or type with its owner, in backticks, and `file:line`."""
        holder = self.around(self.here, "const_item", "static_item")
        own = self.function_name or (item_name(holder) if holder is not None else "")
        name = "::".join(part for part in (self.owner, own) if part)
        where = self.found.where
        return f"`{name}` ({where})" if name else where

    def call_around(self, node: Node | None) -> tuple[str, Node] | None:
        """The innermost call or method call whose arguments hold ``node``: the name of what is called, and the call."""
        for each in ancestors(node):
            if each.type == "arguments" and each.parent is not None and each.parent.type == "call_expression":
                return called(each.parent), each.parent
        return None

    def definition(self, name: str) -> Definition | None:
        """Where the crate defines a name, with a type or function before a field or method of that name."""
        known = self.context.index.definitions(name)
        nearest = sorted(known, key=lambda each: (each.symbol.path.count("::"), each.path))
        return min(nearest, key=lambda each: each.symbol.kind == "reexport", default=None)

    def definitions(self, name: str, *kinds: str) -> Iterator[Definition]:
        """Where the crate defines a name as one of the kinds."""
        yield from (each for each in self.context.index.definitions(name) if each.symbol.kind in kinds)

    def item(self, definition: Definition) -> Node | None:
        """The syntax node of a definition, as its file reads now."""
        source = self.context.read(definition.path)
        symbol = definition.symbol
        if source is None or symbol.byte_end > len(source):
            return None
        node = node_at(source, symbol.byte_start, symbol.byte_end)
        return node if parse_tree(source).root_node != node else None

    def sources(self) -> Iterator[tuple[str, bytes]]:
        """The crate's files with their bytes."""
        for path in self.context.index.files():
            source = self.context.read(path)
            if source is not None:
                yield path, source

    @cached_property
    def added(self) -> str:
        """The text that the change puts in, one edit a line; "" without a change."""
        return "\n".join(edit.after for edit in self.candidate.edits) if self.candidate else ""

    @cached_property
    def brought(self) -> frozenset[str]:
        """The words that the change puts in and that did not stand there before."""
        edits = self.candidate.edits if self.candidate else ()
        old = {word for edit in edits for word in _WORD.findall(edit.before)}
        return frozenset(word for edit in edits for word in _WORD.findall(edit.after)) - old


def called(call: Node) -> str:
    """The name of what a call expression calls."""
    function = call.child_by_field_name("function")
    while function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    if function is not None and function.type == "field_expression":
        function = function.child_by_field_name("field")
    elif function is not None and function.type == "scoped_identifier":
        function = function.child_by_field_name("name")
    return " ".join(text_of(function).split())


def short(text: str, longest: int = _LONGEST) -> str:
    """A text on one line, cut where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def ticks(text: str) -> tuple[str, ...]:
    """What stands in backticks in a text."""
    return tuple(_TICKED.findall(text))


def listed(names: tuple[str, ...] | list[str], most: int = 5) -> str:
    """Names in backticks with commas and an "and"; of many, the first ones."""
    shown = [f"`{name}`" for name in dict.fromkeys(names)][:most]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""
