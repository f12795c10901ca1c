"""How commands that ask nothing show their events: as JSON lines, or told to a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.errors import RustaError
from engine.schema.event import Event
from rusta_cli.events_out import EventsOut, beside
from rusta_cli.narration import Narrator
from rusta_cli.rows import Screen, open_screen


@contextmanager
def told(*, events: bool) -> Iterator[Callable[[Event], None]]:
    """Yields where to put events. With ``events``, a failure is said as a fatal error event too."""
    if events:
        out = EventsOut(sys.stdout.buffer)
        try:
            yield out
        except RustaError as error:
            out(beside("", error, fatal=True))
            raise
        return
    screen = open_screen()
    try:
        yield narrated(screen)
    finally:
        screen.close()


def narrated(screen: Screen) -> Callable[[Event], None]:
    """A listener that tells events on ``screen``."""
    narrator = Narrator()

    def hear(event: Event) -> None:
        for line in narrator.tell(event):
            screen.show(line)

    return hear
