"""How `rusta` starts, and what a wrong command line gets."""

from __future__ import annotations

import subprocess
import sys

from engine import __version__

HEAVY = ("torch", "textual", "typer", "rich", "pydantic", "sqlmodel", "alembic", "git")


def loaded_after(arguments: list[str], environment: dict[str, str]) -> set[str]:
    code = (
        "import sys; sys.argv = ['rusta', *sys.argv[1:]]\n"
        "from rusta_cli.entry import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, env=environment
    )
    return set(done.stderr.split())


def test_version_loads_nothing_that_costs_time(environment):
    assert loaded_after(["--version"], environment) == set()


def test_help_on_a_pipe_loads_neither_rich_nor_the_records(environment):
    assert loaded_after(["--help"], environment) == {"typer"}


def test_version_is_said_wherever_the_option_stands(rusta):
    for arguments in (["--version"], ["-V"], ["--version", "fix"]):
        done = rusta(*arguments)
        assert (done.returncode, done.stdout) == (0, f"rusta {__version__}\n")


def test_help_on_a_pipe_is_plain_and_names_every_exit_code(rusta):
    done = rusta("--help")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert not set("╭╮╰╯│") & set(done.stdout)
    assert "130 interrupted" in " ".join(done.stdout.split())


def test_a_wrong_command_line_is_usage(rusta):
    for arguments in (["fxi"], ["fix", "--approve", "maybe"], ["fix", "--wat"], ["explain"], ["replay"]):
        done = rusta(*arguments)
        assert done.returncode == 2, arguments
        assert "Usage: rusta" in done.stderr
        assert "Traceback" not in done.stderr
        assert "\x1b" not in done.stderr
