"""Mining: edits that recur become moves of their own, once they have mended what they were not made from.

Experiences of one kind of error are generalised one after the other, as long as they are the same edit. What at least
three sessions have in common is a move to be; it becomes a move when it mends held-out cases: each of its own sessions
by the template of the others (leave one out), the other experiences with that code, and cases that the compiler judges.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.brain.memory.anchor import Read
from engine.brain.memory.change import tokens_of
from engine.brain.memory.generalise import generalise, generalise_all
from engine.brain.memory.ground import Ground
from engine.brain.memory.signature import Situation
from engine.brain.memory.template import Template, fill
from engine.errors import PatchError
from engine.schema.base import VersionedRecord
from engine.schema.diagnostic import Diagnostic
from engine.schema.edits import apply_edits
from engine.schema.patch import Edit
from engine.store.experience import Experience, MinedMove

SESSIONS = 3
"""From how many sessions a move is generalised at least."""
_MENDED = 3
_PRECISE = 0.6
_HIGHEST_PRIOR = 0.9


class Generalised(VersionedRecord):
    """A mined template, and the situations it is for; "" as ``types`` stands for any."""

    template: Template
    message: str
    types: str

    def is_for(self, situation: Situation) -> bool:
        """Whether a situation, of the move's code, is one that it was mined from."""
        return self.message == situation.message and self.types in ("", situation.types)


@dataclass(frozen=True)
class Evidence:
    """What held-out cases said: ``fits`` is on how many of them the template had something to propose, ``mended`` how
    many of these it mended, ``compiled`` how many of ``fits`` a compiler judged."""

    fits: int = 0
    mended: int = 0
    compiled: int = 0

    @property
    def holds(self) -> bool:
        """Whether it is enough for a move: three mended, and three in five of those that it fits."""
        return self.mended >= _MENDED and self.mended >= _PRECISE * self.fits

    @property
    def prior(self) -> float:
        """P(green) of its proposals, by Laplace's rule of succession."""
        return min((self.mended + 1) / (self.fits + 2), _HIGHEST_PRIOR)

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(self.fits + other.fits, self.mended + other.mended, self.compiled + other.compiled)


@dataclass
class Vein:
    """Experiences that are the same edit, and the template that they have in common."""

    code: str
    general: Generalised
    members: list[Experience] = field(default_factory=list)

    @property
    def sessions(self) -> tuple[str, ...]:
        """The sessions it is generalised from, oldest first."""
        return tuple(dict.fromkeys(member.session for member in self.members))

    @property
    def name(self) -> str:
        """The name of the move, the same for the same template."""
        digest = hashlib.sha256(self.general.model_dump_json().encode()).hexdigest()[:6]
        return f"mined-{(self.code or 'syntax').lower().replace('::', '-')}-{digest}"


def veins(experiences: Sequence[Experience]) -> list[Vein]:
    """What recurs in at least three sessions and at two places: first within one kind of types, then across them.

    ``experiences`` are green and have a ground (`Experiences.experiences`, grounded).
    """
    found: list[Vein] = []
    taken: set[int] = set()
    for across in (False, True):
        left = [each for each in experiences if id(each) not in taken]
        for vein in _cluster(left, across):
            places = {(member.repository, member.place) for member in vein.members}
            if len(vein.sessions) >= SESSIONS and len(places) > 1:
                found.append(vein)
                taken |= {id(member) for member in vein.members}
    return found


def held_out(vein: Vein, experiences: Iterable[Experience]) -> Evidence:
    """What a vein's template does for experiences that it was not made from, its own left out one by one.

    An experience is mended when the template makes the very change that was green then.
    """
    total = Evidence()
    for session in vein.sessions:
        others = [member for member in vein.members if member.session != session]
        template = generalise_all([Template.read(member.template) for member in others])
        for member in vein.members:
            if member.session == session and template is not None:
                total += _on(replace_template(vein.general, template), member)
    members = {id(member) for member in vein.members}
    for experience in experiences:
        if experience.code == vein.code and id(experience) not in members:
            total += _on(vein.general, experience)
    return total


def move_of(vein: Vein, evidence: Evidence, at: str) -> MinedMove:
    """The move that a vein becomes."""
    return MinedMove(
        name=vein.name,
        code=vein.code,
        at=at,
        intent=vein.members[-1].intent,
        prior=round(evidence.prior, 3),
        template=vein.general.model_dump_json(),
        sessions=vein.sessions,
        evidence={"fits": evidence.fits, "mended": evidence.mended, "compiled": evidence.compiled},
    )


def proposes(general: Generalised, diagnostic: Diagnostic, situation: Situation, read: Read) -> tuple[Edit, ...]:
    """The edits of a mined template at a place; none where it is not for the situation or does not fit."""
    if not general.is_for(situation):
        return ()
    filled = fill(general.template, diagnostic, read)
    return filled.edits if filled is not None else ()


def replace_template(general: Generalised, template: Template) -> Generalised:
    """The same situations with another template."""
    return general.model_copy(update={"template": template})


def _cluster(experiences: Sequence[Experience], across: bool) -> Iterator[Vein]:
    kinds: dict[tuple[str, str, str], list[Vein]] = {}
    for experience in experiences:
        types = "" if across else experience.types
        known = kinds.setdefault((experience.code, experience.message, types), [])
        template = Template.read(experience.template)
        for vein in known:
            both = generalise(vein.general.template, template)
            if both is not None:
                vein.general = replace_template(vein.general, both)
                vein.members.append(experience)
                break
        else:
            general = Generalised(template=template, message=experience.message, types=types)
            known.append(Vein(experience.code, general, [experience]))
    for known in kinds.values():
        yield from known


def _on(general: Generalised, experience: Experience) -> Evidence:
    ground = Ground.read(experience.ground)
    situation = Situation(
        experience.code,
        experience.message,
        experience.types,
        experience.item,
        experience.place,
        "",
        experience.repository,
    )
    edits = proposes(general, ground.diagnostic, situation, ground.source)
    if not edits:
        return Evidence()
    return Evidence(fits=1, mended=int(_result(ground, edits) == _result(ground, ground.edits)))


def _result(ground: Ground, edits: Sequence[Edit]) -> dict[str, list[str]]:
    """The tokens of the files after edits; nothing where they do not fit."""
    try:
        return {
            path: [
                token.text
                for token in tokens_of(
                    apply_edits(ground.source(path) or b"", [edit for edit in edits if edit.path == path])
                )
            ]
            for path in ground.files
        }
    except PatchError:
        return {}
