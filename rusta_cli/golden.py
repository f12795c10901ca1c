"""The commands of the golden patch challenge: list, run, show, trend, pin, unpin, retire and restore."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rusta_cli.rows import Role, Row, row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.evals.caseset import CaseSet
    from engine.evals.sealed import Sealed
    from engine.store.golden import Ruling
    from engine.store.store import Store

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
GoldenArgument = Annotated[
    str, typer.Argument(help="Which golden: its id, or the start of it.", metavar="GOLDEN", show_default=False)
]
ReasonOption = Annotated[str, typer.Option(help="Why; it is kept.", metavar="TEXT")]
MARKS: dict[str | None, tuple[str, Role]] = {
    "fixed": ("✓", "good"),
    "abstained": ("○", "wait"),
    "wrong": ("✗", "bad"),
    "failed": ("✗", "bad"),
    "error": ("!", "wait"),
    None: ("·", "dim"),
}


def build() -> typer.Typer:
    """The command group `rusta golden`."""
    group = typer.Typer(name="golden", help="The monthly golden patch challenge.", no_args_is_help=True)
    for name, command in (
        ("list", list_),
        ("run", run),
        ("show", show),
        ("trend", trend),
        ("pin", pin),
        ("unpin", unpin),
        ("retire", retire),
        ("restore", restore),
    ):
        group.command(name)(command)
    return group


def list_(as_json: JsonOption = False) -> None:
    """List the goldens: pinned, retired, the months they were asked in, her last score."""
    from curriculum.golden.book import goldens_listed

    found = goldens_listed(*_ground())
    if as_json:
        _print(found)
    else:
        _show(map(_golden_row, found))


def run(
    month: Annotated[str | None, typer.Option(help="Which edition, as YYYY-MM; this month's when left out.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Begin a new exam though the month was taken; it is shown as worn.")
    ] = False,
    brain: Annotated[str, typer.Option(help="Who thinks.")] = "search",
    jobs: Annotated[int, typer.Option(help="Cases at a time.", min=1)] = 1,
    events: Annotated[
        bool, typer.Option("--events", help="Print one JSON event a line; read decisions on stdin (docs/protocol.md).")
    ] = False,
) -> None:
    """Let her take the month's edition; goes on with an exam that was cut off."""
    from curriculum.golden.edition import check_month, this_month
    from rusta_cli.golden_runs import conduct

    wanted = check_month(month) if month else this_month()
    raise typer.Exit(conduct(wanted, brain=brain, again=again, parallel=jobs, events=events))


