"""The tables, as SQLModel classes: the one description that migrations and searches are held to.

Times are text (UTC, ISO 8601, final Z), so that both databases sort them alike and records keep them verbatim.
Import this module lazily: SQLModel takes longer to load than a quick session spends on itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from sqlalchemy import Column, Float, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import registry
from sqlalchemy.schema import SchemaItem
from sqlmodel import Field, SQLModel

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Table(SQLModel, registry=registry(metadata=METADATA)):
    """The base of Rusta's tables, with metadata of its own so that no other library's tables mix in."""


class SessionTable(Table, table=True):
    """One row a session: what it was started on, and how it ended."""

    __tablename__: ClassVar[str] = "sessions"

    id: str = Field(primary_key=True)
    repository: str = Field(index=True)
    path: str
    at: str = Field(index=True)
    brain: str
    outcome: str | None = None
    ended: str | None = None
    summary: str | None = Field(default=None, sa_column=Column(Text))
    branch: str | None = None
    commit_sha: str | None = None


class EventTable(Table, table=True):
    """One row an event; ``body`` is the event as JSON. The key is what makes a second writer of a number fail."""

    __tablename__: ClassVar[str] = "events"

    session: str = Field(primary_key=True, foreign_key="sessions.id")
    seq: int = Field(primary_key=True)
    at: str
    kind: str
    body: str = Field(sa_column=Column(Text, nullable=False))


class DevLogTable(Table, table=True):
    """One row a DevLog; ``body`` is the record as JSON, ``search`` its words, case-folded. A list shows the rest.

    ``session`` is no foreign key: a DevLog may come from a file, without the session it tells of.
    """

    __tablename__: ClassVar[str] = "devlogs"
    # All that a list shows, so that it is read without the bodies. PostgreSQL keeps those aside by itself, and its
    # indexes take no long summary.
    __table_args__ = (
        Index(
            "ix_devlogs_listed",
            *("at", "id", "session", "repository", "brain", "outcome", "summary", "seconds"),
            info={"only": "sqlite"},
        ).ddl_if(dialect="sqlite"),
    )

    id: str = Field(primary_key=True)
    session: str = Field(index=True)
    at: str = Field(index=True)
    repository: str
    brain: str
    outcome: str
    search: str = Field(sa_column=Column(Text, nullable=False))
    summary: str = Field(default="", sa_column=Column(Text, nullable=False, server_default=""))
    seconds: float = Field(default=0.0, sa_column=Column(Float, nullable=False, server_default="0"))
    body: str = Field(sa_column=Column(Text, nullable=False))


class DevLogTagTable(Table, table=True):
    """The tags of a DevLog, one a row: `error/E0502`, `move/clone-before-borrow`."""

    __tablename__: ClassVar[str] = "devlog_tags"

    devlog: str = Field(primary_key=True, foreign_key="devlogs.id")
    tag: str = Field(primary_key=True, index=True)


class GradeTable(Table, table=True):
    """Every grade ever given; the newest on an axis counts, so that taking it back shows the one before."""

    __tablename__: ClassVar[str] = "grades"

    id: int | None = Field(default=None, primary_key=True)
    devlog: str = Field(foreign_key="devlogs.id", index=True)
    axis: str
    value: int
    at: str


class CommentTable(Table, table=True):
    """What the mentor wrote beside a DevLog, in the order it was written."""

    __tablename__: ClassVar[str] = "comments"

    id: int | None = Field(default=None, primary_key=True)
    devlog: str = Field(foreign_key="devlogs.id", index=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: str


class MarkTable(Table, table=True):
    """What the mentor set a DevLog apart as: golden, training-worthy."""

    __tablename__: ClassVar[str] = "marks"

    devlog: str = Field(primary_key=True, foreign_key="devlogs.id")
    mark: str = Field(primary_key=True, index=True)
    at: str


class MoveTable(Table, table=True):
    """The moves she has been taught or has learnt."""

    __tablename__: ClassVar[str] = "moves"

    name: str = Field(primary_key=True)
    family: str
    source: str
    at: str
    revoked: bool = False
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))


class MistakeTable(Table, table=True):
    """Moves that went wrong, by the signature of the error they went wrong on."""

    __tablename__: ClassVar[str] = "mistakes"

    signature: str = Field(primary_key=True)
    move: str = Field(primary_key=True)
    session: str
    at: str
    count: int


class OutcomeTable(Table, table=True):
    """What became of every candidate that was tried: the judge's memory."""

    __tablename__: ClassVar[str] = "outcomes"
    # The index covers the judge's question, so that counting never reads the rows themselves.
    __table_args__ = (Index("ix_outcomes_by_kind", "repository", "code", "move", "applicability", "shape", "green"),)

    id: int | None = Field(default=None, primary_key=True)
    session: str = Field(index=True)
    at: str
    repository: str
    code: str | None = Field(default=None, sa_column=Column(String))
    move: str
    applicability: str | None = None
    shape: str
    signature: str
    predicted: float
    green: bool


