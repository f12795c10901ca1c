"""The week's drill, top to bottom: make the cards, deal, let her answer, let the compiler mark, keep it all."""

from __future__ import annotations

import asyncio
import fcntl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from curriculum.drills.answer import Answer
from curriculum.drills.canon import canon_cards
from curriculum.drills.card import Kind
from curriculum.drills.compiler import check
from curriculum.drills.deal import deal, reserve
from curriculum.drills.explaining import explain
from curriculum.drills.fixing import REPOSITORY, BrokenOffError, fix
from curriculum.drills.mistakes import find_mistake, mistake_cards
from curriculum.drills.prediction import TrackRecord, mark_prediction, predict
from curriculum.drills.question import CardGoneError, Question, ask
from curriculum.drills.schedule import Schedule, fold
from curriculum.drills.weakness import Weaknesses, weaknesses
from engine.brain.protocol import Brain
from engine.brain.registry import get_brain
from engine.errors import RustaError, ToolMissingError
from engine.evals.brains import install_brain
from engine.evals.scratch import copy_store
from engine.evals.slots import SlotProcess
from engine.home import home
from engine.loop.inbox import Inbox, StopRequestedError
from engine.rust.docs import Docs
from engine.rust.toolchain import Toolchain
from engine.store.connection import sqlite_path
from engine.store.drills import DrillAnswer, DrillCard, DrillSession
from engine.store.shelf import now
from engine.store.store import Store

# Raised when cards are made otherwise than before, so that those of an older Rusta are made anew.
_MAKE = 1

OnStep = Callable[["Step"], None]


@dataclass(frozen=True)
class Step:
    """What just happened: ``done`` of ``total`` cards are answered; ``card`` and ``answer`` are those of this step."""

    text: str
    done: int = 0
    total: int = 0
    card: DrillCard | None = None
    answer: Answer | None = None


