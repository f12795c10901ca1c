"""The drill's book: the cards, the weeks' sessions with her answers, and a review log that nothing is taken out of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.errors import StoreError
from engine.store.shelf import Shelf, now

Marker = Literal["compiler", "mentor"]

_CARD = "id, kind, topic, code, page, block, digest, origin, ref, edition"
_ANSWER = "id, session, place, card, at, body"
_REVIEW = "id, answer, card, marker, rating, at, revokes"


@dataclass(frozen=True)
class DrillCard:
    """A card as it is kept: where its text stands, never the text.

    ``id`` is a hash of what the card asks, ``digest`` one of the text it was made from. ``page`` is a page of the
    installed docs, ``block`` which example on it. ``origin`` is "canon" or "mistake"; ``ref`` names her mistake.
    """

    id: str
    kind: str
    topic: str
    code: str
    page: str
    block: int | None
    digest: str
    origin: str = "canon"
    ref: str = ""
    edition: str = ""


@dataclass(frozen=True)
class DrillSession:
    """One week's drill: ``seed`` is what its cards were drawn with, ``ended`` None while cards are unanswered."""

    id: str
    at: str
    week: str
    seed: str
    brain: str
    docs: str
    ended: str | None = None


@dataclass(frozen=True)
class DrillAnswer:
    """One place of a session. ``at`` is None until she has answered; ``body`` is what she answered, as JSON fields."""

    id: str
    session: str
    place: int
    card: str
    at: str | None = None
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DrillReview:
    """One line of the review log: a rating of 1 to 4 of an answer, or (``revokes``) the taking back of one."""

    id: int
    answer: str
    card: str
    marker: Marker
    rating: int
    at: str
    revokes: int | None = None


