"""Where the drill stands: what is due, what waits for a grade, how the weeks went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from curriculum.drills.answer import Answer
from curriculum.drills.card import Kind
from curriculum.drills.mistakes import find_mistake
from curriculum.drills.question import CardGoneError, ask
from curriculum.drills.schedule import Schedule, Standing
from curriculum.drills.weakness import Weakness
from curriculum.drills.week import open_session, study
from engine.rust.docs import Docs
from engine.store.drills import DrillAnswer, DrillCard, DrillReview, DrillSession
from engine.store.store import Store

_FORECAST_DAYS = 28
_WORST = 8


@dataclass(frozen=True)
class Place:
    """One card of a drill: what was answered, the ratings ``given`` of which the last counts, and where it stands."""

    place: DrillAnswer
    card: DrillCard
    answer: Answer | None
    given: tuple[DrillReview, ...]
    standing: Standing | None

    @property
    def rating(self) -> int | None:
        """The rating that counts."""
        return self.given[-1].rating if self.given else None

    @property
    def marker(self) -> str:
        """Who gave the rating that counts: "compiler", "mentor", or "" where there is none."""
        return self.given[-1].marker if self.given else ""

    @property
    def waits(self) -> bool:
        """Answered, and nobody has said how well."""
        return self.answer is not None and self.rating is None

    def facts(self) -> dict[str, Any]:
        """What a list shows of it."""
        answer, standing = self.answer, self.standing
        return {
            "id": self.card.id,
            "place": self.place.place,
            "kind": self.card.kind,
            "topic": self.card.topic,
            "code": self.card.code,
            "origin": self.card.origin,
            "page": self.card.page,
            "answered": answer is not None,
            "said": answer.said if answer else "",
            "truth": answer.truth if answer else "",
            "mark": answer.mark if answer else "",
            "confidence": answer.confidence if answer else None,
            "rating": self.rating,
            "marker": self.marker,
            "given": [[review.marker, review.rating] for review in self.given],
            "due": standing.due.isoformat().replace("+00:00", "Z") if standing else None,
            "stability": round(standing.stability, 2) if standing else None,
            "reviews": standing.reviews if standing else 0,
            "lapses": standing.lapses if standing else 0,
        }


@dataclass(frozen=True)
class Status:
    """The drill at a glance. ``streak`` counts weeks in a row with a finished drill, this one or the last included."""

    cards: int
    new: int
    due: int
    waiting: int
    streak: int
    session: DrillSession | None
    places: tuple[Place, ...]
    weak: tuple[Weakness, ...]
    forecast: tuple[tuple[date, int], ...]

    def facts(self) -> dict[str, Any]:
        """As JSON fields."""
        session = self.session
        return {
            "cards": self.cards,
            "new": self.new,
            "due": self.due,
            "waiting": self.waiting,
            "streak": self.streak,
            "session": vars(session) if session else None,
            "weak": [vars(weakness) for weakness in self.weak],
            "forecast": [[day.isoformat(), count] for day, count in self.forecast],
            "places": [place.facts() for place in self.places],
        }


def status(store: Store, at: datetime | None = None) -> Status:
    """Where the drill stands at a moment: the open drill's cards, or those of the last one."""
    at = at or datetime.now(UTC)
    cards, schedule, weak = study(store)
    sessions = store.drill_sessions()
    session = open_session(store) or (sessions[-1] if sessions else None)
    asked = {card.id for card in cards}
    every = tuple(places(store, schedule, session)) if session else ()
    answers = store.drill_answers()
    return Status(
        cards=len(cards),
        new=sum(card not in schedule.standings for card in asked),
        due=sum(card in asked for card in schedule.due(at)),
        waiting=sum(answer.at is not None and answer.id not in schedule.given for answer in answers),
        streak=streak(sessions, at.date()),
        session=session,
        places=every,
        weak=tuple(weak.worst(_WORST)),
        forecast=tuple(schedule.forecast(at, _FORECAST_DAYS)),
    )


def places(store: Store, schedule: Schedule, session: DrillSession | None) -> list[Place]:
    """The cards of a drill in their order; of None, of every drill."""
    answers = store.drill_answers(session.id if session else None)
    cards = {card.id: card for card in store.drill_cards([answer.card for answer in answers])}
    found = []
    for answer in answers:
        said = Answer.model_validate(answer.body) if answer.at is not None else None
        standing = schedule.standings.get(answer.card)
        found.append(Place(answer, cards[answer.card], said, schedule.given.get(answer.id, ()), standing))
    return found


def streak(sessions: list[DrillSession], today: date) -> int:
    """Weeks in a row with a finished drill. A week that is not over yet breaks none."""
    weeks = {session.week for session in sessions if session.ended is not None}
    count, day = 0, today
    if f"{day:%G-W%V}" not in weeks:
        day -= timedelta(weeks=1)
    while f"{day:%G-W%V}" in weeks:
        count += 1
        day -= timedelta(weeks=1)
    return count


def full(place: Place, store: Store, docs: Docs) -> dict[str, Any]:
    """A card with its text, her answer and the key; ``gone`` says why where the docs do not have it any more."""
    card = place.card
    answer = place.answer.model_dump(mode="json") if place.answer else None
    shown: dict[str, Any] = {**place.facts(), "edition": card.edition, "answer": answer, "gone": ""}
    mistake = find_mistake(store, card.ref) if card.ref else None
    try:
        question = ask(card, docs, mistake.story if mistake else "")
    except CardGoneError as error:
        text = {"prompt": "", "source": "", "key": "", "mended": "", "citations": [card.page], "gone": str(error)}
        return shown | text
    return shown | {
        "prompt": question.prompt,
        "source": question.shown,
        "key": question.key,
        "mended": question.mended if card.kind != Kind.EXPLAIN or card.page.startswith("error_codes/") else "",
        "citations": list(question.citations),
    }


def history(store: Store) -> list[dict[str, Any]]:
    """Every drill, newest first: how many cards, how the compiler marked them, how the mentor graded them.

    ``brier`` is the mean squared error of her confidence in the predictions that were marked (0 is perfect, always
    saying one half is 0.25).
    """
    _, schedule, _ = study(store)
    told = []
    for session in reversed(store.drill_sessions()):
        found = places(store, schedule, session)
        marked = [(place.card.kind, place.answer) for place in found if place.answer]
        guessed = [answer for kind, answer in marked if kind == Kind.PREDICT and answer.confidence is not None]
        ratings = [place.rating for place in found if place.rating is not None]
        miss = [((answer.confidence or 0.0) - (answer.mark == "right")) ** 2 for answer in guessed]
        told.append(
            {
                **vars(session),
                "cards": len(found),
                "answered": sum(place.answer is not None for place in found),
                "marks": {
                    kind: {
                        mark: sum(asked == kind and answer.mark == mark for asked, answer in marked)
                        for mark in ("right", "half", "wrong")
                    }
                    for kind in (Kind.PREDICT, Kind.FIX)
                },
                "graded": len(ratings),
                "mean_rating": round(sum(ratings) / len(ratings), 2) if ratings else None,
                "brier": round(sum(miss) / len(miss), 4) if miss else None,
            }
        )
    return told
