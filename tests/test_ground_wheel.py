"""The wheel, installed in an empty environment and used from another folder, needs nothing of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Protocol

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="builds the wheel from a git checkout"),
]


class Run(Protocol):
    """Runs an installed program from an empty folder and returns what it printed."""

    def __call__(self, program: str, *arguments: str) -> str: ...


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel, with the dependencies of this one within its reach."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (place / "dist").glob("*.whl")
    environment = place / "environment"
    venv.create(environment, symlinks=True)
    programs = environment / "bin"
    install = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    # Python reads .pth files of its own site-packages only, so the editable install of this one stays out.
    purelib = environment / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    (purelib / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    return programs


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["RUSTA_HOME"] = str(tmp_path / "home")

    def run(program: str, *arguments: str) -> str:
        done = subprocess.run(
            [installed / program, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_both_programs_tell_their_version(run: Run) -> None:
    from engine import __version__

    assert run("rusta", "--version") == f"rusta {__version__}\n"
    assert run("rusta-tui", "--version") == f"rusta-tui {__version__}\n"


def test_data_and_devlogs_ride_along_whole(run: Run, installed: Path) -> None:
    code = "import engine; from engine.resources import shipped\n"
    code += "print(engine.__file__, shipped('data'), shipped('devlogs'), sep='\\n')"
    package, data, devlogs = (Path(line) for line in run("python", "-c", code).splitlines())
    assert all(path.is_relative_to(installed.parent) for path in (package, data, devlogs))
    for name, copy in (("data", data), ("devlogs", devlogs)):
        tracked = subprocess.run(["git", "ls-files", name], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for path in map(Path, tracked.splitlines()):
            if (ROOT / path).exists():
                assert (copy / path.relative_to(name)).read_bytes() == (ROOT / path).read_bytes(), path


def test_the_yaml_of_the_rooms_rides_along_beside_their_code(run: Run) -> None:
    files = [
        path.relative_to(ROOT).as_posix()
        for room in ("curriculum", "engine", "rusta_tui", "rusta_cli")
        for path in sorted((ROOT / room).rglob("*"))
        if path.is_file() and path.suffix in {".yaml", ".tcss", ".py", ".mako"} and "shipped" not in path.parts
    ]
    code = (
        "import pathlib, sys, engine\n"
        "root = pathlib.Path(engine.__file__).parent.parent\n"
        "print(*[name for name in sys.argv[1:] if not (root / name).is_file()])"
    )
    assert run("python", "-c", code, *files).split() == []


def test_the_practice_workspace_comes_out_of_the_wheel(run: Run, tmp_path: Path) -> None:
    run("rusta", "practice", str(tmp_path / "practice"))
    assert (tmp_path / "practice" / "crates" / "lexis" / "src" / "lib.rs").is_file()


def test_the_settings_come_out_of_the_wheel(run: Run, tmp_path: Path) -> None:
    run("rusta", "init")
    assert (tmp_path / "home" / "policy.yaml").is_file()
    assert (tmp_path / "home" / "voice.yaml").is_file()
