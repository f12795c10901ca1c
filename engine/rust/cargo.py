"""cargo, run in a sandbox: its JSON as it comes, its tests by name, its limits kept."""

from __future__ import annotations

import contextlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.errors import RepositoryError, RustaError, SandboxError
from engine.process import Finished, Limits, OnLine, Wrap, run
from engine.rust.diagnostics import Places, numbered, package_name, read_message
from engine.rust.libtest import Ending, TestLog
from engine.rust.toolchain import Toolchain
from engine.rust.workspace import Workspace, read_workspace
from engine.schema.diagnostic import Diagnostic

OnDiagnostic = Callable[[Diagnostic], None]

# What cargo says when a dependency is not on this machine and it may not be fetched.
_MISSING = (
    "you may want to run without the --offline flag",
    "you're using offline mode",
    "attempting to make an HTTP request, but --offline was specified",
    "can't checkout from",
    "retry without the offline flag",
    "failed to download",
    "no matching package named",
)

# `cargo metadata` writes one line, of some ten KiB for each package that a workspace is built upon.
_METADATA_BYTES = 256 * 1024 * 1024

# Where things are and which toolchain is meant: no settings.
_KEPT = frozenset(["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"])


@dataclass(frozen=True)
class CheckResult:
    """What a check found. ``failure`` is one line when cargo itself failed, such as on a broken manifest."""

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    seconds: float
    command: str
    rebuilt: tuple[str, ...]
    finished: Finished
    failure: str = ""
    missing_dependency: bool = False


@dataclass(frozen=True)
class TestResult:
    """What the tests said, by "<package> <target>::<test>", as `TestLog` names them.

    ``ok``: cargo ended well and nothing failed, not even a target that left without a word. ``target_seconds`` is
    what libtest says that the targets took. ``stories``: the first lines that each failed test printed.
    """

    __test__ = False

    ok: bool
    outcomes: Mapping[str, Ending]
    failures: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    seconds: float
    command: str
    timed_out: bool
    finished: Finished
    target_seconds: Mapping[str, float] = field(default_factory=dict)
    stories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class TestBuild:
    """Tests that were built and not run. ``binaries`` maps the root file of a target, as cargo names it, to its
    executable."""

    __test__ = False

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    binaries: Mapping[str, str]


@dataclass
class _Build:
    """Takes cargo's JSON lines."""

    places: Places
    on_diagnostic: OnDiagnostic | None = None
    found: list[Diagnostic] = field(default_factory=list)
    rebuilt: list[str] = field(default_factory=list)
    on_binary: Callable[[str, str], None] | None = None
    _told: set[tuple[str, int]] = field(default_factory=set)

    def take(self, line: str) -> bool:
        """Takes a line; False when it is no message of cargo's."""
        if not line.startswith('{"'):
            return False
        try:
            message: dict[str, Any] = json.loads(line)
        except ValueError:
            return False
        match message.get("reason"):
            case "compiler-message":
                self._take_message(message)
            case "compiler-artifact":
                self._take_artifact(message)
            case None:
                return False
            case _:
                pass
        return True

    def _take_artifact(self, message: Mapping[str, Any]) -> None:
        package = package_name(message.get("package_id", ""))
        if not message.get("fresh", True):
            self.rebuilt.append(package)
        if self.on_binary is not None and message.get("executable"):
            self.on_binary(message["executable"], package)

    def _take_message(self, message: Mapping[str, Any]) -> None:
        diagnostic = read_message(message, self.places)
        if diagnostic is None:
            return
        self.found.append(diagnostic)
        key = (diagnostic.id, diagnostic.primary.byte_start if diagnostic.primary else -1)
        if self.on_diagnostic is not None and key not in self._told:
            self._told.add(key)
            self.on_diagnostic(diagnostic)


