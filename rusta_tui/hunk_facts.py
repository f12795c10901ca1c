"""What stands beside a hunk: the items it changes and who uses them; and the tests that ran. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rusta_tui.lines import BLANK, Line, Role, fit, seconds, spread, wrap

if TYPE_CHECKING:
    from engine.schema.event import TouchedSymbol, ValidationEvent

_ENDINGS: dict[str, tuple[str, Role]] = {"failed": ("✗", "bad"), "ok": ("✓", "good"), "ignored": ("–", "dim")}
_ORDER = ("failed", "ok", "ignored")


def uses_of(touched: Iterable[TouchedSymbol], hunk: int, width: int) -> list[Line]:
    """The items that a hunk changes, each with the places that use it by name."""
    lines: list[Line] = []
    for symbol in touched:
        if hunk not in symbol.hunks:
            continue
        count = f"{symbol.total} use{'s' * (symbol.total != 1)}"
        right: Line = ((count, "text" if symbol.total else "dim"),)
        lines += [*([BLANK] if lines else []), spread(((symbol.symbol, "strong"),), right, width)]
        if symbol.signature:
            lines.append((("  more than its body changes", "wait"),))
        where = ""
        for use in symbol.uses:
            if use.path != where:
                where = use.path
                lines.append(((where, "dim"),))
            lines.append(((f"{use.line:>5} ", "dim"), (use.text, "text")))
        if symbol.total > len(symbol.uses):
            lines.append(((f"      and {symbol.total - len(symbol.uses)} more", "dim"),))
    if not lines:
        lines = [
            ((text, "dim"),) for text in wrap("This hunk changes no item that has a name: nobody refers to it.", width)
        ]
    return [fit(line, width) for line in lines]


def rows_of_tests(validation: ValidationEvent | None, wanted: str, width: int) -> list[tuple[str, Line]]:
    """What validation ran: each command with its time, its targets with theirs, its tests, failed ones first.

    ``wanted`` keeps only tests whose target or name holds the text; the heads of what is left stay.
    """
    rows: list[tuple[str, Line]] = []
    needle = wanted.lower()
    for place, step in enumerate(validation.steps if validation else ()):
        mark: tuple[str, Role] = ("✓ ", "good") if step.passed else ("✗ ", "bad")
        head = spread((mark, (step.command, "strong"), (f"  {step.summary}", "dim")), _took(step.seconds), width)
        found: list[tuple[str, Line]] = []
        targets = step.tests.targets if step.tests else ()
        for target in sorted(targets, key=lambda target: all(run.outcome != "failed" for run in target.tests)):
            runs = [run for run in target.tests if needle in f"{target.name} {run.name}".lower()]
            if not runs and (needle or not target.tests):
                continue
            key = f"{place} {target.name}"
            found.append((key, spread((("  " + target.name, "text"),), _took(target.seconds), width)))
            for run in sorted(runs, key=lambda run: _ORDER.index(run.outcome)):
                sign, role = _ENDINGS[run.outcome]
                line: Line = ((f"    {sign} ", role), (run.name, "dim" if run.outcome == "ignored" else "text"))
                found.append((f"{key} {run.name}", fit(line, width)))
            if target.left_out and not needle:
                found.append(
                    (f"{key} …", (("    ", "dim"), (f"and {target.left_out} more that are not on record", "dim")))
                )
        if found or not needle:
            rows += [(str(place), head), *found]
    return rows


def _took(value: float | None) -> Line:
    return ((f"{seconds(value)} ", "text"),) if value is not None else ()
