"""The conditions that lists share: how they are asked for on the command line, and handed to the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from engine.schema.devlog import Outcome

TextOption = Annotated[Optional[str], typer.Option("--text", help="Only with this text, whatever its case.")]  # noqa: UP045
CodeOption = Annotated[Optional[str], typer.Option("--code", help="Only with this error code, or this lint.")]  # noqa: UP045
MoveOption = Annotated[Optional[str], typer.Option("--move", help="Only with this move.")]  # noqa: UP045
OutcomeOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--outcome", help="Only that ended so: fixed, clean, abstained, vetoed, stopped, undone, error."),
]


def outcome_named(name: str | None) -> Outcome | None:
    """The outcome of that name, None for None; `typer.BadParameter` when there is none."""
    from engine.schema.devlog import Outcome

    try:
        return Outcome(name) if name is not None else None
    except ValueError as error:
        known = ", ".join(outcome.value for outcome in Outcome)
        raise typer.BadParameter(f"{name!r} is none of {known}", param_hint="--outcome") from error
