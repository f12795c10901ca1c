"""The week's drill on the mentor's desk: what the store last told, and on top of it the grades on their way there.

A grade shows at once and is queued as a command. What is shown of a card is always what the store told, with the
grades that are not settled yet applied in order; so one that fails is simply left out, whatever came after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from rusta_tui.commands import Reply

MENTOR = "mentor"
Given = tuple[tuple[str, int], ...]


class Queue(Protocol):
    """What the study needs of a `CommandQueue`."""

    def put(self, *arguments: str, rollback: Callable[[], object] = ..., done: Callable[[Reply], object] = ...) -> None:
        """Queues a command."""

    def query(self, *arguments: str, then: Callable[[Reply], object]) -> None:
        """Queues a question."""


@dataclass(frozen=True)
class Card:
    """One card of the week as `rusta drill show --json` tells it. ``given`` are its ratings: who gave it, which."""

    id: str
    kind: str = ""
    topic: str = ""
    code: str = ""
    origin: str = "canon"
    page: str = ""
    prompt: str = ""
    source: str = ""
    key: str = ""
    mended: str = ""
    gone: str = ""
    citations: tuple[str, ...] = ()
    answered: bool = False
    given: Given = ()
    due: str | None = None
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def about(self) -> str:
        """The error code it is about; of a prediction, what the compiler said."""
        if self.kind != "predict":
            return self.code
        return str(self.answer.get("truth", "")) if self.answered else ""

    @property
    def mark(self) -> str:
        """The compiler's mark: right, half, wrong, unmarked, or "" before she has answered."""
        return str(self.answer.get("mark", "")) if self.answered else ""


@dataclass(frozen=True)
class Week:
    """Where the drill stands, as `rusta drill --json` tells it."""

    name: str = ""
    open: bool = False
    cards: int = 0
    new: int = 0
    due: int = 0
    waiting: int = 0
    streak: int = 0
    weak: tuple[tuple[str, float, int], ...] = ()
    forecast: tuple[tuple[str, int], ...] = ()


