"""Intake: capture the trigger and the state of the repository, and list what is broken, root causes first.

The user's tree is never written: everything happens in the sandbox.
"""

from __future__ import annotations

from engine.errors import RepositoryError, SandboxError
from engine.loop.request import Request
from engine.loop.states.red import red_tests
from engine.loop.work import Hands, Work
from engine.loop.workbench import refuse_unjailed
from engine.rust.cargo import CheckResult, failure_of
from engine.rust.queue import Queued, order_queue
from engine.sandbox.snapshot import Snapshot
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import DiagnosticEvent, IntakeEvent, LoopState, ProgressEvent


def open_session(work: Work, snapshot: Snapshot) -> None:
    """Resets the sandbox to the snapshot and records what the session is about."""
    request, repository = work.request, work.bench.repository
    work.bench.sandbox.reset(snapshot.base)
    work.recorder.record(
        IntakeEvent,
        repository=str(repository.root),
        path=str(request.path),
        head=repository.head,
        branch=repository.branch,
        base=snapshot.base,
        dirty=snapshot.dirty,
        include_dirty=request.include_dirty,
        brain=work.brain.name,
        approve=request.approve,
        scope=request.scope,
        policy=work.policy.model_dump(mode="json"),
        isolation=f"{work.bench.isolation.kind}: {work.bench.isolation.detail}",
    )
    isolation = work.bench.isolation
    if isolation.kind != "bubblewrap":
        work.say(work.voice.say(f"isolation_{isolation.kind}", detail=isolation.detail), tone="warn")
    if snapshot.dirty and not request.include_dirty:
        count = len(snapshot.dirty)
        work.say(work.voice.say("dirty_left_out", files=f"{count} file{'s' * (count != 1)}"), tone="warn")


async def intake(work: Work) -> None:
    """Lists the diagnostics of the sandbox as it stands and queues those in scope.

    Raises `RepositoryError` when cargo cannot read the package, `SandboxError` when a dependency is
    missing and may not be fetched, `IsolationError` when the policy refuses the crate.
    """
    async with work.entering(LoopState.INTAKE, text=str(work.bench.repository.root)) as note:
        await survey(work)
        listed = await list_diagnostics(work, clippy=wants_warnings(work.request), live=True)
        if not any(found.level.is_error for found in listed) and work.policy.tests.run and not _narrow(work.request):
            work.red_tests = await _red_tests(work)
            listed = (*listed, *work.red_tests)
        queue(work, listed)
        errors = sum(found.level.is_error for found in listed)
        note.text = f"{errors} error{'s' * (errors != 1)}, {len(listed) - errors} warnings"


async def survey(work: Hands) -> None:
    """Reads the workspace, fetching its dependencies first where they are missing and that is allowed."""
    cargo = work.bench.cargo
    try:
        work.bench.workspace = await work.inbox.guard(cargo.metadata())
    except SandboxError:
        if work.policy.fetch == "never":
            raise
        work.recorder.record(ProgressEvent, job="fetch", command="cargo fetch", text="fetching dependencies")
        fetched = await work.inbox.guard(cargo.fetch())
        if fetched.code != 0:
            reason, _ = failure_of(fetched.tail)
            raise SandboxError(
                f"the dependencies of this crate are not on this machine and cannot be fetched: {reason}",
                fix="run `cargo fetch` in the crate while online, then try again",
            ) from None
        work.bench.workspace = await work.inbox.guard(cargo.metadata())
    refuse_unjailed(work.bench)


async def list_diagnostics(work: Hands, *, clippy: bool = False, live: bool = False) -> tuple[Diagnostic, ...]:
    """Checks the whole workspace; with ``live`` each finding is recorded as cargo reports it."""

    def found(diagnostic: Diagnostic) -> None:
        work.recorder.record(DiagnosticEvent, diagnostic=diagnostic, status="found")

    result = await work.check((), clippy=clippy, on_diagnostic=found if live else None)
    raise_unless_checked(result)
    work.diagnostics = result.diagnostics
    return result.diagnostics


