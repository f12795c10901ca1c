"""The command line as a whole: every command by name, and what all of them share."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from engine import __version__
from rusta_cli import (
    batch,
    completions,
    corpus,
    curriculum,
    devlogs,
    drill,
    evals,
    golden,
    ground,
    history,
    moves,
    repair,
    runs,
    teaching,
    train,
    tune,
)

EXIT_CODES = "Exit codes: 0 fixed or clean · 1 error · 2 usage · 3 abstained · 4 vetoed · 130 interrupted."


def build() -> typer.Typer:
    """Builds the command line. Its help is drawn with rich on a terminal only."""
    app = typer.Typer(
        name="rusta",
        help="Rusta, a Rust engineer in training: she finds, probes, fixes, validates and explains compiler errors.",
        epilog=EXIT_CODES,
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich" if sys.stdout.isatty() and sys.stderr.isatty() else None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_shared)
    for command in (
        repair.fix,
        repair.check,
        repair.resume,
        repair.undo,
        teaching.explain,
        train.train,
        history.sessions,
        history.replay,
        history.export,
        ground.doctor,
        ground.init,
        ground.practice,
        completions.completions,
        batch.batch,
    ):
        app.command()(command)
    app.add_typer(devlogs.build())
    app.add_typer(evals.build())
    app.add_typer(drill.build())
    app.add_typer(golden.build())
    app.add_typer(curriculum.build())
    app.add_typer(moves.build())
    app.add_typer(corpus.build())
    app.add_typer(runs.build())
    app.add_typer(tune.build())
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"rusta {__version__}")
        raise typer.Exit


def _shared(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", help="Print the version and exit.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    pass
