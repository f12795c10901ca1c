"""What every screen of the app is."""

from __future__ import annotations

from textual import on
from textual.messages import Prune
from textual.screen import Screen


class RustaScreen(Screen[None]):
    """A screen whose workers end before its panes go.

    A screen closes from its leaves up, and its workers would be cancelled last: one that has just read something would
    draw it on panes that are not there any more, and the app would end with a traceback where the mentor only quit.
    """

    @on(Prune)
    def _end_workers(self) -> None:
        """Ends the workers; the panes are still there."""
        self.workers.cancel_node(self)