def raise_unless_checked(result: CheckResult) -> None:
    """Raises `RepositoryError` when cargo failed before it could say anything about the code."""
    if result.finished.timed_out:
        raise RepositoryError(
            f"`{result.command}` did not end within {result.seconds:.0f} s",
            fix="raise limits.check_seconds in the policy, or find what hangs (a build script?)",
        )
    if result.failure and not result.diagnostics:
        built = "build command" in result.failure
        raise RepositoryError(
            f"cargo cannot check this package: {result.failure}",
            fix="its build script fails in the jail, where there is no network and only the sandbox may be written"
            if built
            else "see `cargo check` there",
        )


async def relist(work: Work) -> None:
    """Lists again after the tree changed: fixed findings leave the queue, unmasked ones join it."""
    listed = await list_diagnostics(work, clippy=wants_warnings(work.request))
    broken = any(found.level.is_error for found in listed)
    queue(work, listed if broken else (*listed, *work.red_tests))


def queue(work: Hands, listed: tuple[Diagnostic, ...]) -> None:
    """Records the queue: what is asked for, root causes first; findings known to be gone are marked so."""
    ordered = _chosen_first(work, order_queue(listed, work.bench.workspace))
    present = {entry.diagnostic.id for entry in ordered}
    for known in list(work.state.tasks.values()):
        if known.diagnostic.id not in present and known.status not in ("gone",):
            work.recorder.record(
                DiagnosticEvent, diagnostic=known.diagnostic, status="gone", order=known.order, follows=known.follows
            )
    for order, entry in enumerate(ordered, start=1):
        known_task = work.state.tasks.get(entry.diagnostic.id)
        status = "abstained" if known_task and known_task.status == "abstained" else "queued"
        unchanged = (
            known_task is not None
            and (known_task.status, known_task.order, known_task.follows) == (status, order, entry.follows)
            and known_task.diagnostic == entry.diagnostic
        )
        if not unchanged:
            work.recorder.record(
                DiagnosticEvent, diagnostic=entry.diagnostic, status=status, order=order, follows=entry.follows
            )


def _chosen_first(work: Hands, ordered: tuple[Queued, ...]) -> list[Queued]:
    """What the mentor asked for, and after it the other errors of the same packages.

    A package commits only when it is green, so a fix of one error is worth nothing without the others.
    """
    chosen = [entry for entry in ordered if in_scope(work.request, entry.diagnostic)]
    wanted = [*(entry.diagnostic for entry in chosen), *(known.diagnostic for known in work.state.tasks.values())]
    packages = {diagnostic.package for diagnostic in wanted if diagnostic.level.is_error}
    companions = [
        entry
        for entry in ordered
        if entry not in chosen and entry.diagnostic.level.is_error and entry.diagnostic.package in packages
    ]
    return [*chosen, *companions]


def in_scope(request: Request, found: Diagnostic) -> bool:
    """Whether the mentor asked for this finding."""
    scope = request.scope
    if scope.only:
        return found.id == scope.only
    if scope.code and scope.code not in (found.code, (found.code or "").removeprefix("clippy::")):
        return False
    if scope.file:
        return any(span.file == scope.file or span.file.endswith(f"/{scope.file}") for span in found.spans)
    return bool(scope.code) or scope.all or found.level.is_error


def wants_warnings(request: Request) -> bool:
    """Whether clippy must be asked too: the mentor wants everything, or names a lint."""
    return request.scope.all or _names_lint(request.scope.code)


def _names_lint(code: str | None) -> bool:
    # Errors are E and four digits; everything else rustc or clippy puts there is the name of a lint.
    return code is not None and not (code.startswith("E") and code[1:].isdigit())


def _narrow(request: Request) -> bool:
    scope = request.scope
    return bool(scope.code or scope.file or scope.only)


async def _red_tests(work: Hands) -> tuple[Diagnostic, ...]:
    """The failing tests of a workspace that compiles, as diagnostics of their own."""
    result = await work.test(())
    if result.timed_out:
        raise RepositoryError(
            f"`{result.command}` did not end within {work.policy.limits.test_seconds:.0f} s",
            fix="raise limits.test_seconds in the policy, or find the test that hangs",
        )
    members = work.bench.workspace.packages if work.bench.workspace else ()
    if isinstance(work, Work) and len(members) == 1:
        work.baselines[members[0].name] = result
    return red_tests(result, members[0].name if len(members) == 1 else "")