class Drills(Shelf):
    """Keeps the weekly drill."""

    def deal_in(self, cards: Iterable[DrillCard], docs: str) -> int:
        """Keeps the cards of one version of the docs and sets those of another aside; returns how many are new.

        Cards from her mistakes belong to no version. What was found unfit for a card stays set aside.
        """
        fresh = 0
        with self._db.transaction():
            self._db.write(
                "UPDATE drill_cards SET aside = 'not in the installed docs' WHERE origin = 'canon' AND docs <> :docs "
                "AND aside = ''",
                docs=docs,
            )
            for card in cards:
                known = self._db.write(
                    "UPDATE drill_cards SET docs = :docs, topic = :topic, code = :code, page = :page, block = :block, "
                    "aside = CASE WHEN aside = 'not in the installed docs' THEN '' ELSE aside END "
                    "WHERE id = :id",
                    docs=docs,
                    **{name: getattr(card, name) for name in ("id", "topic", "code", "page", "block")},
                )
                if known == 0:
                    fresh += 1
                    self._db.write(
                        f"INSERT INTO drill_cards ({_CARD}, docs, aside, at) VALUES (:id, :kind, :topic, :code, :page, "
                        ":block, :digest, :origin, :ref, :edition, :docs, '', :at)",
                        **vars(card),
                        docs=docs,
                        at=now(),
                    )
        return fresh

    def drill_docs(self) -> str:
        """The version of the docs that the canon's cards were made from; "" when there are none yet."""
        rows = self._db.read(
            "SELECT docs FROM drill_cards WHERE origin = 'canon' AND aside <> 'not in the installed docs' LIMIT 1"
        )
        return str(rows[0][0]) if rows else ""

    def drill_cards(self, ids: Sequence[str] | None = None) -> list[DrillCard]:
        """The cards that may be dealt, by id; or those named, set aside or not."""
        if ids is None:
            rows = self._db.read(f"SELECT {_CARD} FROM drill_cards WHERE aside = '' ORDER BY id")
            return [DrillCard(*row) for row in rows]
        found = (self._db.read(f"SELECT {_CARD} FROM drill_cards WHERE id = :id", id=id_) for id_ in ids)
        return [DrillCard(*rows[0]) for rows in found if rows]

    def drill_card(self, start: str) -> DrillCard:
        """The card whose id begins so; `StoreError` when there is none, or more than one."""
        rows = self._db.read(
            f"SELECT {_CARD} FROM drill_cards WHERE substr(id, 1, {len(start)}) = :start ORDER BY id LIMIT 2",
            start=start,
        )
        if len(rows) != 1 or not start:
            said = "more than one card begins" if rows and start else "there is no card that begins"
            raise StoreError(f"{said} with `{start}`", fix="`rusta drill show` names the cards of the week")
        return DrillCard(*rows[0])

    def set_card_aside(self, card: str, reason: str) -> None:
        """Never deals a card again, because it cannot be asked: ``reason`` says why."""
        self._db.write("UPDATE drill_cards SET aside = :reason WHERE id = :id", id=card, reason=reason)

    def open_drill(self, session: DrillSession, cards: Sequence[str]) -> None:
        """Keeps a session and the cards it was dealt, in order."""
        with self._db.transaction():
            self._db.write(
                "INSERT INTO drill_sessions (id, at, week, seed, brain, docs) "
                "VALUES (:id, :at, :week, :seed, :brain, :docs)",
                **{name: getattr(session, name) for name in ("id", "at", "week", "seed", "brain", "docs")},
            )
            for place, card in enumerate(cards, 1):
                self._db.write(
                    "INSERT INTO drill_answers (id, session, place, card, body) "
                    "VALUES (:id, :session, :place, :card, '{}')",
                    id=f"{session.id}.{place:02}",
                    session=session.id,
                    place=place,
                    card=card,
                )

    def drill_sessions(self) -> list[DrillSession]:
        """Every session, the first one first."""
        rows = self._db.read("SELECT id, at, week, seed, brain, docs, ended FROM drill_sessions ORDER BY at, id")
        return [DrillSession(*row) for row in rows]

    def end_drill(self, session: str) -> None:
        """Notes that every card of a session is answered."""
        self._db.write("UPDATE drill_sessions SET ended = :at WHERE id = :id AND ended IS NULL", id=session, at=now())

    def drill_answers(self, session: str | None = None) -> list[DrillAnswer]:
        """The places of a session in order, or all there are."""
        wanted = "" if session is None else "WHERE session = :session "
        rows = self._db.read(
            f"SELECT {_ANSWER} FROM drill_answers {wanted}ORDER BY session, place",
            **({} if session is None else {"session": session}),
        )
        return [DrillAnswer(id_, of, place, card, at, json.loads(body)) for id_, of, place, card, at, body in rows]

    def save_drill_answer(self, answer: str, body: dict[str, Any], *, at: str | None = None) -> str:
        """Keeps what she answered; returns the time it counts from. An answer is given once: `StoreError`."""
        at = at or now()
        written = self._db.write(
            "UPDATE drill_answers SET at = :at, body = :body WHERE id = :id AND at IS NULL",
            id=answer,
            at=at,
            body=json.dumps(body, ensure_ascii=False),
        )
        if written != 1:
            raise StoreError(f"{answer} has been answered already", fix="`rusta drill` shows where the week stands")
        return at

    def redeal_drill(self, answer: str, card: str | None) -> None:
        """Puts another card in a place that is not answered yet, or takes the place away."""
        if card is None:
            self._db.write("DELETE FROM drill_answers WHERE id = :id AND at IS NULL", id=answer)
        else:
            self._db.write("UPDATE drill_answers SET card = :card WHERE id = :id AND at IS NULL", id=answer, card=card)

    def drill_reviews(self) -> list[DrillReview]:
        """The whole review log, as it was written."""
        return [DrillReview(*row) for row in self._db.read(f"SELECT {_REVIEW} FROM drill_reviews ORDER BY id")]

    def add_drill_review(self, answer: str, marker: Marker, rating: int, *, at: str | None = None) -> DrillReview:
        """Writes a rating, 1 (again) to 4 (easy), into the log. `StoreError` for another value, or before an answer."""
        if rating not in (1, 2, 3, 4):
            raise StoreError(f"a grade is 1 to 4, not {rating}")
        return self._log(answer, marker, rating, at or now(), None)

    def revoke_drill_review(self, review: DrillReview, *, at: str | None = None) -> DrillReview:
        """Writes into the log that a rating is taken back."""
        return self._log(review.answer, review.marker, review.rating, at or now(), review.id)

    def _log(self, answer: str, marker: Marker, rating: int, at: str, revokes: int | None) -> DrillReview:
        with self._db.transaction():
            rows = self._db.read("SELECT card FROM drill_answers WHERE id = :id AND at IS NOT NULL", id=answer)
            if not rows:
                raise StoreError(f"there is no answer {answer} to grade", fix="she answers with `rusta drill start`")
            line = {
                "answer": answer,
                "card": rows[0][0],
                "marker": marker,
                "rating": rating,
                "at": at,
                "revokes": revokes,
            }
            self._db.write(
                "INSERT INTO drill_reviews (answer, card, marker, rating, at, revokes) "
                "VALUES (:answer, :card, :marker, :rating, :at, :revokes)",
                **line,
            )
            number = self._db.read("SELECT MAX(id) FROM drill_reviews")[0][0]
        return DrillReview(id=number, **line)

    def red_outcomes(self) -> list[tuple[str, str, int]]:
        """Which moves went wrong on which codes, and how often: code, move, times, the most frequent first."""
        rows = self._db.read(
            "SELECT code, move, COUNT(*) AS times FROM outcomes WHERE NOT green AND code IS NOT NULL AND code <> '' "
            "GROUP BY code, move ORDER BY times DESC, code, move"
        )
        return [(code, move, int(times)) for code, move, times in rows]

    def all_mistakes(self) -> list[tuple[str, str, int]]:
        """What the memory of mistakes holds: signature, move, times, the most frequent first."""
        rows = self._db.read("SELECT signature, move, count FROM mistakes ORDER BY count DESC, signature, move")
        return [(signature, move, int(times)) for signature, move, times in rows]

    def grade_drilled_devlog(self, devlog: str, rating: int, at: str) -> None:
        """Grades the DevLog of a repair drill on "correctness", which weighs what the judge learns of it."""
        self._db.write(
            "INSERT INTO grades (devlog, axis, value, at) VALUES (:devlog, 'correctness', :value, :at)",
            devlog=devlog,
            value=rating,
            at=at,
        )

    def ungrade_drilled_devlog(self, devlog: str, rating: int, at: str) -> None:
        """Takes back exactly that grade, whatever else was given to the DevLog since."""
        self._db.write(
            "DELETE FROM grades WHERE devlog = :devlog AND axis = 'correctness' AND value = :value AND at = :at",
            devlog=devlog,
            value=rating,
            at=at,
        )
