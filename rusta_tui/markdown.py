"""Markdown as `Line`s: headings, lists, emphasis, links, code and diffs in colour, at a given width.

Parsed by markdown-it-py as CommonMark; what it knows and a terminal does not show (images, HTML) stands there as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len

from rusta_tui.lines import BLANK, Line, Role, Span, fit, width_of
from rusta_tui.syntax import Colour, Highlighter

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from rusta_tui.diff import Diff, DiffLine

_NARROWEST = 12
_CODE: dict[Colour, Role] = {
    "plain": "code-plain",
    "keyword": "code-keyword",
    "name": "code-name",
    "type": "code-type",
    "string": "code-string",
    "number": "code-number",
    "comment": "code-comment",
    "macro": "code-macro",
}
_SUFFIXES = {"rust": "rs", "rs": "rs", "toml": "toml"}
_SIGNS: dict[str, Span] = {"+": ("+ ", "good"), "-": ("− ", "bad")}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def markdown_lines(text: str, width: int, *, folded: str = "") -> list[Line]:
    """The text, laid out ``width`` cells wide. With ``folded`` each diff is one line that ends in that hint."""
    page = _Page(max(_NARROWEST, width), folded)
    page.blocks(_parser().parse(text))
    return page.lines


class _Page:
    """Lays blocks out one after another. ``_pads`` stand before every line: the depth of lists and quotes."""

    def __init__(self, width: int, folded: str) -> None:
        self.lines: list[Line] = []
        self._width = width
        self._folded = folded
        self._pads: list[Line] = []
        self._bullet: Line = BLANK
        self._numbers: list[int | None] = []
        self._under_heading = False

    def blocks(self, tokens: Sequence[Token]) -> None:
        """Lays out the tokens of a document."""
        for place, token in enumerate(tokens):
            match token.type:
                case "heading_open":
                    self._heading(int(token.tag[1]), tokens[place + 1])
                case "inline" if tokens[place - 1].type == "paragraph_open":
                    self._paragraph(token, loose=not tokens[place - 1].hidden)
                case "fence" | "code_block":
                    self._code(token.content, token.info.strip().partition(" ")[0])
                case "hr":
                    self._gap()
                    self._put((("─" * self._room, "dim"),))
                case "html_block":
                    self._gap()
                    for line in token.content.rstrip("\n").split("\n"):
                        self._put(((line, "dim"),))
                case _:
                    self._nest(token)

    def _nest(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                start = token.attrs.get("start", 1)
                self._numbers.append(int(start) if token.type == "ordered_list_open" else None)
                if len(self._numbers) == 1:
                    self._set_apart()
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
            case "list_item_open":
                number = self._numbers[-1]
                mark = "• " if number is None else f"{number}. "
                if number is not None:
                    self._numbers[-1] = number + 1
                self._bullet = ((mark, "voice"),)
                self._pads.append(((" " * len(mark), "text"),))
            case "list_item_close":
                if self._bullet:  # an item with nothing in it
                    self._put(BLANK)
                self._pads.pop()
            case "blockquote_open":
                self._gap()
                self._pads.append((("│ ", "dim"),))
            case "blockquote_close":
                self._pads.pop()

    @property
    def _room(self) -> int:
        return max(_NARROWEST, self._width - sum(width_of(pad) for pad in self._pads))

    def _gap(self) -> None:
        """An empty line before what follows, except at the start and within a list's item."""
        if self.lines and self.lines[-1] and not self._bullet:
            self.lines.append(BLANK)

    def _put(self, line: Line) -> None:
        pads: list[Line] = list(self._pads)
        if self._bullet:
            pads[-1], self._bullet = self._bullet, BLANK
        self.lines.append((*(span for pad in pads for span in pad), *line))

    def _heading(self, level: int, inline: Token) -> None:
        self._gap()
        mark: Line = (("▎", "voice"),) if level == 2 else BLANK
        role: Role = "voice" if level >= 3 else "strong"
        for spans in _wrap(_inline(inline, role), self._room - width_of(mark)):
            self._put((*mark, *spans))
        self._under_heading = level >= 3

    def _paragraph(self, inline: Token, *, loose: bool) -> None:
        if not self._numbers or (loose and not self._bullet):
            self._set_apart()
        for spans in _wrap(_inline(inline, "text"), self._room):
            self._put(spans)

    def _set_apart(self) -> None:
        """A gap, but for what follows the heading of a small section."""
        if not self._under_heading:
            self._gap()
        self._under_heading = False

    def _code(self, text: str, language: str) -> None:
        self._set_apart()
        diff = _diff(text) if language == "diff" else None
        if diff is not None:
            drawn = [_summary(diff, self._folded)] if self._folded else list(diff_lines(diff))
        else:
            source = text.rstrip("\n").split("\n")
            colours = Highlighter(f"x.{_SUFFIXES.get(language, '')}", source)
            drawn = [(("  ", "text"), *_painted(colours.line(index))) for index in range(len(source))]
        for line in drawn:
            self._put(fit(line, self._room))


