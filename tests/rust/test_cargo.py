"""cargo, run for real on small workspaces: what it found, what it built, and why it failed."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from engine.errors import RepositoryError, SandboxError
from engine.process import Limits
from engine.rust.cargo import Cargo, CheckResult, failure_of
from engine.rust.toolchain import Toolchain
from engine.rust.workspace import Workspace, read_workspace
from engine.schema.diagnostic import Diagnostic, Tool

_LIMITS = Limits(wall_seconds=100)


def package(name: str, more: str = "") -> str:
    return f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n{more}'


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


_WRONG = 'pub fn wrong() -> i32 { "" }\n'
_FILES = {
    "rust/Cargo.toml": '[workspace]\nmembers = ["app", "base", "red"]\nresolver = "2"\n',
    "rust/app/Cargo.toml": package("app", '[dependencies]\nbase = { path = "../base" }\n'),
    "rust/app/src/main.rs": "fn main() { base::hello(); let unused = 1; }\n",
    "rust/app/examples/show.rs": "fn main() { base::nothing(); }\n",
    "rust/app/benches/nightly.rs": "#![feature(test)]\nfn main() {}\n",
    "rust/base/Cargo.toml": package("base", '[dev-dependencies]\napp = { path = "../app" }\n'),
    "rust/base/build.rs": 'fn main() { println!("cargo::rustc-env=WHEN=now"); }\n',
    "rust/base/src/lib.rs": 'pub fn hello() -> &\'static str { env!("WHEN") }\n'
    "#[cfg(test)]\nmod tests {\n    #[test]\n    fn it() { super::gone(); }\n}\n",
    "rust/base/tests/it.rs": "#[test]\nfn it() { let _: u8 = base::hello(); }\n",
    "rust/red/Cargo.toml": package("red"),
    "rust/red/src/lib.rs": _WRONG,
}


@dataclass
class Checked:
    root: Path
    cargo: Cargo
    workspace: Workspace
    first: CheckResult
    second: CheckResult
    live: list[Diagnostic] = field(default_factory=list)


@pytest.fixture(scope="module")
def checked(toolchain: Toolchain, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """A workspace in a folder of its repository, checked twice."""
    root = write(tmp_path_factory.mktemp("checked"), _FILES)
    cargo = Cargo(toolchain, root, root / "rust", target=root / "target", limits=_LIMITS)
    live: list[Diagnostic] = []

    async def work() -> Checked:
        workspace = await cargo.metadata()
        first = await cargo.check(on_diagnostic=live.append)
        return Checked(root, cargo, workspace, first, await cargo.check(), live)

    return asyncio.run(work())


def one_package(toolchain: Toolchain, root: Path, source: str, **settings: Limits) -> Cargo:
    write(root, {"Cargo.toml": package("demo"), "src/lib.rs": source})
    return Cargo(toolchain, root, root, target=root / "target", **{"limits": _LIMITS, **settings})  # type: ignore[arg-type]


def places(result: CheckResult) -> set[tuple[str, str | None, str]]:
    return {(found.package, found.code, found.primary.file if found.primary else "") for found in result.diagnostics}


def test_the_members_are_read_with_what_they_are_built_upon(checked: Checked) -> None:
    members = {member.name: member for member in checked.workspace.packages}
    assert {name: member.root for name, member in members.items()} == {
        "app": "rust/app",
        "base": "rust/base",
        "red": "rust/red",
    }
    assert (members["app"].has_library, members["base"].has_library) == (False, True)
    assert (members["app"].has_build_script, members["base"].has_build_script) == (False, True)
    assert (members["app"].dependencies, members["base"].dependencies) == (("base",), ("app",))
    assert members["base"].test_dependencies == {"app"}
    assert not checked.workspace.third_party_build_scripts


def test_members_come_after_what_they_are_built_upon_even_when_tests_point_back(checked: Checked) -> None:
    names = [member.name for member in checked.workspace.order]
    assert names.index("base") < names.index("app")
    backwards = replace(checked.workspace, packages=checked.workspace.packages[::-1])
    names = [member.name for member in backwards.order]
    assert names.index("base") < names.index("app")


def test_a_file_belongs_to_the_member_with_the_deepest_root(checked: Checked) -> None:
    owner = checked.workspace.package_of("rust/base/tests/it.rs")
    assert owner is not None
    assert owner.name == "base"
    assert checked.workspace.package_of("elsewhere/src/lib.rs") is None


def test_errors_of_every_target_are_found_and_one_broken_member_hides_no_other(checked: Checked) -> None:
    assert not checked.first.ok
    assert checked.first.failure == ""
    assert places(checked.first) == {
        ("red", "E0308", "rust/red/src/lib.rs"),
        ("base", "E0425", "rust/base/src/lib.rs"),
        ("base", "E0308", "rust/base/tests/it.rs"),
        ("app", "E0425", "rust/app/examples/show.rs"),
        ("app", "unused_variables", "rust/app/src/main.rs"),
    }


def test_what_library_and_test_build_both_say_is_told_once(checked: Checked) -> None:
    red = [found for found in checked.first.diagnostics if found.package == "red"]
    assert len(red) == 1
    assert [found.id for found in checked.live].count(red[0].id) == 1
    assert {found.id for found in checked.live} == {found.id for found in checked.first.diagnostics}


def test_only_what_was_compiled_counts_as_rebuilt(checked: Checked) -> None:
    assert set(checked.first.rebuilt) == {"app", "base"}  # red never came to an end
    assert checked.second.rebuilt == ()
    assert {found.id for found in checked.second.diagnostics} == {found.id for found in checked.first.diagnostics}


async def test_one_member_is_checked_alone_and_named_as_people_do(checked: Checked) -> None:
    result = await checked.cargo.check(packages=["app"])
    assert result.command == "cargo check -p app"
    assert {found.package for found in result.diagnostics} == {"app"}


async def test_a_member_may_share_its_name_with_a_dependency(toolchain: Toolchain, tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "Cargo.toml": package("demo", '[dependencies]\nold = { path = "old", package = "demo" }\n[workspace]\n')
            + 'exclude = ["old"]\n',
            "src/lib.rs": "pub use old::hi;\n" + _WRONG,
            "old/Cargo.toml": package("demo").replace("0.1.0", "0.0.1"),
            "old/src/lib.rs": "pub fn hi() {}\n",
        },
    )
    result = await Cargo(toolchain, root, root, target=root / "target", limits=_LIMITS).check(packages=["demo"])
    assert (result.failure, [found.code for found in result.diagnostics]) == ("", ["E0308"])


async def test_clippy_finds_what_it_is_asked_for(toolchain: Toolchain, tmp_path: Path) -> None:
    if not toolchain.clippy:
        pytest.skip("clippy is not installed")
    cargo = one_package(toolchain, tmp_path, "pub fn f(x: i32) -> i32 { return x as i64 as i32; }\n")
    plain = await cargo.check(clippy=True)
    assert (plain.ok, plain.command) == (True, "cargo clippy")
    assert [(found.tool, found.code) for found in plain.diagnostics] == [(Tool.CLIPPY, "clippy::needless_return")]
    pedantic = await cargo.check(clippy=True, pedantic=True)
    assert "clippy::cast_possible_truncation" in {found.code for found in pedantic.diagnostics}


async def test_settings_of_the_person_do_not_leak_in(
    toolchain: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RUSTC_WRAPPER", "RUSTC", "RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER"):
        monkeypatch.setenv(name, "/bin/false")
    for name, value in {
        "RUSTFLAGS": "--cfg theirs",
        "RUST_BACKTRACE": "full",
        "CARGO_TERM_COLOR": "always",
        "CARGO_TARGET_DIR": str(tmp_path / "theirs"),
        "CARGO_BUILD_TARGET": "no-such-target",
    }.items():
        monkeypatch.setenv(name, value)
    source = '#[cfg(theirs)]\ncompile_error!("leaked");\n#[test]\nfn red() { panic!("{:?}", std::env::vars()) }\n'
    result = await one_package(toolchain, tmp_path, source).test()
    assert dict(result.outcomes) == {"demo src/lib.rs::red": "failed"}
    assert not [line for line in result.finished.tail if "stack backtrace" in line or "\x1b" in line]
    assert not (tmp_path / "theirs").exists()


async def test_tests_are_chosen_by_name(toolchain: Toolchain, tmp_path: Path) -> None:
    source = "#[test]\nfn one() {}\n#[test]\nfn two() {}\n#[test]\nfn three() {}\n"
    told: list[str] = []
    result = await one_package(toolchain, tmp_path, source).test(names=["one", "two"], on_test=told.append)
    assert result.ok
    assert sorted(told) == sorted(result.outcomes) == ["demo src/lib.rs::one", "demo src/lib.rs::two"]
    assert result.command == "cargo test one two"


async def test_tests_that_do_not_compile_are_diagnostics(toolchain: Toolchain, tmp_path: Path) -> None:
    result = await one_package(toolchain, tmp_path, "#[test]\nfn one() { two() }\n").test()
    assert (result.ok, result.failures, [found.code for found in result.diagnostics]) == (False, (), ["E0425"])


async def test_a_test_that_hangs_runs_into_its_own_limit(toolchain: Toolchain, tmp_path: Path) -> None:
    source = "#[test]\nfn hangs() { loop { std::thread::park() } }\n#[test]\nfn ends() {}\n"
    assert (await one_package(toolchain, tmp_path, source).test(names=["ends"])).ok
    result = await one_package(toolchain, tmp_path, source, test_limits=Limits(wall_seconds=2)).test()
    assert (result.ok, result.timed_out, result.failures) == (False, True, ())
    assert result.outcomes == {"demo src/lib.rs::ends": "ok"}


async def test_a_build_script_that_hangs_is_a_failure_in_one_line(toolchain: Toolchain, tmp_path: Path) -> None:
    write(tmp_path, {"build.rs": "fn main() { loop { std::thread::park() } }\n"})
    cargo = one_package(toolchain, tmp_path, "", limits=Limits(wall_seconds=3))
    result = await cargo.check()
    assert (result.ok, result.finished.timed_out) == (False, True)
    assert result.failure == "cargo did not end within 3 s"


async def test_a_cancelled_check_leaves_no_cargo_behind(toolchain: Toolchain, tmp_path: Path) -> None:
    write(tmp_path, {"build.rs": "fn main() { loop { std::thread::park() } }\n"})
    cargo = one_package(toolchain, tmp_path, "")
    heard = asyncio.Event()
    check = asyncio.create_task(cargo.check(on_line=lambda *_: heard.set()))
    await asyncio.wait_for(heard.wait(), 60)
    check.cancel()
    with pytest.raises(asyncio.CancelledError):
        await check
    write(tmp_path, {"build.rs": "fn main() {}\n"})
    assert (await asyncio.wait_for(cargo.check(), 60)).ok  # the lock on the target folder is free again


async def test_a_build_script_that_fails_is_told_though_nothing_is_wrong_with_the_code(
    toolchain: Toolchain, tmp_path: Path
) -> None:
    write(tmp_path, {"build.rs": 'fn main() { panic!("no library foo") }\n'})
    result = await one_package(toolchain, tmp_path, "").check()
    assert not result.ok
    assert "failed to run custom build command for `demo" in result.failure
    assert "\n" not in result.failure
    assert not result.missing_dependency


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ("\n[package\n", r"unclosed table.*Cargo\.toml:2:9"),
        ('[package]\nname = "a"\nedition = "1999"\n', "failed to parse manifest.*edition"),
        ("[lib]\n", "virtual manifest specifies a `lib` section"),
    ],
)
async def test_a_broken_manifest_is_one_clear_line(
    toolchain: Toolchain, tmp_path: Path, manifest: str, reason: str
) -> None:
    cargo = one_package(toolchain, tmp_path, "")
    write(tmp_path, {"Cargo.toml": manifest})
    with pytest.raises(RepositoryError, match=f"cargo cannot read the package: .*{reason}") as caught:
        await cargo.metadata()
    assert "\n" not in str(caught.value)
    result = await cargo.check()
    assert (result.ok, result.diagnostics, result.missing_dependency) == (False, (), False)
    assert re.search(reason, result.failure)


@pytest.mark.parametrize("dependency", ['anyhow = "1"', 'x = { git = "https://localhost/x" }'], ids=["registry", "git"])
async def test_a_dependency_that_is_not_on_this_machine_is_told_apart(
    toolchain: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dependency: str
) -> None:
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "empty"))
    root = write(
        tmp_path, {"a/Cargo.toml": package("a", f"[dependencies]\n{dependency}\n"), "a/src/lib.rs": ""}
    ) / "a"  # fmt: skip
    cargo = Cargo(toolchain, root, root, target=root / "target", limits=_LIMITS)
    with pytest.raises(SandboxError, match="not on this machine") as caught:
        await cargo.metadata()
    assert "fetch" in caught.value.fix
    result = await cargo.check()
    assert (result.ok, result.missing_dependency) == (False, True)


async def test_a_path_that_leads_nowhere_is_no_dependency_to_fetch(toolchain: Toolchain, tmp_path: Path) -> None:
    write(tmp_path, {"Cargo.toml": package("a", '[dependencies]\nx = { path = "gone" }\n'), "src/lib.rs": ""})
    with pytest.raises(RepositoryError, match=r"gone/Cargo\.toml"):
        await Cargo(toolchain, tmp_path, tmp_path, target=tmp_path / "target", limits=_LIMITS).metadata()


async def test_the_metadata_of_a_large_workspace_is_read_whole(toolchain: Toolchain, tmp_path: Path) -> None:
    more = '[package.metadata]\nlong = "' + "x" * 3_000_000 + '"\n'
    write(tmp_path, {"Cargo.toml": package("a", more), "src/lib.rs": ""})
    workspace = await Cargo(toolchain, tmp_path, tmp_path, target=tmp_path / "target", limits=_LIMITS).metadata()
    assert [member.name for member in workspace.packages] == ["a"]


async def test_fetching_keeps_the_lock_of_the_workspace(toolchain: Toolchain, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "Cargo.toml": '[workspace]\nmembers = ["a"]\nresolver = "2"\n',
            "Cargo.lock": "version = 4\n",
            "a/Cargo.toml": package("a"),
            "a/src/lib.rs": "",
        },
    )
    seen: list[list[str]] = []

    def look(argv: Sequence[str]) -> list[str]:
        seen.append(list(argv))
        return ["true"]

    cargo = Cargo(toolchain, tmp_path, tmp_path / "a", target=tmp_path / "t", fetch_wrap=look)
    await cargo.fetch()
    assert seen[0][-2:] == ["fetch", "--locked"]
    assert "CARGO_NET_OFFLINE=false" in seen[0]


async def test_a_repository_behind_a_link_keeps_its_relative_paths(toolchain: Toolchain, tmp_path: Path) -> None:
    write(tmp_path, {"real/a/Cargo.toml": package("a"), "real/a/src/lib.rs": _WRONG})
    (tmp_path / "link").symlink_to("real")
    root = tmp_path / "link"
    cargo = Cargo(toolchain, root, root / "a", target=tmp_path / "target", limits=_LIMITS)
    assert [member.root for member in (await cargo.metadata()).packages] == ["a"]
    assert places(await cargo.check()) == {("a", "E0308", "a/src/lib.rs")}


def test_a_failure_is_told_with_its_nearest_causes() -> None:
    lines = ["   Updating x", "error: failed to get `x`", "", "Caused by:", "  one", "", "Caused by:", "  two"]
    assert failure_of([*lines, "", "Caused by:", "  three"]) == ("failed to get `x`: two: three", False)
    assert failure_of([]) == ("cargo said nothing", False)
    assert failure_of(["env: no such file"]) == ("env: no such file", False)


async def test_a_failure_that_announces_more_is_told_with_it(toolchain: Toolchain, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "lib.rs").touch()
    (tmp_path / "Cargo.toml").write_text('[package]\nname = "late"\nversion = "0.1.0"\nrust-version = "1.999"\n')
    result = await Cargo(toolchain, tmp_path, tmp_path, target=tmp_path / "target", limits=_LIMITS).check()
    assert re.fullmatch(
        r"rustc \S+ is not supported by the following packages?: late@0.1.0 requires rustc 1.999", result.failure
    )


def test_members_outside_the_repository_keep_their_absolute_root(tmp_path: Path) -> None:
    member = {"name": "a", "id": "a", "manifest_path": "/else/a/Cargo.toml", "edition": "2021"}
    member |= {"targets": [], "dependencies": []}  # type: ignore[dict-item]
    told = {"workspace_members": ["a"], "packages": [member], "workspace_root": "/else"}
    assert read_workspace(json.loads(json.dumps(told)), tmp_path).packages[0].root == "/else/a"