class Cargo:
    """cargo on one package or workspace.

    ``root`` is the repository root that paths are relative to, ``manifest_dir`` the folder with the
    `Cargo.toml`. Every call but `fetch` is offline. ``wrap`` puts a command line into the jail.
    """

    def __init__(
        self,
        toolchain: Toolchain,
        root: Path,
        manifest_dir: Path,
        *,
        target: Path,
        wrap: Wrap = list,
        fetch_wrap: Wrap | None = None,
        limits: Limits = Limits(),  # noqa: B008  (frozen)
        test_limits: Limits | None = None,
        fetch_limits: Limits | None = None,
    ) -> None:
        self._toolchain = toolchain
        self._root = root
        self._folder = manifest_dir
        self._target = target
        self._wrap, self._fetch_wrap = wrap, fetch_wrap or wrap
        self._limits = limits
        self._test_limits, self._fetch_limits = test_limits or limits, fetch_limits or limits
        self._workspace_root = manifest_dir
        self._workspace: Workspace | None = None

    async def metadata(self) -> Workspace:
        """Reads the workspace.

        Raises `SandboxError` when a dependency is not on this machine, `RepositoryError` when cargo cannot read
        the manifest.
        """
        lines: list[str] = []

        def keep(line: str, is_error: bool) -> None:
            if not is_error:
                lines.append(line)

        whole = replace(self._limits, line_bytes=_METADATA_BYTES)
        done = await self._cargo(["metadata", "--format-version=1", "--offline"], keep, whole)
        if not done.ok:
            failure, missing = _why(done, done.tail)
            if missing:
                raise SandboxError(f"a dependency is not on this machine: {failure}", fix="run `cargo fetch` there")
            raise RepositoryError(f"cargo cannot read the package: {failure}", fix="see `cargo metadata` there")
        workspace = read_workspace(json.loads(next(line for line in lines if line.startswith("{"))), self._root)
        self._workspace_root = workspace.root
        self._workspace = workspace
        return workspace

    async def check(
        self,
        *,
        packages: Sequence[str] = (),
        clippy: bool = False,
        pedantic: bool = False,
        on_diagnostic: OnDiagnostic | None = None,
        on_line: OnLine | None = None,
    ) -> CheckResult:
        """Checks packages (none named: the workspace), their tests and examples too.

        ``on_diagnostic`` hears of each finding once, as cargo reports it.
        """
        await self._survey()
        words = ["clippy" if clippy else "check", *self._selection(packages), *self._targets(packages)]
        words += ["--keep-going", "--offline", "--message-format=json"]
        words += ["--", "-W", "clippy::pedantic"] if pedantic else []
        build = _Build(Places(self._root, self._workspace_root), on_diagnostic)
        errors: deque[str] = deque(maxlen=self._limits.tail_lines)

        def take(line: str, is_error: bool) -> None:
            if is_error:
                errors.append(line)
            if not build.take(line) and on_line is not None:
                on_line(line, is_error)

        done = await self._cargo(words, take, self._limits)
        failure, missing = ("", False) if done.ok else _why(done, errors)
        judged = done.code is not None and any(found.level.is_error for found in build.found)
        return CheckResult(
            ok=done.ok,
            diagnostics=numbered(build.found),
            seconds=done.seconds,
            command=" ".join(["cargo", words[0], *_shown(packages)]),
            rebuilt=tuple(dict.fromkeys(build.rebuilt)),
            finished=done,
            failure="" if judged else failure,
            missing_dependency=missing,
        )

    async def test(
        self,
        *,
        packages: Sequence[str] = (),
        names: Sequence[str] = (),
        on_test: Callable[[str], None] | None = None,
        on_line: OnLine | None = None,
    ) -> TestResult:
        """Runs tests, documentation tests included; ``names`` are filters as `cargo test` takes them.

        A test that never ends runs into the wall limit: `TestResult.timed_out`.
        """
        await self._survey()
        words = ["test", *self._selection(packages), "--no-fail-fast", "--offline", "--message-format=json"]
        words += ["--", *names] if names else []
        log = TestLog()
        build = _Build(Places(self._root, self._workspace_root), on_binary=log.announce)

        def take(line: str, is_error: bool) -> None:
            if build.take(line):
                return
            ended = log.take(line)
            if ended is not None and on_test is not None:
                on_test(ended)
            if on_line is not None:
                on_line(line, is_error)

        done = await self._cargo(words, take, self._test_limits, merge_stderr=True)
        if not done.timed_out:
            log.finish()
        return TestResult(
            ok=done.ok and not log.failures,
            outcomes=log.outcomes,
            failures=log.failures,
            diagnostics=numbered(build.found),
            seconds=done.seconds,
            command=" ".join(["cargo test", *_shown(packages), *names]),
            timed_out=done.timed_out,
            finished=done,
            target_seconds=log.seconds,
            stories={name: tuple(story) for name, story in log.stories.items()},
        )

    async def build_tests(self, packages: Sequence[str] = ()) -> TestBuild:
        """Builds the unit and integration tests of packages, without running them."""
        await self._survey()
        words = ["test", "--no-run", *self._selection(packages), *self._targets(packages)]
        words += ["--offline", "--message-format=json"]
        build = _Build(Places(self._root, self._workspace_root))
        binaries: dict[str, str] = {}

        def take(line: str, is_error: bool) -> None:
            if build.take(line) and '"executable":"' in line:
                artifact = json.loads(line)
                if artifact.get("profile", {}).get("test"):
                    binaries[artifact["target"]["src_path"]] = artifact["executable"]

        done = await self._cargo(words, take, self._limits)
        return TestBuild(done.ok, numbered(build.found), binaries)

    async def run_script(self, script: str, *, seconds: float) -> tuple[str, ...]:
        """Runs a shell script in the jail, in the package's folder, and gives its lines; it is ended when late."""
        lines: list[str] = []
        limits = replace(self._limits, wall_seconds=seconds)
        await run(
            self._wrap(["sh", "-c", script]),
            cwd=self._folder,
            env=_without_settings(os.environ),
            limits=limits,
            on_line=lambda line, _: lines.append(line),
            merge_stderr=True,
        )
        return tuple(lines)

    async def fetch(self, on_line: OnLine | None = None) -> Finished:
        """Fetches the dependencies: the only call with a network, and no code of the crate runs in it."""
        folders = (self._folder, *(above for above in self._folder.parents if above.is_relative_to(self._root)))
        locked = any((folder / "Cargo.lock").exists() for folder in folders)  # a workspace locks at its root
        words = ["fetch", *(["--locked"] if locked else [])]
        return await self._cargo(words, on_line, self._fetch_limits, network=True)

    def _targets(self, packages: Sequence[str]) -> list[str]:
        """Everything but benches, which often need a nightly compiler. `--lib` is an error where there is none."""
        if self._workspace is None:
            return ["--all-targets"]
        library = any(
            package.has_library for package in self._workspace.packages if not packages or package.name in packages
        )
        return [*(["--lib"] if library else []), "--bins", "--tests", "--examples"]

    def _selection(self, packages: Sequence[str]) -> list[str]:
        """The packages in cargo's words, by id: a member may be built upon an older release of itself."""
        if not packages:
            return ["--workspace"]
        known = {package.name: package.id for package in self._workspace.packages} if self._workspace else {}
        specs = [known[name] if "#" in known.get(name, "") else name for name in packages]
        return [word for spec in specs for word in ("-p", spec)]

    async def _survey(self) -> None:
        """Reads the workspace if nobody has; what is wrong with it, cargo says again to who asked for more."""
        if self._workspace is None:
            with contextlib.suppress(RustaError):
                await self.metadata()

    async def _cargo(
        self,
        words: Sequence[str],
        on_line: OnLine | None,
        limits: Limits,
        *,
        merge_stderr: bool = False,
        network: bool = False,
    ) -> Finished:
        env = {
            "CARGO_TARGET_DIR": str(self._target),
            "CARGO_TERM_COLOR": "never",
            "CARGO_TERM_PROGRESS_WHEN": "never",
            "CARGO_INCREMENTAL": "1",
            "CARGO_NET_OFFLINE": "false" if network else "true",
            "CARGO_BUILD_RUSTC_WRAPPER": "",
            "RUST_BACKTRACE": "0",
            "PATH": os.pathsep.join([str(self._toolchain.cargo.parent), os.environ.get("PATH", "/usr/bin:/bin")]),
        }
        inside = ["env", *(f"{name}={value}" for name, value in env.items()), str(self._toolchain.cargo), *words]
        wrap = self._fetch_wrap if network else self._wrap
        return await run(
            wrap(inside),
            cwd=self._folder,
            env=_without_settings(os.environ),
            limits=limits,
            on_line=on_line,
            merge_stderr=merge_stderr,
        )


