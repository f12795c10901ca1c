"""What the mentor asks a session to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.loop.policy import Policy
from engine.schema.event import Scope

Approval = Literal["ask", "auto", "never"]


@dataclass(frozen=True)
class Request:
    """One piece of work.

    ``path`` lies in the repository. ``approve``: "ask" waits for the mentor, "auto" commits what is green
    (to a `rusta/…` branch only), "never" shows the green patch and commits nothing. ``policy`` None
    means the mentor's own, else the shipped one.
    """

    path: Path
    scope: Scope = field(default_factory=Scope)
    brain: str = "search"
    approve: Approval = "ask"
    include_dirty: bool = False
    policy: Policy | None = None
