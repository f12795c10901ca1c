"""The byte brain: the default brain with Rusta's own byte-level model at its side.

The model reads what each candidate makes of the code and moves its confidence, and writes edits of its own into the
place that the compiler points at. All that passes the same probes, guard and tests; where the model is slow, silent or
talks nonsense, the default brain's candidates are all there is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from engine.brain.memory.recall import Recollection
from engine.brain.minds.byte_fill import Filling, Hole, fillings, hole_of
from engine.brain.minds.byte_model import ByteMachine, Going
from engine.brain.minds.byte_order import Opinion, reordered
from engine.brain.minds.byte_windows import Window, windows
from engine.brain.minds.mind import MindError
from engine.brain.minds.settings import ByteSettings
from engine.brain.moves.move import Fix, Site
from engine.brain.protocol import Candidate, Context, Meter
from engine.brain.search import Proposal, SearchBrain
from engine.schema.diagnostic import Tool
from engine.store.outcomes import OutcomeCount, OutcomeRecord
from engine.store.store import Store

if TYPE_CHECKING:
    from engine.model.transformer import ByteModel

PRIOR = 0.3
_MARKS = 5  # symbols of a prompt with a hole that are no text


class ByteBrain(SearchBrain):
    """The brain named "byte"."""

    name = "byte"

    def __init__(
        self,
        machine: ByteMachine,
        settings: ByteSettings,
        counts: Iterable[OutcomeCount] = (),
        revoked: Iterable[str] = (),
        keep: Callable[[OutcomeRecord], None] | None = None,
        memory: Recollection | None = None,
    ) -> None:
        super().__init__(counts, revoked, keep, memory)
        self._machine = machine
        self._settings = settings
        self._fillings: tuple[Filling, ...] = ()
        self._remarks: list[str] = []
        self._said: set[str] = set()

    async def think(self, context: Context) -> tuple[Candidate, ...]:
        """The default brain's candidates and the model's, in the order that the model's reading gives them.

        For a failing test the model is not asked: all candidates are built at once there, whatever their order.
        """
        self._fillings = ()
        if context.diagnostic.tool is Tool.TEST:
            return await super().think(context)
        began = time.monotonic()
        self._fillings = await self._filled(context)
        found = await super().think(context)
        left = self._settings.seconds - (time.monotonic() - began)
        opinion = await self._opinion(context, found, max(left, self._settings.seconds / 2))
        return reordered(found, opinion, self._settings.weight)

    def take_meters(self) -> tuple[Meter, ...]:
        """Seconds that the model took, and bytes that it read and wrote. Running totals."""
        machine = self._machine
        return (
            Meter("model seconds", round(machine.seconds, 6), "s"),
            Meter("bytes read", machine.read, "bytes"),
            Meter("bytes written", machine.written, "bytes"),
        )

    def take_remarks(self) -> tuple[str, ...]:
        """What there is to say of the model since the last call, each thing once a session."""
        remarks, self._remarks = (*super().take_remarks(), *self._remarks), []
        return remarks

    def _proposals(self, site: Site) -> Iterator[Proposal]:
        yield from super()._proposals(site)
        for filling in self._fillings:
            text = " ".join(filling.edits[0].after.split())
            fix = Fix(
                intent=f"Write `{text[:60]}` there." if text else "Leave out what stands there.",
                edits=filling.edits,
                weight=0.2 + 0.8 * filling.share,
            )
            # What it writes are different guesses at one truth, so they share one choice.
            yield Proposal(self._machine.name, self._machine.name, PRIOR * fix.weight, fix)

    async def _filled(self, context: Context) -> tuple[Filling, ...]:
        hole = hole_of(context, self._machine.room - _MARKS) if self._settings.proposals else None
        if hole is None or self._machine.name in self._revoked:
            return ()
        try:
            written = await self._machine.ask(
                lambda model, going: self._write(model, hole, going), self._settings.seconds / 2
            )
        except MindError as error:
            self._remark(error)
            return ()
        return tuple(fillings(hole, written, context.read))

    async def _opinion(self, context: Context, found: tuple[Candidate, ...], seconds: float) -> Opinion:
        if not self._settings.weight or len(found) < 2:
            return Opinion()
        room = self._machine.room - 1
        shown = windows(found, context.read, room)
        try:
            return await self._machine.ask(lambda model, going: self._read(model, shown, going), seconds)
        except MindError as error:
            self._remark(error)
            return Opinion()

    def _write(self, model: ByteModel, hole: Hole, going: Going) -> list[tuple[bytes, float]]:
        from engine.model.generation import beam
        from engine.model.generation import hole as prompt

        symbols = prompt(hole.before, hole.after)
        found = beam(model, symbols, hole.limit, self._settings.proposals, going)
        self._machine.read += len(symbols)
        self._machine.written += sum(len(one.text) for one in found)
        return [(one.text, one.log_probability) for one in found]

    def _read(self, model: ByteModel, shown: list[Window], going: Going) -> Opinion:
        from engine.model.configuration import BEGIN
        from engine.model.scoring import bits_after

        changes: dict[str, list[float]] = {}
        for window in shown:
            prefix = [*([BEGIN] if window.whole else ()), *window.before]
            texts = [window.stands, *window.texts.values()]
            bits = bits_after(model, prefix, texts, going)
            self._machine.read += len(prefix) + sum(len(text) for text in texts)
            rates = [None if cost is None else cost / max(1, len(text)) for cost, text in zip(bits, texts, strict=True)]
            stands = rates[0]
            for key, rate in zip(window.texts, rates[1:], strict=True):
                if rate is not None and stands is not None:
                    changes.setdefault(key, []).append(stands - rate)
        return Opinion(gained={key: sum(each) / len(each) for key, each in changes.items()})

    def _remark(self, error: MindError) -> None:
        if str(error) not in self._said:
            self._said.add(str(error))
            self._remarks.append(str(error))


def beside(settings: ByteSettings, store: Store) -> ByteBrain:
    """The brain with the model of the settings, and what the store remembers. Raises `MindError` for a wrong one."""
    machine = ByteMachine(settings)
    revoked = frozenset(move.name for move in store.moves(revoked=True))
    counts, memory = store.outcome_counts(), Recollection(store, revoked)
    return ByteBrain(machine, settings, counts, revoked, keep=store.record_outcome, memory=memory)
