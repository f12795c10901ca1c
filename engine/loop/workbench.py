"""What a session works with: the repository's sandbox, its jail, cargo inside it, and the index of its code."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import IsolationError, RepositoryError
from engine.loop.ahead import Ahead
from engine.loop.policy import Policy
from engine.process import Limits, Wrap
from engine.rust.cargo import Cargo, CheckResult, TestResult
from engine.rust.docs import Docs
from engine.rust.structure import CrateIndex
from engine.rust.toolchain import Toolchain, find_toolchain
from engine.rust.workspace import Workspace
from engine.sandbox.copies import TreeCopy
from engine.sandbox.jail import Isolation, Jail, find_isolation
from engine.sandbox.patches import result_of
from engine.sandbox.repository import Repository
from engine.sandbox.worktree import Sandbox
from engine.schema.diagnostic import Diagnostic
from engine.schema.patch import Patch

_MIB = 1024 * 1024


@dataclass
class Workbench:
    """The open tools of one session. ``tree_key`` names the state of the tree, so that nothing is checked twice."""

    repository: Repository
    sandbox: Sandbox
    toolchain: Toolchain
    isolation: Isolation
    cargo: Cargo
    index: CrateIndex
    docs: Docs
    policy: Policy
    wrap: Wrap
    ahead: Ahead
    workspace: Workspace | None = None
    _base: dict[str, str | None] = field(default_factory=dict)
    _images: dict[str, str | None] = field(default_factory=dict)
    _checks: dict[Hashable, CheckResult] = field(default_factory=dict)

    def apply(self, patch: Patch) -> None:
        """Applies a patch in the sandbox; `PatchError` when it does not fit, and then nothing has changed."""
        self.sandbox.apply(patch)
        self._moved(patch, after=True)

    def undo(self, patch: Patch) -> None:
        """Takes a patch back, byte for byte."""
        self.sandbox.undo(patch)
        self._moved(patch, after=False)

    @contextmanager
    def trying(self, patch: Patch) -> Iterator[None]:
        """Holds a patch in the sandbox for the length of a probe."""
        self.apply(patch)
        try:
            yield
        finally:
            self.undo(patch)

    async def check(
        self,
        packages: Sequence[str],
        *,
        clippy: bool = False,
        on_diagnostic: Callable[[Diagnostic], None] | None = None,
        on_line: Callable[[str, bool], None] | None = None,
    ) -> CheckResult:
        """Checks packages (none named: all), tests included. A tree that was checked before is not checked again."""
        key = _key(self._images, packages, clippy)
        known = self._checks.get(key) or self._part_of_whole(packages, clippy)
        if known is None:
            known = await self.ahead.take(key) or await self.cargo.check(
                packages=packages, clippy=clippy, on_diagnostic=on_diagnostic, on_line=on_line
            )
            if known.finished.code is not None and not known.finished.timed_out:
                self._checks[key] = known
        return known

    async def room_ahead(self) -> int:
        """How many trees can be checked beside the sandbox's now: none where a build script may look at where it is."""
        packages = self.workspace.packages if self.workspace else ()
        return 0 if any(package.has_build_script for package in packages) else await self.ahead.room()

    def check_ahead(self, patch: Patch, packages: Sequence[str], *, clippy: bool = False) -> None:
        """Begins to check the tree as it would be with a patch, in a copy; `check` finds the answer when it is so.

        Raises `PatchError` when the patch does not fit.
        """
        images = _with(self._images, self._base, patch)
        key = _key(images, packages, clippy)
        if key not in self._checks:
            moved = {path: self.sandbox.read(path) for path in self._base}
            self.ahead.start(key, moved | result_of(patch, self.sandbox.read), packages, clippy=clippy)

    def _part_of_whole(self, packages: Sequence[str], clippy: bool) -> CheckResult | None:
        """What a check of the whole workspace, as the tree stands, already said of some packages."""
        whole = self._checks.get(_key(self._images, (), clippy))
        if whole is None or whole.failure:
            return None
        own = tuple(found for found in whole.diagnostics if found.package in packages)
        compiles = not any(found.level.is_error for found in own)
        if compiles and not whole.ok:
            return None  # it may not have been reached: something it is built upon may be broken
        command = " ".join([whole.command, *(f"-p {package}" for package in packages)])
        return replace(whole, ok=compiles, diagnostics=own, command=command, seconds=0.0)

    async def test(
        self, packages: Sequence[str], *, names: Sequence[str] = (), on_line: Callable[[str, bool], None] | None = None
    ) -> TestResult:
        """Runs the tests of packages; never from memory, since tests may flicker."""
        return await self.cargo.test(packages=packages, names=names, on_line=on_line)

    def dependents_of(self, package: str) -> tuple[str, ...]:
        """The workspace members that are built upon ``package``, near and far, in dependency order."""
        if self.workspace is None:
            return ()
        reached = {package}
        found: list[str] = []
        for member in self.workspace.order:
            if member.name not in reached and reached.intersection(member.dependencies):
                reached.add(member.name)
                found.append(member.name)
        return tuple(found)

    def close(self) -> None:
        """Releases the sandbox; it stays on disk, warm, for the next session."""
        self.sandbox.release()

    def _moved(self, patch: Patch, *, after: bool) -> None:
        """Keeps the images of the files that differ from the base, so that a tree that comes back is known again."""
        for image in patch.files:
            self._base.setdefault(image.path, image.before)
            self.index.update(image.path)
        self._images = _with(self._images, self._base, patch, after=after)


