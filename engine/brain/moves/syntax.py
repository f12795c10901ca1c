"""Files that do not read as Rust: delimiters out of balance, and the small words that join things.

Errors without a code, and E0765 (a string that never ends). What is tried is first read by the parser; only what leaves
fewer problems than before is proposed, so the compiler is not asked about nonsense.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from engine.brain.moves.delimiters import CLOSER, Delimiter, Suspect, suspects
from engine.brain.moves.move import Fix, Site, is_written, move
from engine.brain.moves.naming import distance
from engine.rust.syntax import problems
from engine.rust.tokens import Token, tokens
from engine.rust.tree import reparsed
from engine.schema.patch import Edit

# A file with one edit is read for problems at some 6 MB/s: so many bytes are at most a second.
_BYTES_TO_PARSE = 5_000_000
_LEAST_TRIALS = 6
_MOST_FIXES = 8
_MOST_WORDS = 12
# Strict keywords and those that begin something (Reference, "Keywords"), without the one-letter and the reserved ones.
_KEYWORDS = re.findall(
    r"\w+",
    """as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub
    ref return static struct super trait type union unsafe use where while""",
)
_EXPECTED = re.compile(r"`([^`]+)`")
_JOINING = frozenset([",", ";", "=>", "->", ":", "::", "=", "(", ")", "{", "}", "[", "]", ".", "|", "<", ">", "in"])
# What an opening delimiter may stand behind, besides a word.
_BEFORE_OPENERS = frozenset(
    ["!", "=", ",", "(", "[", "&", "<", ">", "::", "=>", "#", "->", ")", "|", "+", "-", "*", "?", ":"]
)
_MOST_HEADERS = 4
_MOST_LINES = 6


@move("balance-the-delimiters", "", prior=0.8)
def balance_the_delimiters(site: Site) -> Iterator[Fix]:
    """Closes what is never closed, where the indentation says it ends, and takes out or opens what closes nothing."""
    if "delimiter" not in site.said:
        return
    yield from _healing(site, (trial for suspect in suspects(site.source) for trial in _balanced(site, suspect)))


def _balanced(site: Site, suspect: Suspect) -> Iterator[tuple[str, str, Edit]]:
    """Ways to give one suspicious delimiter its other half: what is said, the cause, the edit."""
    found = suspect.delimiter
    line = site.source.count(b"\n", 0, found.start) + 1
    if suspect.kind == "unclosed":
        cause = f"`{found.text}` of line {line} is never closed"
        closer = CLOSER[found.text]
        places = _line_ends(site, found) if found.last else _inline_ends(site, found)
        for at, text in places:
            where = site.source.count(b"\n", 0, at) + 1
            yield f"Close the `{found.text}` of line {line} on line {where}.", cause, site.insert(at, text)
        if found.last is False and found.text == "{":
            for at, text in _line_ends(site, found):
                yield f"Close the `{{` of line {line} with `{closer}`.", cause, site.insert(at, text)
        return
    cause = f"`{found.text}` of line {line} closes nothing"
    if suspect.top:
        right = CLOSER[suspect.top]
        yield (
            f"Make it `{right}`, which closes the `{suspect.top}`.",
            cause,
            site.edit(found.start, found.start + 1, right),
        )
    openings = []
    for at, text in _openings(site, found):
        where = site.source.count(b"\n", 0, at) + 1
        openings.append(
            (f"Open the `{text.strip()}` that line {line} closes, on line {where}.", cause, site.insert(at, text))
        )
    start, end = found.start, found.start + 1
    if found.first and found.last:
        start, end = site.line_start(start), min(site.source.find(b"\n", end) + 1 or len(site.source), len(site.source))
    stray = (f"Take out the `{found.text}` that closes nothing.", cause, site.edit(start, end, ""))
    # Two in a row are one too many; a single one has lost its other half.
    doubled = site.source[found.start - 1 : found.start] == found.text.encode()
    yield from (stray, *openings) if doubled else (*openings, stray)


def _line_ends(site: Site, opener: Delimiter) -> Iterator[tuple[int, str]]:
    """Where a block that begins at the end of a line ends, by its indentation: behind its last deeper line."""
    closer, newline = CLOSER[opener.text], site.newline
    indent = " " * opener.indent if b"\t" not in site.source else "\t" * opener.indent
    at = site.source.find(b"\n", opener.start)
    last = at if at >= 0 else len(site.source)
    while 0 <= at < len(site.source) - 1:
        start = at + 1
        at = site.source.find(b"\n", start)
        line = site.source[start : at if at >= 0 else None]
        stripped = line.strip()
        if not stripped:
            continue
        if len(line) - len(line.lstrip()) <= opener.indent and not stripped.startswith(b"where"):
            if stripped.startswith(b"else"):
                yield start + len(line) - len(line.lstrip()), closer + " "
            break
        last = at if at >= 0 else len(site.source)
    if site.source[last - 1 : last] == b"\r":
        last -= 1
    for tail in ("", ";", ",") if opener.text != "{" else ("", ";", "\0"):
        text = closer + (")" + ";" if tail == "\0" else tail)
        yield last, f"{newline}{indent}{text}"


def _inline_ends(site: Site, opener: Delimiter) -> Iterator[tuple[int, str]]:
    """Where something that begins within a line may end: behind each word of the line, the last ones first."""
    closer = CLOSER[opener.text]
    stop = site.source.find(b"\n", opener.start)
    line = _words(site.source, opener.start + 1, stop if stop >= 0 else len(site.source))
    behind = [token.byte_end for token in line][::-1]
    strong = [
        at for at in behind if site.source[at : at + 1] in (b";", b",", b" ", b"\n", b"\r", b"?", b".", b")", b"")
    ]
    for at in dict.fromkeys((*strong, *behind)):
        yield at, closer


def _openings(site: Site, closer: Delimiter) -> Iterator[tuple[int, str]]:
    """Where the opening half of a delimiter that closes nothing may have stood."""
    opener = {")": "(", "]": "[", "}": "{"}[closer.text]
    if closer.text == "}" and closer.first:
        yield from ((at, " {") for at in _headers(site, closer))
        return
    words = list(_words(site.source, site.line_start(closer.start), closer.start + 1))
    for before, after in pairwise(words):
        if before.kind == "word" or before.text in _BEFORE_OPENERS:
            yield after.byte_start, opener


def _headers(site: Site, closer: Delimiter) -> Iterator[int]:
    """The ends of the lines above a closing brace that are indented like it and end as a block's first line may."""
    at = site.line_start(closer.start) - 1
    deeper, found = False, 0
    while at > 0 and found < _MOST_HEADERS:
        start = site.line_start(at)
        line = site.source[start:at].rstrip()
        indent = len(line) - len(line.lstrip())
        if line and indent < closer.indent:
            return
        if line and indent == closer.indent:
            if deeper and not line.endswith((b"{", b";", b"}", b"(", b"[")):
                found += 1
                yield start + len(line)
            if line.endswith((b";", b"}")):
                return
        deeper = bool(line) and indent > closer.indent
        at = start - 1


