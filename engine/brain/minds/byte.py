"""The byte brain: the default brain with Rusta's own byte-level model at its side.

The model reads what each candidate makes of the code and moves its confidence, writes edits of its own into the place
that the compiler points at, and says which probe comes next where several can. All that passes the same probes, guard
and tests; where the model is slow, silent or talks nonsense, the default brain's candidates are all there is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from engine.brain.memory.recall import Recollection
from engine.brain.minds.byte_fill import Filling, Hole, fillings, hole_of
from engine.brain.minds.byte_judged import judged
from engine.brain.minds.byte_model import ByteMachine, Going
from engine.brain.minds.byte_order import Opinion, reordered
from engine.brain.minds.byte_reading import naturalness
from engine.brain.minds.byte_windows import Window, windows
from engine.brain.minds.mind import MindError
from engine.brain.minds.settings import ByteSettings
from engine.brain.moves.move import Fix, Site
from engine.brain.protocol import Candidate, Context, Meter
from engine.brain.search import Proposal, SearchBrain
from engine.model.configuration import ACTIONS
from engine.model.prompts import finding_of, lines_of, probe_note, state_prompt
from engine.schema.diagnostic import Diagnostic, Tool
from engine.store.outcomes import OutcomeCount, OutcomeRecord
from engine.store.store import Store

if TYPE_CHECKING:
    from engine.model.transformer import ByteModel

PRIOR = 0.3


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

    async def choose(
        self, diagnostic: Diagnostic, done: Sequence[tuple[str, str]], possible: Sequence[str]
    ) -> str | None:
        """The likeliest of the possible kinds by the Action head; None where it was never trained or is too slow."""
        machine = self._machine
        if not machine.trained.action:
            return None
        notes = [probe_note(kind, verdict) for kind, verdict in done]
        state = state_prompt(finding_of(diagnostic), lines_of(diagnostic), notes, machine.room)
        try:
            shares = await machine.ask(lambda model, going: self._likely(model, state, going), self._settings.seconds)
        except MindError as error:
            self._remark(error)
            return None
        return max(possible, key=lambda kind: shares.get(kind, 0.0)) if shares else None

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
        machine = self._machine
        if not self._settings.proposals or machine.name in self._revoked:
            return ()
        hole = hole_of(context, machine.room, told=machine.trained.repair)
        if hole is None:
            return ()
        try:
            written = await machine.ask(
                lambda model, going: self._write(model, hole, going), self._settings.seconds / 2
            )
        except MindError as error:
            self._remark(error)
            return ()
        return tuple(fillings(hole, written, context.read))

    async def _opinion(self, context: Context, found: tuple[Candidate, ...], seconds: float) -> Opinion:
        if not self._settings.weight or len(found) < 2:
            return Opinion()
        machine = self._machine
        shown = windows(found, context.read, machine.room - 1)
        asked = judged(found, context, machine.room) if machine.trained.confidence else {}
        try:
            return await machine.ask(lambda model, going: self._read(model, shown, asked, going), seconds)
        except MindError as error:
            self._remark(error)
            return Opinion()

    def _write(self, model: ByteModel, hole: Hole, going: Going) -> list[tuple[bytes, float]]:
        from engine.model.generation import beam

        found = beam(model, hole.prompt, hole.limit, self._settings.proposals, going)
        self._machine.read += len(hole.prompt)
        self._machine.written += sum(len(one.text) for one in found)
        return [(one.text, one.log_probability) for one in found]

    def _likely(self, model: ByteModel, state: list[int], going: Going) -> dict[str, float]:
        from engine.model.scoring import read_ends

        (end,) = read_ends(model, [state], going)
        self._machine.read += len(state) if end else 0
        return dict(zip(ACTIONS, end.actions, strict=True)) if end else {}

    def _read(self, model: ByteModel, shown: list[Window], asked: dict[str, list[int]], going: Going) -> Opinion:
        from engine.model.scoring import read_ends

        ends = read_ends(model, list(asked.values()), going)
        self._machine.read += sum(len(text) for text, end in zip(asked.values(), ends, strict=True) if end)
        known = self._machine.trained
        green = {key: end.green / known.temperature - known.usual for key, end in zip(asked, ends, strict=True) if end}
        gained, read = naturalness(model, shown, going)
        self._machine.read += read
        return Opinion(gained, green)

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
