"""The commands that read runs: show, compare, report and calibrate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rusta_cli.rows import open_screen, row

if TYPE_CHECKING:
    from engine.evals.record import Run

RunArgument = Annotated[
    str | None,
    typer.Argument(help="Which run: its id, the start of it, or its log; the newest when left out.", metavar="RUN"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def show(
    run: RunArgument = None,
    by: Annotated[
        str | None, typer.Option(help="Slices: family, expect, code, move, gear, crate, difficulty, size.")
    ] = None,
    case: Annotated[str | None, typer.Option(help="One case in full.", metavar="ID")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a run: its figures, its slices, or one case in full."""
    from engine.errors import RustaError
    from engine.evals.metrics.card import figures_of
    from engine.evals.slices import SLICES
    from rusta_cli.eval_tables import figure_rows, slice_rows

    held = _run(run)
    if by is not None and by not in SLICES:
        raise RustaError(f"there are no slices by {by}", fix=f"take one of {', '.join(SLICES)}")
    if case is not None:
        found = [result for result in held.results if result.case == case]
        if not found:
            raise RustaError(f"run {held.head.run} has no case {case}", fix="see `rusta eval show`")
        for result in found:
            print(result.model_dump_json(indent=None if as_json else 2))
        return
    if as_json:
        from engine.evals.metrics.calibration import predictions, reliability

        print(json.dumps({"run": held.head.run, "figures": [vars(figure) for figure in figures_of(held)]}))
        print(json.dumps({"run": held.head.run, "reliability": reliability(predictions(held.results))}))
        for result in held.results:
            print(result.model_dump_json())
        return
    screen = open_screen()
    screen.show(row(held.head.run, f"{held.head.task}, {held.head.brain}, {held.head.mode}, {held.head.at}"))
    for line in slice_rows(held.results, by) if by else figure_rows(figures_of(held)):
        screen.show(line)
    screen.close()


def report(
    run: RunArgument = None,
    html: Annotated[Path | None, typer.Option(help="Write a page of its own here.", dir_okay=False)] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write Markdown here.", dir_okay=False)] = None,
    inspect: Annotated[Path | None, typer.Option(help="Write a log for `inspect view` here.", dir_okay=False)] = None,
) -> None:
    """Report a run: Markdown on stdout, or files as HTML, as Markdown and for inspect."""
    from engine.evals.inspect_log import inspect_log
    from engine.evals.report_html import html_report
    from engine.evals.report_markdown import markdown_report

    held = _run(run)
    if html is not None:
        _write(html, html_report(held))
    if markdown is not None:
        _write(markdown, markdown_report(held))
    if inspect is not None:
        _write(inspect, json.dumps(inspect_log(held), ensure_ascii=False))
    if html is None and markdown is None and inspect is None:
        screen = open_screen()
        screen.prose(markdown_report(held))
        screen.close()


def history(
    figure: Annotated[str, typer.Argument(help="Which figure, such as compile_fix.", metavar="FIGURE")] = "compile_fix",
    as_json: JsonOption = False,
) -> None:
    """Follow one figure through the runs on record, oldest first. Chaos runs and unfinished ones are left out."""
    from engine.errors import RustaError
    from engine.evals.figures import interval_text, value_text
    from engine.evals.log import all_runs
    from engine.evals.metrics.card import figures_of

    screen, known = open_screen(), set[str]()
    for held in all_runs():
        if held.head.mode != "plain" or held.end is None:
            continue
        figures = {found.name: found for found in figures_of(held)}
        known |= set(figures)
        found = figures.get(figure)
        if found is None or found.value is None:
            continue
        head = held.head
        if as_json:
            told = {"run": head.run, "at": head.at, "task": head.task, "brain": head.brain, "case_set": head.case_set}
            print(json.dumps({**told, **vars(found)}))
        else:
            text = f"{value_text(found.value, found.unit):>9}  {interval_text(found):<22} n {found.n}  {head.task}"
            screen.show(row(head.run, text))
    screen.close()
    if known and figure not in known:
        raise RustaError(f"no run has a figure {figure}", fix=f"take one of {', '.join(sorted(known))}")


def compare(
    first: Annotated[str, typer.Argument(help="The run before.", metavar="FIRST")],
    second: RunArgument = None,
    by: Annotated[str, typer.Option(help="What is compared: compile_fix, compile_ability or correct.")] = "compile_fix",
    as_json: JsonOption = False,
) -> None:
    """Compare two runs case by case: the paired difference with its interval, and which cases flipped."""
    from engine.errors import RustaError
    from engine.evals.compare import SCORES
    from engine.evals.compare import compare as compared
    from rusta_cli.eval_tables import difference_rows

    if by not in SCORES:
        raise RustaError(f"runs cannot be compared by {by}", fix=f"take one of {', '.join(SCORES)}")
    before, after = _run(first), _run(second)
    found = compared(before, after, SCORES[by])
    if as_json:
        print(json.dumps({"first": before.head.run, "second": after.head.run, "by": by, "difference": vars(found)}))
        return
    screen = open_screen()
    for line in difference_rows(before, after, found, by):
        screen.show(line)
    screen.close()


def calibrate(
    runs: Annotated[
        list[str] | None, typer.Argument(help="Which runs; the newest when left out.", metavar="RUN...")
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the halves.", min=0)] = 0,
    as_json: JsonOption = False,
) -> None:
    """Fit a correction of her confidence on one half of the cases, and report it on the other."""
    from dataclasses import asdict

    from engine.evals.recalibration import recalibrate
    from rusta_cli.eval_tables import recalibration_rows

    held = [_run(name) for name in runs] if runs else [_run(None)]
    found = recalibrate((result for run in held for result in run.results), seed)
    if as_json:
        print(json.dumps(asdict(found)))
        return
    screen = open_screen()
    for line in recalibration_rows(found):
        screen.show(line)
    screen.close()


def _run(name: str | None) -> Run:
    from engine.evals.log import find_run
    from engine.evals.record import read_run

    return read_run(find_run(name))


def _write(file: Path, text: str) -> None:
    from engine.errors import RustaError

    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RustaError(
            f"{file} cannot be written: {error.strerror}", fix="name a file in a folder that exists"
        ) from error
    print(f"written: {file}")
