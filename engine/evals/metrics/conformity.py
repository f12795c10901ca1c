"""Repository-style conformity: does what she adds look like the repository it is added to.

Four shares, from 0 to 1, over the Rust lines that a patch adds: `rustfmt` leaves her files as they are (where it did
before); `clippy` has nothing to say of the lines (where it was asked); the names she introduces are cased as RFC 430
and the Rust API guidelines (C-CASE) ask; and her runs of words are ones the repository uses, too. A case's conformity
is the mean of those that can be told of it.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from unidiff.patch import PatchSet

from engine.evals.caseset import Files
from engine.evals.figures import Figure
from engine.evals.metrics.fixes import by_case
from engine.evals.metrics.intervals import mean_figure
from engine.evals.record import CaseResult
from engine.rust.tokens import Token, tokens

_SNAKE = re.compile(r"_*[a-z0-9]+(?:_[a-z0-9]+)*_*\Z|_+\Z")
_CAMEL = re.compile(r"(?:[A-Z][a-z0-9]*)+\Z")
_SCREAMING = re.compile(r"_*[A-Z0-9]+(?:_[A-Z0-9]+)*\Z|_\Z")
_CASES = {
    **dict.fromkeys(("fn", "let", "mod"), _SNAKE),
    **dict.fromkeys(("struct", "enum", "trait", "type", "union"), _CAMEL),
    **dict.fromkeys(("const", "static"), _SCREAMING),
}
_BETWEEN = frozenset(["mut", "ref"])
# Of the Rust Reference's keywords, strict and reserved, those that a signature or a statement is built from.
_KEYWORDS = frozenset(
    [
        "as",
        "async",
        "await",
        "break",
        "const",
        "continue",
        "crate",
        "dyn",
        "else",
        "enum",
        "extern",
        "false",
        "fn",
        "for",
        "if",
        "impl",
        "in",
        "let",
        "loop",
        "match",
        "mod",
        "move",
        "mut",
        "pub",
        "ref",
        "return",
        "self",
        "Self",
        "static",
        "struct",
        "super",
        "trait",
        "true",
        "type",
        "unsafe",
        "use",
        "where",
        "while",
    ]
)


@dataclass(frozen=True)
class Style:
    """The shares of one patch; None for one that cannot be told: nothing was added that it would be told of."""

    rustfmt: float | None
    clippy: float | None
    naming: float | None
    idiom: float | None

    @property
    def conformity(self) -> float | None:
        """Their mean."""
        known = [share for share in (self.rustfmt, self.clippy, self.naming, self.idiom) if share is not None]
        return statistics.fmean(known) if known else None


def style_of(before: Files, diff: str, formatted: bool | None, unlinted: bool | None = None) -> Style:
    """The style of a unified ``diff`` of the tree ``before``; what rustfmt and clippy said, None where nothing."""
    lines = added_lines(diff)
    rustfmt, clippy = (None if told is None else float(told) for told in (formatted, unlinted))
    return Style(rustfmt, clippy, naming(lines), idiom(before, lines))


def added_lines(diff: str) -> tuple[str, ...]:
    """The Rust lines that a unified diff adds, blank ones left out."""
    return tuple(
        line.value
        for file in PatchSet(diff)
        if file.path.endswith(".rs")
        for hunk in file
        for line in hunk.target_lines()
        if line.is_added and line.value.strip()
    )


def naming(lines: Sequence[str]) -> float | None:
    """Of the names that lines introduce (after `fn`, `let`, `struct`, …), the share that is cased as it should be."""
    judged = [bool(rule.match(name)) for rule, name in _introduced("\n".join(lines).encode())]
    return sum(judged) / len(judged) if judged else None


def idiom(before: Files, lines: Sequence[str]) -> float | None:
    """How familiar added lines are, 1 being as familiar as the repository's own lines are to each other.

    Familiar is the share of pairs of neighbouring words, names evened out, that stand elsewhere in the tree: for added
    lines anywhere, for each of its own lines in another line. A patch's distance from its project's language is what
    V. Hellendoorn, P. Devanbu and A. Bacchelli ("Will they like this?", MSR 2015) found to tell which patches are
    accepted; that code repeats locally is Z. Tu, Z. Su and P. Devanbu's finding ("On the localness of software", FSE
    2014). None where nothing was added, or the tree has no two lines alike.
    """
    own = [_pairs(line) for line in _lines_of(before)]
    everywhere = Counter(pair for pairs in own for pair in pairs)
    new = [pair for line in lines for pair in _pairs(line.encode())]
    total = everywhere.total()
    if not new or not total:
        return None
    known = sum(count for pairs in own for pair, count in Counter(pairs).items() if everywhere[pair] > count) / total
    return min(1.0, sum(pair in everywhere for pair in new) / len(new) / known) if known else None


def conformity_figures(results: Sequence[CaseResult], trees: Mapping[str, Files]) -> tuple[Figure, ...]:
    """The figures of style, over results that count and changed something. ``trees``: each case's ``before``, by id."""
    changed = [result for result in results if result.counts and result.diff]
    styles = [style_of(trees[one.case], one.diff, one.rustfmt, one.clippy) for one in changed if one.case in trees]
    linted = [result for result in changed if result.clippy is not None]
    told = [result for result in changed if result.rustfmt is not None]
    return (
        mean_figure(
            "style",
            "conformity",
            "Conformity to the repository's style",
            _known(style.conformity for style in styles),
            note="the mean of format, lints, naming and local idiom",
        ),
        by_case("style", "rustfmt", "Patches that rustfmt leaves as they are", told, lambda one: bool(one.rustfmt)),
        by_case("style", "clippy", "Patches of which clippy has nothing to say", linted, lambda one: bool(one.clippy)),
        mean_figure("style", "naming", "Names cased as they should be", _known(style.naming for style in styles)),
        mean_figure("style", "idiom", "Familiarity of what was added", _known(style.idiom for style in styles)),
    )


def _known(shares: Iterable[float | None]) -> list[float]:
    return [share for share in shares if share is not None]


def _lines_of(files: Files) -> Iterator[bytes]:
    for path, content in files.items():
        if path.endswith(".rs"):
            yield from content.splitlines()


def _introduced(source: bytes) -> Iterator[tuple[re.Pattern[str], str]]:
    held: re.Pattern[str] | None = None
    for token in tokens(source):
        if token.kind != "word":
            held = None
        elif token.text in _CASES:
            held = _CASES[token.text]
        elif token.text in _KEYWORDS and token.text not in _BETWEEN:
            held = None
        elif held is not None and token.text not in _BETWEEN:
            # `let Some(x)` takes apart what has a name already.
            if not (held is _SNAKE and token.text[:1].isupper() and _follows_bracket(source, token)):
                yield held, token.text.removeprefix("r#")
            held = None


def _follows_bracket(source: bytes, token: Token) -> bool:
    return source[token.byte_end :].lstrip()[:1] in (b"(", b"{", b":", b"[")


def _pairs(line: bytes) -> list[tuple[str, str]]:
    words = [_evened(token) for token in tokens(line) if token.kind != "comment"]
    return list(pairwise(words))


def _evened(token: Token) -> str:
    if token.kind == "punct" or (token.kind == "word" and token.text in _KEYWORDS):
        return token.text
    return token.kind
