"""Commit: an approved, green series lands where the policy says. The intent is on record before a ref moves."""

from __future__ import annotations

import re

from engine.loop.work import Work
from engine.sandbox.landing import Landing, carry_out, commit_objects, landed_state, plan
from engine.schema.event import CommitEvent, LoopState, PatchEvent

_SLUG = re.compile(r"[^a-z0-9]+")
_SUBJECT = 72
_FACTS = {"ref", "old", "new", "commits", "landed", "note"}


async def commit(work: Work, series: list[PatchEvent]) -> None:
    """Makes one commit a patch and moves the ref. `LandingError` when the ref moved under her."""
    async with work.entering(LoopState.COMMIT) as note:
        repository = work.bench.repository
        made = commit_objects(
            repository,
            work.bench.sandbox,
            work.state.base,
            [(item.patch, message(work, item)) for item in series],
        )
        landing = plan(
            repository,
            made,
            slug=slug(work, series[0]),
            mode="branch" if work.request.approve == "auto" else work.policy.land,
            onto=work.state.commits[-1].ref if work.state.commits else None,
        )
        facts = {
            "ref": landing.ref,
            "old": landing.old,
            "new": landing.new,
            "commits": tuple(made),
            "landed": landing.landed,
            "note": landing.note,
        }
        work.recorder.record(CommitEvent, status="intent", **facts)
        carry_out(repository, landing)
        work.recorder.record(CommitEvent, status="done", **facts)
        note.text = f"{landing.ref} → {landing.new[:10]}" + (f"; {landing.note}" if landing.note else "")


def landing_of(event: CommitEvent) -> Landing:
    """The landing that a commit event speaks of."""
    return Landing(ref=event.ref, old=event.old, new=event.new, landed=event.landed, note=event.note)


def message(work: Work, item: PatchEvent) -> str:
    """The commit message: the intent, why, and where its DevLog is."""
    diagnostic = work.state.tasks[item.task].diagnostic
    subject = item.patch.intent.rstrip(".")
    if len(subject) > _SUBJECT:
        subject = subject[: _SUBJECT - 1].rstrip() + "…"
    return (
        f"{subject}\n\n"
        f"{diagnostic.label} at {diagnostic.where}: {diagnostic.message}\n\n"
        f"Move: {item.patch.move}\n"
        f"DevLog: {work.recorder.session}\n"
    )


def slug(work: Work, item: PatchEvent) -> str:
    """The name of the branch after `rusta/`: the finding, its file and the session."""
    diagnostic = work.state.tasks[item.task].diagnostic
    span = diagnostic.primary
    stem = span.file.rsplit("/", 1)[-1].removesuffix(".rs") if span else diagnostic.package
    words = _SLUG.sub("-", f"{diagnostic.label} {stem}".lower()).strip("-")
    return f"{words[:40]}-{work.recorder.session.rsplit('-', 1)[-1]}"


def finish_commit(work: Work) -> None:
    """Completes a commit whose intent is on record and whose end is not: the process died in between."""
    event = work.state.unfinished_commit
    if event is None:
        return
    landing = landing_of(event)
    if landed_state(work.bench.repository, landing) != "after":
        carry_out(work.bench.repository, landing)
    work.recorder.record(CommitEvent, **event.model_dump(include=_FACTS), status="done")
