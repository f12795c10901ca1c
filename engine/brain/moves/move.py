"""What a move is, and the site it works on: one diagnostic with the source around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.rust.tree import ancestors, descendants, node_at, parse_tree, text_of
from engine.schema.diagnostic import Applicability, Diagnostic, Span
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from tree_sitter import Node

    from engine.brain.protocol import Context

_TICKED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Fix:
    """What a move proposes: the edits, what she says of them, and how much better or worse than usual they are.

    ``statement`` is the root cause as she sees it ("" leaves it to the diagnostic's own words). ``weight``
    multiplies the move's prior.
    """

    intent: str
    edits: tuple[Edit, ...]
    statement: str = ""
    weight: float = 1.0
    trade_off: str = ""
    applicability: Applicability | None = None


@dataclass(frozen=True)
class Move:
    """A way to mend, by name. ``codes`` are the errors it is for; "" stands for errors without a code.

    ``prior`` is P(green) of its proposals before there is experience.
    """

    name: str
    codes: frozenset[str]
    prior: float
    about: str
    propose: Callable[[Site], Iterator[Fix]]


def move(name: str, *codes: str, prior: float) -> Callable[[Callable[[Site], Iterator[Fix]]], Move]:
    """Makes a move of a function; its docstring tells what it does and when."""

    def make(propose: Callable[[Site], Iterator[Fix]]) -> Move:
        return Move(name, frozenset(codes), prior, " ".join((propose.__doc__ or "").split()), propose)

    return make


class Site:
    """A diagnostic and the source it is about. Offsets are bytes of the file of the primary span."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @property
    def diagnostic(self) -> Diagnostic:
        """The finding."""
        return self.context.diagnostic

    @cached_property
    def span(self) -> Span | None:
        """The primary span, if it lies in a file that can be read; for an expansion it is the macro's call."""
        span = self.diagnostic.primary
        if span is None:
            return None
        source = self.read(span.file)
        return span if source is not None and span.byte_end <= len(source) else None

    @property
    def path(self) -> str:
        """The file of the primary span."""
        return self.span.file if self.span else ""

    @property
    def source(self) -> bytes:
        """The bytes of that file."""
        return self.read(self.path) or b""

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None when it is not there or not UTF-8, and so not hers to edit."""
        content = self.context.read(path) if path else None
        if content is None:
            return None
        try:
            content.decode()
        except UnicodeDecodeError:
            return None
        return content

    @cached_property
    def root(self) -> Node:
        """The tree of the file."""
        return parse_tree(self.source).root_node

    @cached_property
    def node(self) -> Node:
        """The smallest node that covers the primary span; the file's root without one."""
        return self.node_of(self.span) if self.span else self.root

    def node_of(self, span: Span) -> Node:
        """The smallest node that covers a span of the file."""
        return node_at(self.source, span.byte_start, span.byte_end)

    def around(self, node: Node | None, *kinds: str) -> Node | None:
        """The innermost node of one of the kinds at or around ``node``."""
        return next((each for each in ancestors(node) if each.type in kinds), None)

    def inside(self, node: Node | None, *kinds: str) -> Iterator[Node]:
        """The nodes of one of the kinds at or below ``node``, in source order."""
        if node is not None:
            yield from (each for each in descendants(node) if each.type in kinds)

    @cached_property
    def secondary(self) -> tuple[Span, ...]:
        """The other labelled places in the same file, in the compiler's order."""
        return tuple(
            span for span in self.diagnostic.spans if not span.primary and is_written(span) and span.file == self.path
        )

    def labelled(self, *words: str) -> Iterator[Span]:
        """The places, primary or not, whose label has one of the words."""
        for span in self.diagnostic.spans:
            if span.file == self.path and is_written(span) and any(word in (span.label or "") for word in words):
                yield span

    @cached_property
    def ticked(self) -> tuple[str, ...]:
        """What stands in backticks in the message."""
        return tuple(_TICKED.findall(self.diagnostic.message))

    @cached_property
    def said(self) -> str:
        """Message, labels and notes, one a line."""
        notes = self.diagnostic.notes
        labels = [span.label for span in self.diagnostic.spans if span.label]
        return "\n".join([self.diagnostic.message, *labels, *(note.message for note in notes)])

    def text(self, start: int, end: int) -> str:
        """The source between two bytes."""
        return self.source[start:end].decode()

    def line_start(self, at: int) -> int:
        """Where the line of a byte begins."""
        return self.source.rfind(b"\n", 0, at) + 1

    def indent(self, at: int) -> str:
        """The white space that the line of a byte begins with."""
        line = self.source[self.line_start(at) :]
        return line[: len(line) - len(line.lstrip(b" \t"))].decode()

    @cached_property
    def newline(self) -> str:
        """The line end of the file."""
        return "\r\n" if b"\r\n" in self.source else "\n"

    def edit(self, start: int, end: int, after: str, path: str | None = None) -> Edit:
        """Replaces ``start..end`` of a file by ``after``."""
        where = path or self.path
        source = self.read(where) or b""
        return Edit(path=where, byte_start=start, byte_end=end, before=source[start:end].decode(), after=after)

    def insert(self, at: int, text: str, path: str | None = None) -> Edit:
        """Puts text before a byte."""
        return self.edit(at, at, text, path)

    def swap(self, node: Node, after: str) -> Edit:
        """Replaces a node of the file."""
        return self.edit(node.start_byte, node.end_byte, after)

    def wrap(self, node: Node, before: str, after: str) -> tuple[Edit, ...]:
        """Puts text around a node."""
        text = text_of(node)
        return (self.swap(node, before + text + after),)


def is_written(span: Span) -> bool:
    """True when the span's bytes are what somebody wrote there: no macro's expansion, but a `for` or a `?` is."""
    return span.macro is None or span.macro.startswith("desugaring of")


def ticks(text: str) -> tuple[str, ...]:
    """What stands in backticks in a text."""
    return tuple(_TICKED.findall(text))