@move("join-what-belongs-together", "", prior=0.75)
def join_what_belongs_together(site: Site) -> Iterator[Fix]:
    """Puts in, exchanges or takes out one of the small words the compiler expected: `,` `;` `=>` `->` `:` `::`."""
    if site.span is None or "expected" not in site.said:
        return
    yield from _healing(site, _joined(site))


def _joined(site: Site) -> Iterator[tuple[str, str, Edit]]:
    wanted, _, got = site.diagnostic.message.partition("found")
    expected = [word for word in _EXPECTED.findall(wanted) if word in _JOINING]
    for extra in (",", ";", "=>", "=", ":", "->"):
        if extra not in expected:
            expected.append(extra)
    cause = f"the line does not read as Rust: {site.diagnostic.message}"
    for span in (span for span in site.diagnostic.spans if span.primary and span.file == site.path):
        # At the end of a file the compiler points at the last word, not behind it.
        ended = "<eof>" in got
        before = _word_before(site.source, len(site.source) if ended else span.byte_start)
        found = site.text(span.byte_start, span.byte_end)
        if ":" in expected:
            line = list(_words(site.source, site.line_start(span.byte_start), span.byte_start))
            for name, kind in pairwise(line):
                if name.kind == "word" and (kind.text == "&" or kind.kind == "word"):
                    yield f"Put `:` behind `{name.text}`.", cause, site.insert(name.byte_end, ":")
        for word in expected:
            if before is not None:
                spaced = f" {word}" if word in ("=>", "->", "=", "{", "in") else word
                yield f"Put `{word}` behind `{before.text[-30:]}`.", cause, site.insert(before.byte_end, spaced)
            if 0 < len(found) <= 2 and word != found and not found.isalnum():
                yield f"Write `{word}` instead of `{found}`.", cause, site.edit(span.byte_start, span.byte_end, word)
        if 0 < len(found) <= 2 and not found.isalnum() and found not in "(){}[]":
            yield f"Take out the stray `{found}`.", cause, site.edit(span.byte_start, span.byte_end, "")
        if before is not None and before.text in (";", ",", "=", ":", "."):
            edit = site.edit(before.byte_start, before.byte_end, "")
            yield f"Take out the `{before.text}` before `{got.strip(' `')[:20]}`.", cause, edit