class ExperienceTable(Table, table=True):
    """What became of every candidate, with the signature of its situation and the template of its edit."""

    __tablename__: ClassVar[str] = "experiences"
    __table_args__ = (
        Index(None, "session", "candidate"),
        # Covers the question how ideas ended, so that the rows with their templates are not read.
        Index(None, "signature", "idea", "repository", "context", "verdict", "session"),
        # The newest examples come straight from these, without sorting.
        Index(None, "signature", "repository", "verdict"),
        Index(None, "signature", "verdict"),
        Index(None, "code", "repository", "verdict"),
        Index(None, "code", "verdict"),
        Index(None, "repository", "verdict", "deed"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session: str
    at: str
    repository: str
    code: str
    message: str
    types: str
    item: str
    place: str
    context: str = ""
    signature: str
    idea: str
    deed: str = ""
    verdict: str
    move: str
    intent: str = Field(sa_column=Column(Text, nullable=False))
    candidate: str
    template: str = Field(default="", sa_column=Column(Text, nullable=False))
    ground: str = Field(default="", sa_column=Column(Text, nullable=False))


class MinedMoveTable(Table, table=True):
    """The moves that were generalised from experiences; whether one is revoked stands in ``moves``."""

    __tablename__: ClassVar[str] = "mined_moves"

    name: str = Field(primary_key=True)
    code: str = Field(index=True)
    at: str
    intent: str = Field(sa_column=Column(Text, nullable=False))
    prior: float
    template: str = Field(sa_column=Column(Text, nullable=False))
    sessions: str = Field(sa_column=Column(Text, nullable=False))
    evidence: str = Field(sa_column=Column(Text, nullable=False))


class DrillCardTable(Table, table=True):
    """The cards of the weekly drill: where their text stands in the docs. ``aside``: why one is not dealt any more."""

    __tablename__: ClassVar[str] = "drill_cards"

    id: str = Field(primary_key=True)
    kind: str
    topic: str
    code: str
    page: str
    block: int | None = None
    digest: str
    origin: str
    ref: str
    edition: str
    docs: str
    aside: str = Field(default="", sa_column=Column(Text, nullable=False))
    at: str


class DrillSessionTable(Table, table=True):
    """One row a drill: the week it is of, and the seed its cards were drawn with."""

    __tablename__: ClassVar[str] = "drill_sessions"

    id: str = Field(primary_key=True)
    at: str
    week: str
    seed: str
    brain: str
    docs: str
    ended: str | None = None


class DrillAnswerTable(Table, table=True):
    """One row a place of a drill; ``body`` is what she answered, as JSON, ``at`` empty until she has."""

    __tablename__: ClassVar[str] = "drill_answers"

    id: str = Field(primary_key=True)
    session: str = Field(foreign_key="drill_sessions.id", index=True)
    place: int
    card: str = Field(foreign_key="drill_cards.id")
    at: str | None = None
    body: str = Field(sa_column=Column(Text, nullable=False))


class DrillReviewTable(Table, table=True):
    """The review log. Lines are only added: one that ``revokes`` another takes it back."""

    __tablename__: ClassVar[str] = "drill_reviews"

    id: int | None = Field(default=None, primary_key=True)
    answer: str = Field(foreign_key="drill_answers.id")
    card: str
    marker: str
    rating: int
    at: str
    revokes: int | None = Field(default=None, foreign_key="drill_reviews.id")


class GateResultTable(Table, table=True):
    """What an exam found of a brain. ``rise`` is against the run ``baseline``, on the same cases."""

    __tablename__: ClassVar[str] = "gate_results"

    id: int | None = Field(default=None, primary_key=True)
    stage: int
    at: str
    brain: str
    brain_hash: str
    run: str
    seal: str
    case_set: str
    metric: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int
    baseline: str | None = None
    rise: float | None = None
    rise_low: float | None = None


class GateOverrideTable(Table, table=True):
    """A gate that the mentor opened for a brain, and why."""

    __tablename__: ClassVar[str] = "gate_overrides"

    id: int | None = Field(default=None, primary_key=True)
    stage: int
    at: str
    brain: str
    brain_hash: str
    reason: str = Field(sa_column=Column(Text, nullable=False))


class VoiceVoteTable(Table, table=True):
    """Which of two tellings was liked better, blind."""

    __tablename__: ClassVar[str] = "voice_votes"

    id: int | None = Field(default=None, primary_key=True)
    at: str
    subject: str
    first: str
    second: str
    first_run: str
    second_run: str
    choice: str


class BrainStateTable(Table, table=True):
    """A state to go back to; ``memory`` is what she remembered, as JSON, by table."""

    __tablename__: ClassVar[str] = "brain_states"

    id: int | None = Field(default=None, primary_key=True)
    at: str
    brain: str
    brain_hash: str
    weights: str | None = None
    run: str
    case_set: str
    memory: str = Field(sa_column=Column(Text, nullable=False))


class DriftAlarmTable(Table, table=True):
    """An alarm; ``flipped`` are the cases she mends no more, as JSON. It stands until it is ``cleared``."""

    __tablename__: ClassVar[str] = "drift_alarms"

    id: int | None = Field(default=None, primary_key=True)
    at: str
    brain: str
    brain_hash: str
    baseline: str
    run: str
    fall: float
    low: float
    high: float
    n: int
    flipped: str = Field(sa_column=Column(Text, nullable=False))
    restored: int | None = Field(default=None, foreign_key="brain_states.id")
    cleared: str | None = None
    reason: str = Field(sa_column=Column(Text, nullable=False))


class GoldenEditionTable(Table, table=True):
    """The golden cases of a month; ``cases`` are ids, digests and whether they were pinned, as JSON."""

    __tablename__: ClassVar[str] = "golden_editions"

    month: str = Field(primary_key=True)
    at: str
    cases: str = Field(sa_column=Column(Text, nullable=False))


class GoldenExamTable(Table, table=True):
    """One time that an edition was taken."""

    __tablename__: ClassVar[str] = "golden_exams"

    id: int | None = Field(default=None, primary_key=True)
    month: str = Field(foreign_key="golden_editions.month")
    run: str = Field(unique=True)
    at: str
    brain: str
    weights: str | None = None
    ended: str | None = None


class GoldenAttemptTable(Table, table=True):
    """Her attempt at a golden; ``body`` is the score in parts and both patches, as JSON."""

    __tablename__: ClassVar[str] = "golden_attempts"
    __table_args__: ClassVar[tuple[UniqueConstraint]] = (UniqueConstraint("run", "golden"),)

    id: int | None = Field(default=None, primary_key=True)
    run: str = Field(foreign_key="golden_exams.run")
    golden: str
    status: str
    total: float | None = None
    body: str = Field(sa_column=Column(Text, nullable=False))


class GoldenRulingTable(Table, table=True):
    """What the mentor ruled of a golden. Lines are only added."""

    __tablename__: ClassVar[str] = "golden_rulings"

    id: int | None = Field(default=None, primary_key=True)
    golden: str
    ruling: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: str


def concerns(dialect: str) -> Callable[[SchemaItem, str | None, str, bool, SchemaItem | None], bool]:
    """What Alembic asks before it compares something with a database of ``dialect``: does it belong there?

    Alembic does not know of `ddl_if`, so what is of one database alone names it as ``only`` in its ``info``.
    """

    def include(item: SchemaItem, name: str | None, kind: str, reflected: bool, beside: SchemaItem | None) -> bool:
        return bool(item.info.get("only", dialect) == dialect)

    return include
