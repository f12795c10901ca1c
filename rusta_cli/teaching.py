"""explain"""

from __future__ import annotations

from typing import Annotated

import typer


def explain(subject: Annotated[str, typer.Argument(help="An error code such as E0502, or FILE:LINE.")]) -> None:
    """Explain."""