@move("spell-the-keyword", "", prior=0.75)
def spell_the_keyword(site: Site) -> Iterator[Fix]:
    """Writes a keyword where a word stands that is nearly one: `fn` for `fun`, `impl` for `imp`."""
    if site.span is not None and not any("keyword" in each.message for each in site.diagnostic.suggestions):
        yield from _healing(site, _spelt(site))


def _spelt(site: Site) -> Iterator[tuple[str, str, Edit]]:
    for span in site.diagnostic.spans:
        if span.file != site.path or not is_written(span):
            continue
        start = site.line_start(span.byte_start)
        near = islice(_words(site.source, start, len(site.source)), _MOST_WORDS)
        for word in sorted(near, key=lambda each: abs(each.byte_start - span.byte_start)):
            if word.kind != "word" or word.text in _KEYWORDS:
                continue
            for keyword in _KEYWORDS:
                steps = distance(word.text.lower(), keyword, 2)
                if steps <= (1 if len(keyword) < 5 else 2) and len(word.text) > 1:
                    yield (
                        f"Write `{keyword}` for `{word.text}`.",
                        f"`{word.text}` is no word of Rust, and `{keyword}` is meant",
                        site.edit(word.byte_start, word.byte_end, keyword),
                    )


@move("end-the-string", "", "E0765", "E0766", "E0762", "E0758", prior=0.7)
def end_the_string(site: Site) -> Iterator[Fix]:
    """Gives a string that never ends its other half: its end, or the beginning that an earlier line has lost."""
    every = (site.diagnostic, *site.context.others)
    if site.span is None or not any(each.code in ("E0765", "E0766") for each in every):
        return
    starts = [site.line_start(site.span.byte_start)]
    # A string that has lost one half turns all text behind it inside out, from the first that runs over its line's end.
    starts += [
        site.line_start(token.byte_start)
        for token in tokens(site.source)
        if token.kind in ("string", "broken") and "\n" in token.text and token.text.startswith('"')
    ]
    lines = list(dict.fromkeys(starts[:1] + starts[1:_MOST_LINES]))
    yield from _healing(
        site, (trial for tier in (True, False) for start in lines for trial in _quotes(site, start, tier))
    )


def _quotes(site: Site, start: int, likely: bool) -> Iterator[tuple[str, str, Edit]]:
    """Where a line may lack a quote: beside what strings stand beside, or anywhere else."""
    stop = site.source.find(b"\n", start)
    line = site.source[start : stop if stop >= 0 else None].rstrip()
    number = site.source.count(b"\n", 0, start) + 1
    tail = re.search(rb"[)\]};,?.\s]*$", line)
    close = [*range(tail.start() if tail else len(line), len(line) + 1)]
    close += [found.start() for found in re.finditer(rb"[)\],;]", line)]
    opens = [found.end() for found in re.finditer(rb"[(\[,={&]\s*|=>\s*|\b(?:return|b)\b\s?", line)]
    chosen = dict.fromkeys(each for pair in zip(close, [*opens, *close][: len(close)], strict=False) for each in pair)
    chosen |= dict.fromkeys((*close, *opens))
    places = chosen if likely else [at for at in range(1, len(line) + 1) if at not in chosen]
    for at in places:
        yield (
            f"Put the quote that is missing on line {number}.",
            "a string has lost one of its quotes",
            site.insert(start + at, '"'),
        )


def _healing(site: Site, trials: Iterable[tuple[str, str, Edit]]) -> Iterator[Fix]:
    """The trials that leave fewer problems, those that leave none first, in the order they come."""
    source = site.source
    before = len(problems(source))
    left = max(_LEAST_TRIALS, _BYTES_TO_PARSE // max(1, len(source)))
    better: list[tuple[int, int, Fix]] = []
    seen: set[bytes] = set()
    for intent, cause, edit in trials:
        after, tree = reparsed(source, edit.byte_start, edit.byte_end, edit.after.encode())
        if after in seen:
            continue
        seen.add(after)
        if left == 0:
            break
        left -= 1
        count = len(problems(after, tree))
        if count < max(before, 1):
            better.append((count, len(better), Fix(intent, (edit,), cause)))
            if sum(1 for number, _, _ in better if number == 0) >= _MOST_FIXES:
                break
    for place, (count, _, fix) in enumerate(sorted(better, key=lambda each: each[:2])[:_MOST_FIXES]):
        weight = (1.1 if count == 0 else 0.4) * 0.8**place
        yield Fix(fix.intent, fix.edits, fix.statement, weight)


def _words(source: bytes, start: int, end: int) -> Iterator[Token]:
    for token in tokens(source[start:end]):
        if token.kind == "comment":
            continue
        yield Token(token.kind, token.text, token.byte_start + start, token.byte_end + start)


def _word_before(source: bytes, at: int) -> Token | None:
    last = None
    for token in tokens(source):
        if token.byte_start >= at:
            break
        if token.kind != "comment":
            last = token
    return last
