"""Parts of a patch in words typed at the terminal, and what stands beside them: tests that ran, who uses it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from engine.loop.drafts import Part
from engine.sandbox.patches import Hunk, hunks
from engine.schema.event import TouchedSymbol, ValidationEvent
from engine.schema.patch import Patch
from rusta_cli.rows import Role, Row, row

Lines = dict[int, tuple[int, ...]]
_LINE = re.compile(r"([+\-−])(\d+)")
_ENDINGS: dict[str, tuple[str, Role]] = {"failed": ("✗", "bad"), "ok": ("✓", "good"), "ignored": ("–", "dim")}
_ORDER = ("failed", "ok", "ignored")


class PartError(ValueError):
    """What was typed names no part of the patch; the message says how to name one."""


def kept_hunks(patch: Patch, text: str) -> tuple[tuple[int, ...], None]:
    """The hunks that `h 1 3` keeps, as a verdict names them: from 0. Raises `PartError`."""
    total = len(hunks(patch))
    words = text.replace(",", " ").split()
    if not words or not all(word.isdecimal() and 1 <= int(word) <= total for word in words):
        raise PartError(f"name the hunks to keep, from 1 to {total}, such as `h 1`")
    return tuple(sorted({int(word) - 1 for word in words})), None


def without(patch: Patch, text: str) -> tuple[tuple[int, ...] | None, Lines | None]:
    """What is left after `x 1 -2 +2, 3`: the hunks to keep, and the rows that are dropped of some, as a verdict
    names them.

    Lines are named as the diff shows them: `-2` is the removed line 2, `+2` the added one. Raises `PartError`.
    """
    numbered = hunks(patch)
    gone: set[int] = set()
    lines: dict[int, set[int]] = {}
    for group in text.split(","):
        first, *named = group.split() or [""]
        if not first.isdecimal() or not 1 <= int(first) <= len(numbered):
            raise PartError(f"name a hunk, from 1 to {len(numbered)}, and its lines, such as `x 1 -2 +2`")
        hunk = numbered[int(first) - 1]
        if not named:
            gone.add(hunk.index)
            continue
        rows = {name: place for place, name in _names(hunk)}
        for word in named:
            found = _LINE.fullmatch(word)
            name = f"{'+' if found[1] == '+' else '-'}{int(found[2])}" if found else word
            if name not in rows:
                raise PartError(f"{word} is no changed line of hunk {first}: the diff shows their numbers")
            lines.setdefault(hunk.index, set()).add(rows[name])
    gone |= {index for index, rows in lines.items() if len(rows) == len([*_names(numbered[index])])}
    if len(gone) == len(numbered):
        raise PartError("that drops the whole patch: `v` takes it back, with a reason")
    kept = tuple(hunk.index for hunk in numbered if hunk.index not in gone)
    left = {index: tuple(sorted(rows)) for index, rows in sorted(lines.items()) if index not in gone}
    return kept if gone else None, left or None


def _names(hunk: Hunk) -> Iterator[tuple[int, str]]:
    """The changed rows of a hunk, each with its sign and its line number."""
    old, new = hunk.old_start, hunk.new_start
    for place, line in enumerate(hunk.lines):
        if line[0] == "-":
            yield place, f"-{old}"
        elif line[0] == "+":
            yield place, f"+{new}"
        old += line[0] in " -"
        new += line[0] in " +"


def part_of(patch: Patch, text: str, files: Mapping[str, bytes]) -> Part:
    """The new side of the hunk that `e 2` names, to be edited by itself. Raises `PartError`."""
    numbered = hunks(patch)
    word = text.strip()
    if not word.isdecimal() or not 1 <= int(word) <= len(numbered):
        raise PartError(f"name one hunk, from 1 to {len(numbered)}, such as `e 1`; `e` opens the files")
    hunk = numbered[int(word) - 1]
    if hunk.path not in files:
        raise PartError(f"the patch removes {hunk.path}: there is nothing left to edit")
    return Part(hunk.path, files[hunk.path], hunk.new_start, sum(line[0] in " +" for line in hunk.lines))


def tests_of(validation: ValidationEvent | None, wanted: str) -> list[Row]:
    """What validation ran: each command with its time, its targets with theirs, its tests, failed ones first.

    ``wanted`` keeps only tests whose target or name holds the text.
    """
    needle = wanted.strip().lower()
    found: list[Row] = []
    for step in validation.steps if validation else ():
        mark: tuple[str, Role] = ("✓ ", "good") if step.passed else ("✗ ", "bad")
        if not needle:
            found.append(row("", mark, (step.command, "strong"), (f"  {step.summary}  {step.seconds:.2f} s", "dim")))
        targets = step.tests.targets if step.tests else ()
        for target in sorted(targets, key=lambda target: all(run.outcome != "failed" for run in target.tests)):
            runs = [run for run in target.tests if needle in f"{target.name} {run.name}".lower()]
            if runs:
                took = f"  {target.seconds:.2f} s" if target.seconds is not None else ""
                found.append(row("", f"  {target.name}", (took, "dim")))
            for run in sorted(runs, key=lambda run: _ORDER.index(run.outcome)):
                sign, role = _ENDINGS[run.outcome]
                found.append(row("", (f"    {sign} ", role), run.name))
            if target.left_out and not needle:
                found.append(row("", (f"    and {target.left_out} more that are not on record", "dim")))
    return found or [row("", (f"no test that ran holds “{wanted.strip()}”" if needle else "nothing was run", "dim"))]


def uses_of(touched: Iterable[TouchedSymbol], text: str) -> list[Row]:
    """The items that the hunks change (``text`` may name one hunk, from 1), each with the places that use it."""
    wanted = int(text) - 1 if text.strip().isdecimal() else None
    found: list[Row] = []
    for symbol in touched:
        if wanted is not None and wanted not in symbol.hunks:
            continue
        where = ", ".join(str(index + 1) for index in symbol.hunks)
        more = "  more than its body changes" if symbol.signature else ""
        uses = f"  {symbol.total} use{'s' * (symbol.total != 1)}"
        found.append(row(f"hunk {where}", (symbol.symbol, "strong"), (f"  {symbol.path}", "dim"), uses, (more, "wait")))
        found += [row("", (f"  {use.path}:{use.line}  ", "dim"), (use.text, "code")) for use in symbol.uses]
        if symbol.total > len(symbol.uses):
            found.append(row("", (f"  and {symbol.total - len(symbol.uses)} more", "dim")))
    return found or [row("", ("no item with a name is changed: nobody refers to it", "dim"))]
