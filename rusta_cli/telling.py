"""How commands that ask nothing show their events: as JSON lines, or told to a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.errors import RustaError
from engine.schema.event import Event, PatchEvent
from rusta_cli.events_out import EventsOut, beside
from rusta_cli.narration import Narrator
from rusta_cli.rows import open_screen


@contextmanager
def told(*, events: bool, telling_only: bool = False) -> Iterator[Callable[[Event], None]]:
    """Yields where to put events. With ``events``, a failure is said as a fatal error event too.

    ``telling_only``: nothing happens but the telling. A person gets the diffs too, and a reader that went away
    ends it with `BrokenPipeError`; otherwise the work goes on unheard.
    """
    if events:
        out = EventsOut(sys.stdout.buffer, _end_of_telling if telling_only else None)
        try:
            yield out
        except RustaError as error:
            out(beside("", error, fatal=True))
            raise
        return
    screen, narrator = open_screen(), Narrator()

    def hear(event: Event) -> None:
        for line in narrator.tell(event):
            screen.show(line)
        if telling_only and isinstance(event, PatchEvent) and event.status == "applied":
            screen.diff(event.patch)

    try:
        yield hear
    finally:
        screen.close()


def _end_of_telling() -> None:
    raise BrokenPipeError