def _with(
    images: Mapping[str, str | None], base: Mapping[str, str | None], patch: Patch, *, after: bool = True
) -> dict[str, str | None]:
    """The images of a tree once a patch is applied or taken back; a file that is as it was at first has none."""
    moved = dict(images)
    for image in patch.files:
        now = image.after if after else image.before
        if now == base.get(image.path, image.before):
            moved.pop(image.path, None)
        else:
            moved[image.path] = now
    return moved


def _key(images: Mapping[str, str | None], packages: Sequence[str], clippy: bool) -> Hashable:
    """What a check is known by."""
    return tuple(sorted(images.items())), tuple(sorted(packages)), clippy


def find_package(repository: Repository, path: Path) -> Path:
    """The folder of the Cargo package or workspace that ``path`` means, relative to the repository root.

    That is the nearest folder upwards with a `Cargo.toml`, else the only one below. `RepositoryError`
    when there is none, or several and no telling which.
    """
    start = path.resolve()
    if start.is_file():
        start = start.parent
    for folder in (start, *start.parents):
        if (folder / "Cargo.toml").is_file():
            return folder.relative_to(repository.root)
        if folder == repository.root:
            break
    below = sorted(manifest.parent for manifest in start.glob("*/Cargo.toml"))
    if len(below) == 1:
        return below[0].relative_to(repository.root)
    if below:
        names = ", ".join(folder.name for folder in below)
        raise RepositoryError(f"{start} holds several packages: {names}", fix="name one of them")
    raise RepositoryError(f"no Cargo.toml in {start} or above it", fix="name a folder of a Cargo package")


def open_workbench(repository: Repository, path: Path, policy: Policy) -> Workbench:
    """Acquires the repository's sandbox and sets the tools out. The tree is not reset yet.

    Raises `RepositoryError`, `ToolMissingError`, `SandboxError` or `IsolationError`.
    """
    package = find_package(repository, path)
    toolchain = find_toolchain(repository.root)
    isolation = find_isolation()
    if policy.isolation.require == "always" and isolation.kind == "none":
        raise IsolationError(
            f"not isolated: {isolation.detail}; the policy asks for a jail",
            fix="install bubblewrap, or set isolation.require to auto in the policy",
        )
    sandbox = Sandbox.acquire(repository)
    jail = Jail(
        isolation,
        writable=(sandbox.path, sandbox.target),
        readable=(repository.common_dir, toolchain.sysroot),
        tmp=sandbox.tmp,
    )
    limits = Limits(
        wall_seconds=policy.limits.check_seconds,
        cpu_seconds=policy.limits.cpu_seconds,
        memory_bytes=policy.limits.memory_mib * _MIB,
        file_bytes=policy.limits.file_mib * _MIB,
    )

    def cargo_in(copy: TreeCopy) -> Cargo:
        own = replace(jail, writable=(copy.path, copy.target))
        return Cargo(toolchain, copy.path, copy.path / package, target=copy.target, wrap=own.wrap, limits=limits)

    cargo = Cargo(
        toolchain,
        sandbox.path,
        sandbox.path / package,
        target=sandbox.target,
        wrap=jail.wrap,
        limits=limits,
        test_limits=replace(limits, wall_seconds=policy.limits.test_seconds),
        fetch_limits=replace(limits, wall_seconds=policy.limits.fetch_seconds),
        fetch_wrap=jail.with_network().wrap,
    )
    return Workbench(
        repository=repository,
        sandbox=sandbox,
        toolchain=toolchain,
        isolation=isolation,
        cargo=cargo,
        index=CrateIndex(sandbox.path, None),
        docs=Docs(toolchain.docs),
        policy=policy,
        wrap=jail.wrap,
        ahead=Ahead(sandbox, cargo_in, policy.probes.at_once),
    )


def refuse_unjailed(bench: Workbench) -> None:
    """Raises `IsolationError` when foreign code would run at build time with no jail around it."""
    workspace = bench.workspace
    if bench.isolation.kind != "none" or bench.policy.isolation.require == "never" or workspace is None:
        return
    if any(package.has_build_script or package.is_proc_macro for package in workspace.packages) or (
        workspace.third_party_build_scripts or workspace.third_party_proc_macros
    ):
        raise IsolationError(
            f"not isolated ({bench.isolation.detail}), and this crate runs build scripts or proc macros",
            fix="install bubblewrap, or set isolation.require to never in the policy if you trust the crate",
        )