def _shown(packages: Sequence[str]) -> list[str]:
    return [word for package in packages for word in ("-p", package)]


def _without_settings(env: Mapping[str, str]) -> dict[str, str]:
    """An environment without the person's settings for Rust, such as a compiler wrapper, flags or backtraces."""
    return {
        name: value
        for name, value in env.items()
        if name in _KEPT or not name.startswith(("CARGO", "RUST", "CLIPPY_", "MIRI"))
    }


def _why(done: Finished, said: Iterable[str]) -> tuple[str, bool]:
    """`failure_of` what cargo said, or that it was killed before it could say anything to the point."""
    if done.timed_out:
        return f"cargo did not end within {done.seconds:.0f} s", False
    if done.code is None:
        return "cargo was killed, perhaps by a limit", False
    return failure_of(tuple(said))


def failure_of(tail: Sequence[str]) -> tuple[str, bool]:
    """Why cargo failed, in one line, and whether a dependency is what it lacks."""
    lines = [line.strip() for line in tail if line.strip() and not line.startswith("{")]
    missing = any(sign in line for line in lines for sign in _MISSING)
    start = next((index for index, line in enumerate(lines) if line.startswith("error")), None)
    if start is None:
        return (lines[-1] if lines else "cargo said nothing"), missing
    first = lines[start].removeprefix("error:").strip()
    causes = [line for above, line in zip(lines[start:], lines[start + 1 :], strict=False) if above == "Caused by:"]
    # The next line says what a colon announces, or where in the manifest it is.
    announced = first.endswith(":")
    place = [line for line in lines[start + 1 : start + 2] if line.startswith("--> ") or announced]
    first = first.removesuffix(":")
    return ": ".join([first, *causes[-2:], *(line.removeprefix("--> ") for line in place)]), missing
