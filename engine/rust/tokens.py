"""The words of a Rust file, read without a grammar, so that a file too broken to parse can still be read.

The lexical rules are those of the Rust Reference, chapters "Tokens" and "Comments".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["word", "lifetime", "number", "string", "char", "punct", "comment", "broken"]


_TOKEN = re.compile(
    rb"""
      (?P<comment>//[^\n]*)
    | (?P<block>/\*)
    | (?P<raw>\b(?:br|cr|r)(?P<hashes>\#*)")
    | (?P<string>(?:\b[bc])?"(?:[^"\\]|\\.)*")
    | (?P<char>(?:\bb)?'(?:[^'\\\n\x80-\xff]|[\xc0-\xff][\x80-\xbf]{1,3}|\\(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]+\}|.))')
    | (?P<lifetime>'(?:r\#)?[A-Za-z_\x80-\xff][\w\x80-\xff]*)
    | (?P<number>\d[\w]*(?:\.(?!\.|[A-Za-z_])[\w]*(?:(?<=[eE])[+-]\d+)?)?)
    | (?P<word>(?:r\#)?[A-Za-z_\x80-\xff][\w\x80-\xff]*)
    | (?P<openstring>")
    | (?P<punct>::|->|=>|==|!=|<=|>=|&&|\|\||\.\.=|\.\.\.|\.\.|<<=|>>=|[-+*/%^&|]=|[^\s\w])
    """,
    re.VERBOSE | re.DOTALL,
)
_BLOCK_EDGE = re.compile(rb"/\*|\*/")


@dataclass(frozen=True, slots=True)
class Token:
    """One word; ``byte_start``/``byte_end`` are offsets into the file. "broken" never ends before the file does."""

    kind: TokenKind
    text: str
    byte_start: int
    byte_end: int


def _block_comment_end(source: bytes, start: int) -> int:
    depth, at = 1, start + 2
    while depth:
        edge = _BLOCK_EDGE.search(source, at)
        if edge is None:
            return -1
        depth += 1 if edge.group() == b"/*" else -1
        at = edge.end()
    return at


def tokens(source: bytes) -> Iterator[Token]:
    """Yields the words of a file in order, comments too; white space is skipped.

    Never raises: a string or a block comment that does not end becomes one token of kind "broken".
    """
    at = 0
    # A byte order mark and a shebang belong to no token.
    if source.startswith(b"\xef\xbb\xbf"):
        at = 3
    if source.startswith(b"#!", at) and not re.match(rb"#!\s*\[", source[at:]):
        at = max(source.find(b"\n", at), at + 2)
    while True:
        found = _TOKEN.search(source, at)
        if found is None:
            return
        start, end = found.start(), found.end()
        kind: TokenKind
        match found.lastgroup:
            case "block":
                end = _block_comment_end(source, start)
                kind = "comment"
            case "hashes" | "raw":
                close = source.find(b'"' + found["hashes"], end)
                end = close + 1 + len(found["hashes"]) if close >= 0 else -1
                kind = "string"
            case "openstring":
                end, kind = -1, "string"
            case "comment":
                kind = "comment"
            case "string":
                kind = "string"
            case "char":
                kind = "char"
            case "lifetime":
                kind = "lifetime"
            case "number":
                kind = "number"
            case "word":
                kind = "word"
            case _:
                kind = "punct"
        if end < 0:
            end, kind = len(source), "broken"
        yield Token(kind, source[start:end].decode("utf-8", "replace"), start, end)
        at = end
