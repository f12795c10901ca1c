"""The jail: what runs in it reaches no network, no secret and no file that is not the sandbox's."""

import os
import shutil
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from engine.sandbox.jail import Isolation, Jail, find_isolation

needs_bubblewrap = pytest.mark.skipif(find_isolation().kind != "bubblewrap", reason="bubblewrap does not work here")
needs_cargo = pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with secrets, a worktree, a target folder and a scratch folder."""
    for name in ("home/.ssh", "tree", "target", "scratch", "home/.cargo/registry", "home/.rustup"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "home/.ssh/id_ed25519").write_text("secret key")
    (tmp_path / "home/.cargo/credentials.toml").write_text("secret token")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def jail_of(place: Path, **more) -> Jail:
    return Jail(find_isolation(), writable=[place / "tree", place / "target"], tmp=place / "scratch", **more)


def run(jail: Jail, *argv: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(jail.wrap(argv), cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


def shell(place: Path, script: str, **more) -> subprocess.CompletedProcess[str]:
    return run(jail_of(place, **more), "sh", "-c", script, cwd=place / "tree")


@needs_bubblewrap
def test_only_the_worktree_the_target_and_the_scratch_folder_can_be_written(place: Path) -> None:
    done = shell(place, f"echo a > here && echo b > {place}/target/there && echo c > /tmp/scratch && pwd")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(place / "tree")
    assert (place / "tree/here").read_text() == "a\n"
    assert (place / "target/there").read_text() == "b\n"
    assert (place / "scratch/scratch").read_text() == "c\n"
    for path in ("/etc/x", "/usr/x", "/x", str(place / "home/x"), "/root/x", str(place / "x"), "/opt/x", "/var/x"):
        if path.startswith("/tmp/"):
            continue  # below the private /tmp it may write what nobody sees
        assert shell(place, f"echo x > {path}").returncode != 0, path
        assert not Path(path).exists()
    shell(place, f"mkdir -p {place}/home && echo x > {place}/home/x")
    assert not (place / "home/x").exists()


@needs_bubblewrap
def test_secrets_of_the_home_cannot_be_read(place: Path) -> None:
    done = shell(place, f"cat {place}/home/.ssh/id_ed25519 {place}/home/.cargo/credentials.toml; ls -A ~; echo $HOME")
    assert "secret" not in done.stdout
    assert done.stdout.strip().endswith("/tmp")


@needs_bubblewrap
@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ("[build]\njobs = 3\n", True),
        ('[registry]\ntoken = "secret"\n', False),
        ('registries.mine.token = "secret"\n', False),
        ('[registries.mine]\nsecret-key = "k3.secret"\n', False),
    ],
)
def test_cargo_settings_are_seen_unless_they_hold_a_token(place: Path, settings: str, seen: bool) -> None:
    (place / "home/.cargo/config.toml").write_text(settings)
    done = shell(place, f"cat {place}/home/.cargo/config.toml")
    assert (done.stdout == settings) is seen
    assert "secret" not in done.stdout


@needs_bubblewrap
def test_tokens_of_the_environment_stay_outside(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "CARGO_REGISTRY_TOKEN", "AWS_SECRET_ACCESS_KEY", "SSH_AUTH_SOCK", "RUSTC_WRAPPER"):
        monkeypatch.setenv(name, "secret")
    for kind in ("bubblewrap", "none"):
        jail = Jail(Isolation(kind, ""), writable=[place / "tree"], tmp=place / "scratch")
        done = run(jail, "env", cwd=place / "tree")
        assert "secret" not in done.stdout, kind
        assert "PATH=" in done.stdout


@needs_bubblewrap
def test_there_is_no_network_not_even_to_this_machine(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        accepted = threading.Thread(target=lambda: server.accept()[0].close(), daemon=True)
        accepted.start()
        script = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
        python = shutil.which("python3", path="/usr/bin:/bin") or pytest.skip("no python3 in /usr/bin")
        assert "Error" in run(jail_of(place), python, "-c", script, cwd=place / "tree").stderr
        assert accepted.is_alive()
        outside = run(jail_of(place).with_network(), python, "-c", script, cwd=place / "tree")
        assert outside.returncode == 0, outside.stderr
        accepted.join(5)


@needs_bubblewrap
def test_processes_outside_are_neither_seen_nor_reached(place: Path) -> None:
    done = shell(place, f"kill -0 {os.getpid()} && echo reached; ls /proc | grep -c '^[0-9]'")
    assert "reached" not in done.stdout
    assert int(done.stdout.strip()) < 6


@needs_bubblewrap
def test_what_is_left_running_dies_with_the_jail(place: Path) -> None:
    done = shell(place, "(sleep 300; echo late > late) & echo $!")
    assert done.returncode == 0
    assert not (place / "tree/late").exists()


@needs_bubblewrap
def test_the_fetching_view_sees_no_credentials_and_no_settings_of_the_crate(place: Path) -> None:
    (place / "tree/.cargo").mkdir()
    (place / "tree/.cargo/config.toml").write_text('[build]\nrustc = "./evil"\n')
    (place / "tree/member/.cargo").mkdir(parents=True)
    (place / "tree/member/.cargo/config").write_text('[build]\nrustc = "./evil"\n')
    jail = jail_of(place).with_network()
    done = run(
        jail,
        *("sh", "-c"),
        f"cat .cargo/* member/.cargo/* {place}/home/.cargo/credentials.toml; echo $RUSTC"
        f"; echo x > {place}/home/.cargo/registry/fetched && echo y > {place}/home/.cargo/git/fetched",
        cwd=place / "tree",
    )
    assert "evil" not in done.stdout
    assert "secret" not in done.stdout
    assert (place / "home/.cargo/registry/fetched").exists()
    assert (place / "home/.cargo/git/fetched").exists()
    assert (place / "tree/.cargo/config.toml").exists()
    assert jail_of(place).wrap(["true"]) != jail.wrap(["true"])


def test_without_isolation_the_command_runs_with_a_clean_environment(place: Path) -> None:
    jail = Jail(Isolation("none", "nothing here"), writable=[place / "tree"], tmp=place / "scratch")
    done = run(jail, "sh", "-c", "echo $HOME $TMPDIR; pwd", cwd=place / "tree")
    assert done.stdout.split() == [str(place / "scratch"), str(place / "scratch"), str(place / "tree")]


@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not installed")
def test_unshare_takes_the_network_away(place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("unshare", "true", "sh", "env", "cat"):
        (tools / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(tools))
    find_isolation.cache_clear()
    try:
        isolation = find_isolation()
    finally:
        find_isolation.cache_clear()
    if isolation.kind != "unshare":
        pytest.skip(f"unshare does not work here: {isolation.detail}")
    assert "bubblewrap is not installed" in isolation.detail
    jail = Jail(isolation, writable=[place / "tree"], tmp=place / "scratch")
    done = run(jail, "cat", "/proc/net/dev", cwd=place / "tree")
    names = [line.split(":")[0].strip() for line in done.stdout.splitlines() if ":" in line]
    assert set(names) <= {
        "lo",
        "tunl0",
        "sit0",
        "ip6tnl0",
        "gre0",
        "gretap0",
        "erspan0",
        "ip_vti0",
        "ip6_vti0",
        "ip6gre0",
    }


def test_isolation_can_be_switched_off_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSTA_ISOLATION", "none")
    find_isolation.cache_clear()
    try:
        assert find_isolation() == Isolation("none", "switched off by RUSTA_ISOLATION")
    finally:
        find_isolation.cache_clear()


BUILD = r"""
use std::{env, fs, net::TcpStream, path::Path};
fn main() {
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("made.rs"), "pub const MADE: u32 = 7;").unwrap();
    let home = env::var("CARGO_HOME").unwrap();
    assert!(fs::read(Path::new(&home).join("credentials.toml")).is_err(), "credentials are visible");
    assert!(fs::write(Path::new(&home).join("registry/poison"), "x").is_err(), "the registry can be written");
    assert!(fs::write("/etc/poison", "x").is_err(), "the system can be written");
    assert!(TcpStream::connect("1.1.1.1:53").is_err(), "there is a network");
    assert!(env::var("GITHUB_TOKEN").is_err(), "tokens are visible");
}
"""


@needs_bubblewrap
@needs_cargo
def test_cargo_checks_and_tests_a_crate_with_a_build_script_offline(
    user, sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    user.write("Cargo.toml", '[package]\nname = "user"\nversion = "0.1.0"\nedition = "2021"\nbuild = "build.rs"\n')
    user.write("build.rs", BUILD)
    user.write(
        "src/lib.rs",
        'include!(concat!(env!("OUT_DIR"), "/made.rs"));\n#[test]\nfn made() {\n    assert_eq!(MADE, 7);\n'
        '    std::fs::write("/tmp/scratch", "x").unwrap();\n}\n',
    )
    sandbox.reset(user.commit("crate"))
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    jail = Jail(
        find_isolation(),
        writable=[sandbox.path, sandbox.target],
        readable=[user.open().common_dir, Path(sysroot)],
        tmp=sandbox.tmp,
    )
    inside = ["env", f"CARGO_TARGET_DIR={sandbox.target}", "PATH=" + f"{sysroot}/bin:/usr/bin:/bin", "cargo"]
    for words in (["check", "--offline"], ["test", "--offline"]):
        done = run(jail, *inside, *words, cwd=sandbox.path)
        assert done.returncode == 0, done.stderr
        assert "warning" not in done.stderr, done.stderr
    again = run(jail, *inside, "check", "--offline", "-v", cwd=sandbox.path)
    assert "Fresh user" in again.stderr
    assert run(jail, "git", "rev-parse", "HEAD", cwd=sandbox.path).stdout.strip() == user.git("rev-parse", "HEAD")
    assert run(jail, "git", "update-ref", "refs/heads/poison", "HEAD", cwd=sandbox.path).returncode != 0
    assert user.git("branch", "--list", "poison") == ""


@pytest.mark.slow
@needs_bubblewrap
@needs_cargo
def test_what_was_fetched_with_a_network_builds_without_one(
    user, sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    try:
        socket.create_connection(("index.crates.io", 443), 5).close()
    except OSError as error:
        pytest.skip(f"crates.io cannot be reached: {error}")
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "cargo home"))
    user.write(
        "Cargo.toml",
        '[package]\nname = "user"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nitoa = "1"\nanyhow = "1"\n',
    )
    user.write("src/lib.rs", "pub fn f() -> anyhow::Result<String> { Ok(itoa::Buffer::new().format(1).to_owned()) }\n")
    sandbox.reset(user.commit("crate"))
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    jail = Jail(find_isolation(), writable=[sandbox.path, sandbox.target], readable=[Path(sysroot)], tmp=sandbox.tmp)
    inside = ["env", f"CARGO_TARGET_DIR={sandbox.target}", "PATH=" + f"{sysroot}/bin:/usr/bin:/bin", "cargo"]
    assert run(jail, *inside, "check", "--offline", cwd=sandbox.path).returncode != 0
    fetched = run(jail.with_network(), *inside, "fetch", cwd=sandbox.path)
    assert fetched.returncode == 0, fetched.stderr
    checked = run(jail, *inside, "check", "--offline", cwd=sandbox.path)
    assert checked.returncode == 0, checked.stderr
    assert "warning" not in checked.stderr, checked.stderr
