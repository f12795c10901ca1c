"""Syntax colours for one line of a diff, by Pygments, lexed in blocks so that a long diff costs what is seen of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pygments.lexer import Lexer
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String
from pygments.token import Literal as LiteralToken
from pygments.token import _TokenType as TokenType

Colour = Literal["plain", "keyword", "name", "type", "string", "number", "comment", "macro"]
COLOURS: tuple[Colour, ...] = ("plain", "keyword", "name", "type", "string", "number", "comment", "macro")
Piece = tuple[str, Colour]

_BLOCK = 200
_KINDS: tuple[tuple[TokenType, Colour], ...] = (
    (Comment.Preproc, "macro"),
    (Comment, "comment"),
    (Keyword.Type, "type"),
    (Keyword, "keyword"),
    (String, "string"),
    (Number, "number"),
    (LiteralToken, "number"),
    (Name.Function.Magic, "macro"),
    (Name.Function, "name"),
    (Name.Class, "type"),
    (Name.Builtin, "type"),
    (Name.Decorator, "macro"),
    (Name.Attribute, "macro"),
    (Name.Tag, "name"),
    (Operator, "plain"),
    (Punctuation, "plain"),
)


@lru_cache(maxsize=8)
def _lexer(suffix: str) -> Lexer:
    if suffix == "rs":
        from pygments.lexers.rust import RustLexer

        return RustLexer(stripnl=False, ensurenl=False)
    if suffix in ("toml", "lock"):
        from pygments.lexers.configs import TOMLLexer

        return TOMLLexer(stripnl=False, ensurenl=False)
    from pygments.lexers.special import TextLexer

    return TextLexer(stripnl=False, ensurenl=False)


@lru_cache(maxsize=256)
def _colour_of(token: TokenType) -> Colour:
    return next((colour for kind, colour in _KINDS if kind.__contains__(token)), "plain")


class Highlighter:
    """Colours the lines of one side of one piece of source. Multi-line strings and comments hold within a block."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self._suffix = path.rpartition(".")[2]
        self._lines = lines
        self._blocks: dict[int, list[list[Piece]]] = {}

    def line(self, index: int) -> list[Piece]:
        """The coloured pieces of line ``index``, counted from 0."""
        block, offset = divmod(index, _BLOCK)
        if block not in self._blocks:
            self._blocks[block] = self._lex(self._lines[block * _BLOCK : (block + 1) * _BLOCK])
        return self._blocks[block][offset]

    def _lex(self, lines: list[str]) -> list[list[Piece]]:
        out: list[list[Piece]] = [[]]
        for token, value in _lexer(self._suffix).get_tokens("\n".join(lines)):
            colour = _colour_of(token)
            first, *more = value.split("\n")
            if first:
                out[-1].append((first, colour))
            out.extend([(part, colour)] if part else [] for part in more)
        out.extend([] for _ in range(len(lines) - len(out)))
        return out