def show(
    month: Annotated[
        str | None, typer.Argument(help="Which edition, as YYYY-MM; this month's when left out.", metavar="MONTH")
    ] = None,
    case: Annotated[
        str | None, typer.Argument(help="One golden of it, hers beside the golden patch.", metavar="CASE")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a month's edition with her scores, or one case of it: her patch, the golden patch, the parts."""
    from curriculum.golden.book import attempt_facts, month_facts
    from curriculum.golden.edition import check_month, this_month

    wanted = check_month(month) if month else this_month()
    ground = _ground()
    if case is not None:
        facts = attempt_facts(*ground, wanted, case)
        _print([facts]) if as_json else _show_attempt(facts)
        return
    facts = month_facts(*ground, wanted)
    if as_json:
        _print([facts])
    else:
        _show([_month_row(facts), *map(_case_row, facts["cases"])])


def trend(as_json: JsonOption = False) -> None:
    """Show how she did month by month, with intervals, and the rise on the cases that two months share."""
    from curriculum.golden.book import trend_facts
    from engine.store.store import Store

    found = trend_facts(Store.open())
    if as_json:
        _print(found)
    elif found:
        _show(map(_trend_row, found))
    else:
        _show([row("", "no edition was finished yet; ", ("rusta golden run", "code"), " takes this month's")])


def pin(golden: GoldenArgument, reason: ReasonOption, as_json: JsonOption = False) -> None:
    """Ask a golden every month."""
    _rule(golden, "pin", reason, as_json)


def unpin(golden: GoldenArgument, reason: ReasonOption, as_json: JsonOption = False) -> None:
    """Leave a golden to the draw again."""
    _rule(golden, "unpin", reason, as_json)


def retire(golden: GoldenArgument, reason: ReasonOption, as_json: JsonOption = False) -> None:
    """Ask a golden no more."""
    _rule(golden, "retire", reason, as_json)


def restore(golden: GoldenArgument, reason: ReasonOption, as_json: JsonOption = False) -> None:
    """Bring a retired golden back into the draw."""
    _rule(golden, "restore", reason, as_json)


def _ground() -> tuple[Store, CaseSet, Sealed]:
    from engine.evals.sealed import Sealed
    from engine.evals.tasks import task_named
    from engine.store.store import Store

    return Store.open(), task_named("golden").load(), Sealed.load()


def _rule(golden: str, ruling: Ruling, reason: str, as_json: bool) -> None:
    from curriculum.golden.book import rule

    store, goldens, _ = _ground()
    facts = rule(store, goldens, golden, ruling, reason)
    if as_json:
        _print([facts])
        return
    when = ", from the next month on: this month's edition was taken" if facts["from_next_month"] else ""
    state = "retired" if facts["retired"] else "pinned" if facts["pinned"] else "in the draw"
    _show([row("", (facts["golden"], "strong"), f" is {state}{when}")])


def _print(lines: Iterable[dict[str, Any]]) -> None:
    for line in lines:
        print(json.dumps(line, ensure_ascii=False))


def _show(lines: Iterable[Row]) -> None:
    from rusta_cli.rows import open_screen

    screen = open_screen()
    try:
        for line in lines:
            screen.show(line)
    finally:
        screen.close()


def _golden_row(golden: dict[str, Any]) -> Row:
    state = "retired" if golden["retired"] else "pinned" if golden["pinned"] else ""
    changed = "" if golden["sealed"] else "  not as it was sealed"
    last = f"  last {golden['last']:.0f}" if golden["last"] is not None else ""
    asked = f"  asked {', '.join(golden['months'])}" if golden["months"] else ""
    return row(
        state,
        (f"{golden['id']:<38}", "strong"),
        (f"{golden['family']}{last}{asked}", "dim"),
        (f"  {golden['reason']}" if state else "", "voice"),
        (changed, "bad"),
    )


def _month_row(facts: dict[str, Any]) -> Row:
    if facts["total"] is None:
        return row(facts["month"], "not taken yet; ", ("rusta golden run", "code"), " takes it")
    worn = f", worn: taken {facts['exams']} times" if facts["worn"] else ""
    going = "" if facts["taken"] else ", not finished"
    return row(facts["month"], (f"{facts['total']:.1f} of 100", "strong"), f"  {facts['brain']}{going}{worn}")


def _case_row(case: dict[str, Any]) -> Row:
    sign, role = MARKS.get(case["status"], MARKS[None])
    worth = f"{case['score']:5.1f}" if case["score"] is not None else "    –"
    parts = case["parts"] or {}
    told = "  ".join(f"{name} {value:.2f}" for name, value in parts.items() if value is not None)
    pinned = "pinned" if case.get("pinned") else ""
    return row(pinned, (f"{sign} ", role), (f"{worth}  ", "strong"), f"{case['id']:<38}", (told, "dim"))


def _trend_row(line: dict[str, Any]) -> Row:
    if line["total"] is None:
        return row(line["month"], "no score: the harness failed in every case")
    worn = f"  worn ({line['exams']} exams)" if line["worn"] else ""
    rise = f"  {line['common']:+.1f} on {line['shared']} shared" if line["common"] is not None else ""
    reach = f"  ({line['low']:.0f}–{line['high']:.0f}, n {line['n']})" if line["low"] is not None else ""
    return row(
        line["month"],
        (f"{line['total']:5.1f}", "strong"),
        (reach, "dim"),
        f"  {line['fixed']} mended{rise}",
        (worn, "wait"),
    )


def _show_attempt(facts: dict[str, Any]) -> None:
    from rusta_cli.rows import open_screen

    screen = open_screen()
    try:
        screen.show(row(facts["month"], (facts["id"], "strong"), (f"  {facts['title']}", "dim")))
        screen.show(_case_row(facts))
        if facts.get("reason"):
            screen.show(row("why", facts["reason"]))
        for said in (facts.get("parts") or {}).get("clippy") or ():
            screen.show(row("clippy", (said, "wait")))
        screen.show(row("hers", ("" if facts["diff"] else "she committed nothing", "dim")))
        if facts["diff"]:
            screen.code(facts["diff"].rstrip())
        screen.show(row("golden"))
        screen.code(facts["golden"].rstrip())
    finally:
        screen.close()