def parse_card(fields: Mapping[str, Any]) -> Card:
    """Reads one line of `rusta drill show --json`; raises `ValueError` when it is something else."""
    try:
        answer = fields["answer"] or {}
        return Card(
            id=str(fields["id"]),
            kind=str(fields["kind"]),
            topic=str(fields["topic"]),
            code=str(fields["code"]),
            origin=str(fields["origin"]),
            page=str(fields["page"]),
            prompt=str(fields["prompt"]),
            source=str(fields["source"]),
            key=str(fields["key"]),
            mended=str(fields["mended"]),
            gone=str(fields["gone"]),
            citations=tuple(map(str, fields["citations"])),
            answered=bool(fields["answered"]),
            given=tuple((str(marker), int(rating)) for marker, rating in fields["given"]),
            due=fields["due"],
            answer=dict(answer),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a card: {error}") from error


def parse_week(fields: Mapping[str, Any]) -> Week:
    """Reads what `rusta drill --json` prints; raises `ValueError` when it is something else."""
    try:
        session = fields["session"] or {}
        return Week(
            name=str(session.get("id", "")),
            open=bool(session) and session["ended"] is None,
            cards=int(fields["cards"]),
            new=int(fields["new"]),
            due=int(fields["due"]),
            waiting=int(fields["waiting"]),
            streak=int(fields["streak"]),
            weak=tuple((str(weak["name"]), float(weak["share"]), int(weak["seen"])) for weak in fields["weak"]),
            forecast=tuple((str(day), int(count)) for day, count in fields["forecast"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a week: {error}") from error


def graded(given: Given, value: int) -> Given:
    """The ratings of a card after the mentor's grade."""
    return (*given, (MENTOR, value))


def ungraded(given: Given) -> Given:
    """The ratings of a card after the mentor's last grade was taken back."""
    places = [place for place, (marker, _) in enumerate(given) if marker == MENTOR]
    return (*given[: places[-1]], *given[places[-1] + 1 :]) if places else given


def next_waiting(ids: Sequence[str], here: str | None, waits: Callable[[str], bool]) -> str | None:
    """The next card that waits for a grade: below ``here``, then from the top; None when there is none but it."""
    place = ids.index(here) + 1 if here in ids else 0
    return next((id_ for id_ in (*ids[place:], *ids[:place]) if id_ != here and waits(id_)), None)


class Study:
    """The week's cards by id, in their order. ``changed`` is called after every change."""

    def __init__(self, queue: Queue, changed: Callable[[], object] = lambda: None) -> None:
        self.cards: dict[str, Card] = {}
        self.week = Week()
        self.read = False
        self.trouble = ""
        self._queue = queue
        self._changed = changed
        self._under_way: defaultdict[str, list[Callable[[Given], Given]]] = defaultdict(list)
        self._order: list[str] = []
        self._asked = 0
        self._ask_again = False

    def given(self, id_: str) -> Given:
        """The ratings of a card, what is under way included."""
        given = self.cards[id_].given if id_ in self.cards else ()
        for change in self._under_way.get(id_, ()):
            given = change(given)
        return given

    def waits(self, id_: str) -> bool:
        """Answered, and without any rating."""
        return id_ in self.cards and self.cards[id_].answered and not self.given(id_)

    @property
    def waiting(self) -> int:
        """How many cards of this drill wait for a grade."""
        return sum(map(self.waits, self.cards))

    @property
    def graded_last(self) -> str | None:
        """The card that was graded last and not ungraded since, in this sitting."""
        return self._order[-1] if self._order else None

    def grade(self, id_: str, value: int) -> None:
        """Grades a card: it shows at once, and is stored in its turn."""
        self._order.append(id_)
        self._do(id_, lambda given: graded(given, value), ("drill", "grade", "--json", id_, str(value)))

    def ungrade(self, id_: str) -> None:
        """Takes the last grade of a card back."""
        for place in reversed(range(len(self._order))):
            if self._order[place] == id_:
                del self._order[place]
                break
        self._do(id_, ungraded, ("drill", "ungrade", "--json", id_))

    def read_again(self) -> None:
        """Reads the week and its cards from the store; asked meanwhile, once more after that."""
        if self._asked:
            self._ask_again = True
            return
        self._asked = 2
        self._queue.query("drill", "--json", then=self._take_week)
        self._queue.query("drill", "show", "--json", then=self._take_cards)

    def _do(self, id_: str, change: Callable[[Given], Given], command: tuple[str, ...]) -> None:
        self._under_way[id_].append(change)
        self._changed()

        def settle() -> None:
            self._under_way[id_].remove(change)
            if not self._under_way[id_]:
                del self._under_way[id_]

        def done(reply: Reply) -> None:
            settle()
            card = self.cards.get(id_)
            if card is not None:
                told = next(iter(reply.records), {})
                fields = {**vars(card), "given": change(card.given), "due": told.get("due", card.due)}
                self.cards[id_] = Card(**fields)
            self._changed()

        def failed() -> None:
            settle()
            self._changed()
            self.read_again()  # it may have been stored, and the answer lost

        self._queue.put(*command, rollback=failed, done=done)

    def _take_week(self, reply: Reply) -> None:
        self._asked -= 1
        self.trouble = reply.trouble
        if not reply.trouble:
            try:
                self.week = parse_week(next(iter(reply.records), {}))
            except ValueError as error:
                self.trouble = str(error)
        self._changed()

    def _take_cards(self, reply: Reply) -> None:
        self._asked -= 1
        self.trouble = self.trouble or reply.trouble
        if not reply.trouble:
            try:
                self.cards = {card.id: card for card in map(parse_card, reply.records)}
            except ValueError as error:
                self.trouble = str(error)
        self.read = True
        self._changed()
        if self._ask_again:
            self._ask_again = False
            self.read_again()
