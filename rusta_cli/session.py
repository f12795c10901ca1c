"""Runs one session of the loop for a person or for a program, and ends it well however it ends."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import RustaError
from engine.loop.fold import SessionState, fold
from engine.loop.inbox import Inbox
from engine.loop.session import SessionSuspendedError
from engine.schema.event import AskEvent, ErrorEvent, Event, LogEvent, ProbeEvent, ProgressEvent, StateEvent
from engine.store.store import Store
from rusta_cli.decisions_in import DecisionsIn
from rusta_cli.events_out import EventsOut, beside
from rusta_cli.failures import INTERRUPTED, complain, summary_of
from rusta_cli.interrupts import on_interrupt
from rusta_cli.narration import Narrator
from rusta_cli.rows import Screen, open_screen, row

if TYPE_CHECKING:
    from rusta_cli.review import Reviewer

Emit = Callable[[Event], None]
Leave = Callable[[int], None]
Start = Callable[[Store, Inbox, Emit], Coroutine[Any, Any, LogEvent]]
Past = Callable[[Store], Iterable[Event]]
ABSTAINED = 3


class Face(Protocol):
    """Who a session talks to."""

    def open(self, inbox: Inbox, leave: Leave) -> None:
        """Begins to listen; ``leave`` ends the session with an exit code and keeps it resumable."""

    def hear(self, event: Event) -> None:
        """Takes one event."""

    def fail(self, session: str, error: RustaError) -> None:
        """Says why the session ended early."""

    def wait(self, suspended: SessionSuspendedError) -> None:
        """Hears that the session waits for a verdict that nobody here can give."""

    def crash(self, session: str, summary: str) -> None:
        """Hears that something unexpected broke; the command itself says so on stderr."""

    def left(self, session: str) -> None:
        """Says how to go on with a session that was left."""

    def busy_elsewhere(self) -> bool:
        """True while an interrupt is meant for another program, such as the editor."""

    async def close(self) -> None:
        """Ends the conversation."""


class Program:
    """A client of the event protocol: events out on stdout, decisions in on stdin."""

    def __init__(self) -> None:
        self._out = EventsOut(sys.stdout.buffer)
        self._session = ""
        self._failed = False

    def open(self, inbox: Inbox, leave: Leave) -> None:
        """Starts the reader; a client that stops reading ends the session, which stays resumable."""
        self._out.on_gone = lambda: leave(INTERRUPTED)
        DecisionsIn(sys.stdin.fileno(), inbox, lambda error: self._out(beside(self._session, error))).start()

    def hear(self, event: Event) -> None:
        """Writes the event."""
        self._session = event.session or self._session
        self._failed = isinstance(event, ErrorEvent) and event.fatal
        self._out(event)

    def fail(self, session: str, error: RustaError) -> None:
        """Writes a fatal error unless the session has just done so, and repeats it on stderr."""
        if not self._failed:
            self._out(beside(session, error, fatal=True))
        complain(error)

    def wait(self, suspended: SessionSuspendedError) -> None:
        """Says so on stderr: the last event, the ask, says it to the program."""
        complain(suspended)

    def crash(self, session: str, summary: str) -> None:
        """Writes a fatal error: a program should not have to read stderr to learn that it is over."""
        self._out(beside(session, RustaError(summary, fix="the traceback's place is on stderr"), fatal=True))

    def left(self, session: str) -> None:
        """A program knows the session from its events."""

    def busy_elsewhere(self) -> bool:
        """Never: every interrupt is for the session."""
        return False

    async def close(self) -> None:
        """Nothing to end: the reader is a daemon and every event is flushed."""


class Person:
    """Somebody who reads the screen, and may answer when it is a terminal."""

    def __init__(self, screen: Screen, state: SessionState) -> None:
        self._screen = screen
        self._state = state
        self._narrator = Narrator()
        self._reviewer: Reviewer | None = None
        self._doing = ""

    def open(self, inbox: Inbox, leave: Leave) -> None:
        """Gets ready to ask; where nobody can answer, the loop is told at once."""
        if not self._screen.interactive:
            inbox.close()
            return
        from rusta_cli.review import Reviewer

        self._reviewer = Reviewer(self._screen, self._state, inbox, lambda: leave(ABSTAINED))

    def hear(self, event: Event) -> None:
        """Tells the event, asks what it asks, and shows what is going on."""
        self._state.apply(event)
        if isinstance(event, ErrorEvent) and event.fatal:
            self._screen.busy(None)
            complain(RustaError(event.text, fix=event.fix))
            return
        rows = list(self._narrator.tell(event))
        if isinstance(event, AskEvent):
            self._screen.busy(None)
        for line in rows:
            self._screen.show(line)
        match event:
            case AskEvent() if self._reviewer is not None:
                self._reviewer.hear(event)
            case AskEvent():
                self._show_waiting(event)
            case ProgressEvent(status="running"):
                self._screen.busy(event.command or event.text or event.job)
            case ProgressEvent() | ProbeEvent():
                self._screen.busy(self._doing)
            case StateEvent(status="enter"):
                self._doing = event.state.value
                self._screen.busy(self._doing)
            case LogEvent():
                self._screen.busy(None)
            case _:
                pass

    def fail(self, session: str, error: RustaError) -> None:
        """One line and its remedy on stderr."""
        self._screen.close()
        complain(error)
        if session:
            print(f"  what was done is kept: rusta resume {session}", file=sys.stderr)

    def wait(self, suspended: SessionSuspendedError) -> None:
        """One line and how to go on, on stderr."""
        self._screen.close()
        complain(suspended)

    def crash(self, session: str, summary: str) -> None:
        """Leaves the screen to the line that follows."""
        self._screen.close()

    def left(self, session: str) -> None:
        """One line on stderr."""
        self._screen.close()
        hint = f"everything is saved; go on with `rusta resume {session}`" if session else "nothing had begun"
        print(f"rusta: stopped, {hint}", file=sys.stderr)

    def busy_elsewhere(self) -> bool:
        """True while the editor has the terminal."""
        return self._reviewer is not None and self._reviewer.editing

    async def close(self) -> None:
        """Stops asking and gives the terminal back."""
        if self._reviewer is not None:
            await self._reviewer.close()
        self._screen.close()

    def _show_waiting(self, ask: AskEvent) -> None:
        for item in self._state.stacked:
            if item.patch.id == ask.patch:
                self._screen.show(row("review", (item.patch.intent, "voice")))
                self._screen.diff(item.patch)
        for question in ask.questions:
            self._screen.show(row("question", (question, "wait")))
        self._screen.show(
            row(
                "waiting",
                ("nobody is here to answer; in a terminal: ", "wait"),
                (f"rusta resume {ask.session}", "code"),
            )
        )


def no_past(store: Store) -> Iterable[Event]:
    """The past of a session that has just begun."""
    return ()


def run_session(start: Start, *, events: bool, past: Past = no_past) -> int:
    """Runs ``start`` to its end and returns the exit code of `rusta`.

    ``past`` reads the events that a resumed session has behind it. With ``events``, stdout and stdin speak the
    event protocol; without, the session is told to a person. An interrupt (Ctrl-C, SIGTERM, SIGHUP) or a client
    that went away leaves the session resumable: exit code 130.
    """
    return asyncio.run(_run(start, past, events))


async def _run(start: Start, past: Past, events: bool) -> int:
    try:
        store = Store.open()
        state = fold(past(store))
    except RustaError as error:
        if events:
            EventsOut(sys.stdout.buffer)(beside("", error, fatal=True))
        raise
    face: Face = Program() if events else Person(open_screen(), state)
    inbox = Inbox()
    session = state.intake.session if state.intake else ""
    heard = False
    code_when_left = INTERRUPTED

    def hear(event: Event) -> None:
        nonlocal session, heard
        session, heard = event.session, True
        face.hear(event)

    work = asyncio.ensure_future(start(store, inbox, hear))

    loop = asyncio.get_running_loop()

    def leave(code: int) -> None:
        nonlocal code_when_left
        code_when_left = code
        loop.call_soon_threadsafe(work.cancel)

    def interrupt() -> None:
        if not face.busy_elsewhere():
            leave(INTERRUPTED)

    on_interrupt(interrupt)
    try:
        face.open(inbox, leave)
        log = await work
    except asyncio.CancelledError:
        face.left(session)
        return code_when_left
    except SessionSuspendedError as error:
        face.wait(error)
        return ABSTAINED
    except RustaError as error:
        face.fail(session if heard else "", error)
        return 1
    except Exception as error:
        face.crash(session, summary_of(error))
        raise
    finally:
        with contextlib.suppress(BrokenPipeError):
            await face.close()
    return log.exit_code
