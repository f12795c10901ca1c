"""The words of a Rust file, read without a grammar, so that a file too broken to parse can still be read.

The lexical rules are those of the Rust Reference, chapters "Tokens" and "Comments".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

TokenKind = Literal["word", "lifetime", "number", "string", "char", "punct", "comment", "broken"]

# What is frequent comes first. A word is none that begins a raw or byte string, or a byte.
_TOKEN = re.compile(
    rb"""\s*(?:
      ((?!(?:br?|cr?|r)\#*["'])(?:r\#)?[A-Za-z_\x80-\xff][\w\x80-\xff]*)
    | (::|->|=>|==|!=|<=|>=|&&|\|\||\.\.=|\.\.\.|\.\.|<<=|>>=|[-+*%^&|]=|/=|[^\s\w/"'\x80-\xff]|/(?![/*]))
    | (\d\w*(?:\.(?!\.|[A-Za-z_])\w*(?:(?<=[eE])[+-]\d+)?)?)
    | (//[^\n]*)
    | ((?:\b[bc])?"(?:[^"\\]|\\.)*")
    | ((?:\bb)?'(?:[^'\\\n\x80-\xff]|[\xc0-\xff][\x80-\xbf]{1,3}|\\(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]+\}|.))')
    | ('(?:r\#)?[A-Za-z_\x80-\xff][\w\x80-\xff]*)
    | (?P<block>/\*)
    | (?P<raw>\b(?:br|cr|r)(?P<hashes>\#*)")
    | (?P<openstring>")
    | (?P<rest>(?:r\#)?[A-Za-z_\x80-\xff][\w\x80-\xff]*|[^\s\w])
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_BLOCK_EDGE = re.compile(rb"/\*|\*/")
# By the number of the group that matched; what follows these needs a closer look.
_KINDS: tuple[TokenKind, ...] = ("broken", "word", "punct", "number", "comment", "string", "char", "lifetime")
_PLAIN = len(_KINDS)
_SHORT = 2048


class Token(NamedTuple):
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

    Never raises: a string or a block comment that does not end becomes one token of kind "broken". The words of the
    last few files are kept, since the same file is asked about many times.
    """
    return iter(_kept(source)) if len(source) >= _SHORT else _read(source)


@lru_cache(maxsize=16)
def _kept(source: bytes) -> tuple[Token, ...]:
    return tuple(_read(source))


def _read(source: bytes) -> Iterator[Token]:
    at = _first(source)
    # Text of one byte a character is cut out of the whole; decoding each word takes longer.
    text = source.decode() if source.isascii() else None
    make, kinds, plain = tuple.__new__, _KINDS, _PLAIN
    while at >= 0:
        for found in _TOKEN.finditer(source, at):
            group = found.lastindex or 0
            start, end = found.span(group)
            if group < plain:
                word = text[start:end] if text is not None else source[start:end].decode("utf-8", "replace")
                yield make(Token, (kinds[group], word, start, end))
                continue
            token = _long(source, found, start)
            yield token
            at = token.byte_end
            break
        else:
            return


def _first(source: bytes) -> int:
    """Where the first word may begin: a byte order mark and a shebang belong to none."""
    at = 3 if source.startswith(b"\xef\xbb\xbf") else 0
    if source.startswith(b"#!", at) and not re.match(rb"#!\s*\[", source[at:]):
        at = max(source.find(b"\n", at), at + 2)
    return at


def _long(source: bytes, found: re.Match[bytes], start: int) -> Token:
    """A word that the pattern alone cannot end: a block comment, a raw string, a string that does not end."""
    kind: TokenKind = "string"
    end = -1
    if found["block"] is not None:
        end, kind = _block_comment_end(source, start), "comment"
    elif found["raw"] is not None:
        close = source.find(b'"' + found["hashes"], found.end())
        end = close + 1 + len(found["hashes"]) if close >= 0 else -1
        start = found.start("raw")
    elif found["rest"] is not None:
        end, kind = found.end(), "word" if re.match(rb"[A-Za-z_\x80-\xff]", found["rest"]) else "punct"
    if end < 0:
        end, kind = len(source), "broken"
    return Token(kind, source[start:end].decode("utf-8", "replace"), start, end)


_LANDMARK = re.compile(rb"[()\[\]{}\"'/]")
_RAW = re.compile(rb"(?<![\w\x80-\xff])(?:br|cr|r)(\#*)\Z")
_STRING = re.compile(rb"\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_QUOTED = re.compile(
    rb"'(?:[^'\\\n\x80-\xff]|[\xc0-\xff][\x80-\xbf]{1,3}|\\(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]+\}|.))'"
    rb"|'(?:r\#)?[A-Za-z_\x80-\xff][\w\x80-\xff]*",
    re.DOTALL,
)
_LONGEST_RAW = 260  # a raw string begins with at most 255 signs


def delimiters(source: bytes) -> Iterator[Token]:
    """The brackets and braces among `tokens`, and the word that never ends, if there is one; several times faster."""
    at = _first(source)
    find, make = _LANDMARK.search, tuple.__new__
    while (found := find(source, at)) is not None:
        start = found.start()
        at = start + 1
        sign = source[start]
        if sign == _SLASH:
            if source.startswith(b"//", start):
                at = source.find(b"\n", start)
            elif source.startswith(b"/*", start):
                at = _block_comment_end(source, start)
        elif sign == _QUOTE:
            if quoted := _QUOTED.match(source, start):
                at = quoted.end()
            continue
        elif sign == _DOUBLE:
            if raw := _RAW.search(source, max(0, start - _LONGEST_RAW), start):
                start = raw.start()
                close = source.find(b'"' + raw[1], found.end())
                at = close + 1 + len(raw[1]) if close >= 0 else -1
            else:
                string = _STRING.match(source, start)
                at = string.end() if string else -1
        else:
            yield make(Token, ("punct", chr(sign), start, at))
        if at < 0:
            if not source.startswith(b"//", start):
                yield Token("broken", source[start:].decode("utf-8", "replace"), start, len(source))
            return


_SLASH, _QUOTE, _DOUBLE = b"/'\""