def _diff(text: str) -> Diff | None:
    """The text as a diff; None when it is none."""
    from rusta_tui.diff import parse

    diff = parse(text)
    return diff if diff.hunks else None


def diff_lines(diff: Diff) -> Iterator[Line]:
    """A diff as lines: a head for each hunk, then number, mark and coloured source of each row."""
    for hunk in diff.hunks:
        head: list[Span] = [(diff.files[hunk.file].path, "strong"), (f"  +{hunk.added}", "good")]
        head += [(f" −{hunk.removed}", "bad"), (f"  {hunk.section}" if hunk.section else "", "dim")]
        yield tuple(head)
        rows = diff.rows[hunk.row + 1 : hunk.row + hunk.rows]
        sides = {side: _side(diff.files[hunk.file].path, rows, side) for side in "+-"}
        for row in rows:
            colours, places = sides["-" if row.mark == "-" else "+"]
            place = places.get(row.index)
            code: Line = ((row.text, "dim"),) if place is None else _painted(colours.line(place))
            number = f"{row.number:>5} " if row.number is not None else " " * 6
            yield ((number, "dim"), _SIGNS.get(row.mark, ("  ", "text")), *code)


def _side(path: str, rows: Sequence[DiffLine], side: str) -> tuple[Highlighter, dict[int, int]]:
    """One side of a hunk, coloured as a whole, and where its rows stand in it."""
    skip = "-" if side == "+" else "+"
    own = [row for row in rows if row.mark not in (skip, "\\")]
    return Highlighter(path, [row.text for row in own]), {row.index: place for place, row in enumerate(own)}


def _summary(diff: Diff, hint: str) -> Line:
    names = ", ".join(file.path for file in diff.files[:3])
    more = f" and {len(diff.files) - 3} more" if len(diff.files) > 3 else ""
    return (
        ("▸ ", "voice"),
        (f"{names}{more}" or "diff", "strong"),
        (f"  +{diff.added}", "good"),
        (f" −{diff.removed}", "bad"),
        (f"  {hint}", "dim"),
    )


def _painted(pieces: Sequence[tuple[str, Colour]]) -> Line:
    return tuple((text, _CODE[colour]) for text, colour in pieces)


def _inline(token: Token, role: Role) -> list[Span]:
    """The spans of a run of text; a line break is a span of its own."""
    spans: list[Span] = []
    roles: list[Role] = [role]
    targets: list[str] = []
    for child in token.children or ():
        match child.type:
            case "text" | "html_inline":
                spans.append((child.content, roles[-1]))
            case "code_inline":
                spans.append((child.content, "code-macro"))
            case "softbreak":
                spans.append((" ", roles[-1]))
            case "hardbreak":
                spans.append(("\n", roles[-1]))
            case "image":
                spans.append((f"[{child.content}]", "dim"))
            case "strong_open":
                roles.append("strong")
            case "em_open":
                roles.append("emphasis")
            case "link_open":
                roles.append("link")
                targets.append(str(child.attrs.get("href", "")))
                spans.append(("", "link"))
            case "strong_close" | "em_close":
                roles.pop()
            case "link_close":
                roles.pop()
                target = targets.pop()
                if target and not any(text == target for text, _ in spans[-2:]):
                    spans.append((f" ({target})", "dim"))
            case _:
                spans.append((child.content, roles[-1]))
    return [span for span in spans if span[0]]


def _words(spans: Sequence[Span]) -> Iterator[tuple[Line, str]]:
    """The words, each whole though its roles change, with what stands before it: a space, a line break, nothing."""
    word: list[Span] = []
    before = ""
    for text, role in spans:
        start = 0
        for place, sign in enumerate(text):
            if sign in " \n":
                if start < place:
                    word.append((text[start:place], role))
                if word:
                    yield tuple(word), before
                    word, before = [], ""
                before = "\n" if "\n" in (sign, before) else " "
                start = place + 1
        if text[start:]:
            word.append((text[start:], role))
    if word:
        yield tuple(word), before


def _wrap(spans: Sequence[Span], width: int) -> list[Line]:
    """Breaks spans into lines between words; a word that is wider than a line is cut."""
    width = max(_NARROWEST, width)
    lines: list[Line] = []
    line: list[Span] = []
    used = 0
    for word, before in _words(spans):
        cells = width_of(word)
        if line and (before == "\n" or used + 1 + cells > width):
            lines.append(tuple(line))
            line, used = [], 0
        if line and before:
            line.append((" ", line[-1][1] if line[-1][1] == word[0][1] == "link" else "text"))
            used += 1
        fits = used + cells <= width
        for piece in word if fits else ((sign, role) for text, role in word for sign in text):
            if used + cell_len(piece[0]) > width:
                lines.append(tuple(line))
                line, used = [], 0
            line.append(piece)
            used += cell_len(piece[0])
    if line or not lines:
        lines.append(tuple(line))
    return lines