@dataclass
class Week:
    """A drill under way. ``on_step`` hears everything that a watcher should."""

    store: Store
    toolchain: Toolchain
    docs: Docs
    inbox: Inbox
    on_step: OnStep
    brain_name: str = "search"
    _slot: SlotProcess = field(init=False)

    def __post_init__(self) -> None:
        self._slot = SlotProcess(0)

    async def run(self, size: int, seed: str | None, at: datetime | None = None) -> DrillSession:
        """Goes on with the open drill, or deals a new one of ``size`` cards, and lets her answer every card.

        ``seed`` None: the week itself, so that a week's deal is the same wherever it is dealt. A stop in the inbox
        leaves the rest for later. Raises `ToolMissingError` without the docs, `RustaError` when there is no card or no
        such brain, and when she is at her drill in another process.
        """
        with _alone():
            return await self._run(size, seed, at or datetime.now(UTC))

    async def _run(self, size: int, seed: str | None, at: datetime) -> DrillSession:
        session = open_session(self.store)
        brain = get_brain(install_brain(session.brain if session else self.brain_name), self.store)
        session = session or await self._begin(size, seed, at)
        try:
            await self.inbox.guard(self._answer_all(session, brain))
        except StopRequestedError:
            self.on_step(Step("stopped: the rest waits for the next start"))
        finally:
            await self._slot.close()
        return next(each for each in self.store.drill_sessions() if each.id == session.id)

    async def _begin(self, size: int, seed: str | None, at: datetime) -> DrillSession:
        await self.make_cards()
        week = f"{at:%G-W%V}"
        number = 1 + sum(each.week == week for each in self.store.drill_sessions())
        seed = seed if seed is not None else f"{week}.{number}"
        cards, schedule, weak = study(self.store)
        dealt = deal(cards, schedule, weak, at=at, size=size, seed=seed, waiting=ungraded(self.store, schedule))
        if not dealt:
            raise RustaError("there is no card to deal", fix="grade what waits: `rusta drill next`")
        session = DrillSession(f"{week}.{number}", now(), week, seed, self.brain_name, fingerprint(self.toolchain))
        self.store.open_drill(session, [card.id for card in dealt])
        return session

    async def make_cards(self) -> int:
        """Makes the cards of the installed docs, once a version of them, and of her mistakes; how many are new."""
        if self.docs.html_root is None:
            raise ToolMissingError(
                "the Rust docs are not installed, and the cards are made of them",
                fix="rustup component add rust-docs",
            )
        version = fingerprint(self.toolchain)
        cards: tuple[DrillCard, ...] = ()
        if self.store.drill_docs() != version:
            self.on_step(Step("reading the docs"))
            cards = await asyncio.to_thread(canon_cards, self.docs)
            self.store.deal_in(cards, version)
        return len(cards) + self.store.deal_in(mistake_cards(self.store, self.docs), version)

    async def _answer_all(self, session: DrillSession, brain: Brain) -> None:
        while True:
            places = self.store.drill_answers(session.id)
            open_places = [place for place in places if place.at is None]
            if not open_places:
                self.store.end_drill(session.id)
                return
            await self.inbox.until_resumed()
            place = open_places[0]
            card = self.store.drill_cards([place.card])[0]
            done = len(places) - len(open_places)
            self.on_step(Step(f"{card.kind} {card.code or card.topic}", done, len(places), card))
            began = time.perf_counter()
            answer = await self._answer(session, card, place, brain)
            if answer is None:
                self._replace(session, place, card)
                continue
            answer = answer.model_copy(update={"seconds": round(time.perf_counter() - began, 2)})
            with self.store.transaction():
                given = self.store.save_drill_answer(place.id, answer.model_dump(mode="json"))
                if answer.rating is not None:
                    self.store.add_drill_review(place.id, "compiler", answer.rating, at=given)
            self.on_step(Step(answer.text, done + 1, len(places), card, answer))

    async def _answer(self, session: DrillSession, card: DrillCard, place: DrillAnswer, brain: Brain) -> Answer | None:
        """Her answer, marked where the compiler can; None when the card cannot be asked, which is noted on it."""
        try:
            mistake = find_mistake(self.store, card.ref) if card.ref else None
            question = ask(card, self.docs, mistake.story if mistake else "")
        except CardGoneError as error:
            self.store.set_card_aside(card.id, str(error))
            return None
        match Kind(card.kind):
            case Kind.EXPLAIN:
                own = mistake.finding if mistake else None
                answer = await explain(question, brain, self.docs, self.toolchain, own)
                if answer is None:
                    self.store.set_card_aside(card.id, f"the example does not give {card.code} with this compiler")
                return answer
            case Kind.PREDICT:
                return await self._predict(card, question)
            case Kind.FIX:
                return await self._fix(card, question, place, session.brain)

    async def _predict(self, card: DrillCard, question: Question) -> Answer | None:
        answer = predict(card.id, question.source, TrackRecord.of(answered(self.store)))
        checked = await check(self.toolchain, question.source, card.edition)
        if checked.unfit:
            self.store.set_card_aside(card.id, checked.unfit)
            return None
        return mark_prediction(answer, checked)

    async def _fix(self, card: DrillCard, question: Question, place: DrillAnswer, brain: str) -> Answer | None:
        checked = await check(self.toolchain, question.source, card.edition)
        if checked.compiles or checked.unfit:
            self.store.set_card_aside(card.id, checked.unfit or "it compiles with this compiler: nothing to mend")
            return None
        with tempfile.TemporaryDirectory(prefix="rusta-drill-") as name:
            folder = Path(name)
            memory = self._memory(folder / "memory.db")
            try:
                repair = await fix(
                    question.source, card.edition, slot=self._slot, folder=folder, brain=brain,
                    memory=memory, toolchain=self.toolchain,
                )  # fmt: skip
            except BrokenOffError as error:
                self.store.set_card_aside(card.id, str(error))
                return None
        first = not any(each.card == card.id and each.at for each in self.store.drill_answers() if each.id != place.id)
        with self.store.transaction():
            if repair.devlog is not None:
                self.store.save_devlog(repair.devlog)
            # The same example teaches the judge once, however often it comes back.
            for outcome in repair.outcomes if first else ():
                self.store.record_outcome(replace(outcome, repository=REPOSITORY))
                if not outcome.green:
                    self.store.record_mistake(outcome.signature, outcome.move, session=outcome.session, at=outcome.at)
        return repair.answer

    def _memory(self, file: Path) -> Path:
        """What she knows when she mends: a copy of her store, or nothing where it is not a file."""
        own = sqlite_path(self.store.url)
        if own is not None:
            copy_store(own, file)
        else:
            Store.open(f"sqlite:///{file}").close()
        return file

    def _replace(self, session: DrillSession, place: DrillAnswer, card: DrillCard) -> None:
        """Puts a card of the same kind in the place of one that cannot be asked; without one the place is gone."""
        cards, schedule, weak = study(self.store)
        used = {each.card for each in self.store.drill_answers()}
        other = reserve(cards, schedule, weak, seed=session.seed, kind=card.kind, used=used)
        self.store.redeal_drill(place.id, other.id if other else None)


@contextmanager
def _alone() -> Iterator[None]:
    """Holds the drill: the lock is the kernel's, and ends with the process."""
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "drill.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RustaError(
                "she is at her drill in another process",
                fix="wait for it, or stop it; `rusta drill` shows how far it is",
            ) from None
        yield


def study(store: Store) -> tuple[list[DrillCard], Schedule, Weaknesses]:
    """Everything a deal depends on: the cards in play, where each stands, and what she is weak at."""
    cards = store.drill_cards()
    schedule = fold(store.drill_reviews(), store.drill_answers())
    return cards, schedule, weaknesses(cards, schedule, store.red_outcomes())


def open_session(store: Store) -> DrillSession | None:
    """The drill that has unanswered cards, if there is one."""
    return next((session for session in reversed(store.drill_sessions()) if session.ended is None), None)


def ungraded(store: Store, schedule: Schedule) -> frozenset[str]:
    """The cards whose last answer nobody has graded yet."""
    answers = (answer for answer in store.drill_answers() if answer.at is not None)
    return frozenset(answer.card for answer in answers if answer.id not in schedule.given)


def answered(store: Store) -> list[tuple[str, Answer]]:
    """Every answer she has given, oldest first, by card."""
    given = sorted((place for place in store.drill_answers() if place.at), key=lambda place: (place.at or "", place.id))
    return [(place.card, Answer.model_validate(place.body)) for place in given]


def fingerprint(toolchain: Toolchain) -> str:
    """What the cards of the canon are made from: the version of the docs, and how cards are made."""
    return f"{toolchain.version} · {_MAKE}"
