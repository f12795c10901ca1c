"""However a command ends badly: a line a person can act on, the right code, and never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import RustaError
from rusta_cli import failures


def test_a_typed_error_is_two_lines_and_exit_code_1(monkeypatch, capsys):
    def fail(arguments):
        raise RustaError("the crate is upside down", fix="turn it")

    monkeypatch.setattr(failures, "_invoke", fail)
    assert failures.guarded(["fix"]) == 1
    assert capsys.readouterr().err == "rusta: the crate is upside down\n  turn it\n"


def test_an_unexpected_error_is_kept_in_a_file_and_told_in_one_line(monkeypatch, capsys, tmp_path):
    def fail(arguments):
        raise ValueError("first\nsecond")

    monkeypatch.setenv("RUSTA_HOME", str(tmp_path))
    monkeypatch.setattr(failures, "_invoke", fail)
    assert failures.guarded(["fix", "here"]) == 1
    (crash,) = (tmp_path / "crashes").iterdir()
    error = capsys.readouterr().err
    assert error.splitlines()[0] == "rusta: something broke that should not have: ValueError: first second"
    assert str(crash) in error
    assert "Traceback" not in error
    assert "rusta fix here" in crash.read_text()
    assert "Traceback" in crash.read_text()


def test_a_home_that_cannot_be_written_does_not_hide_the_error(monkeypatch, capsys, tmp_path):
    def fail(arguments):
        raise ValueError("odd")

    (tmp_path / "file").touch()
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(failures, "_invoke", fail)
    assert failures.guarded([]) == 1
    assert "ValueError: odd" in capsys.readouterr().err


def test_ctrl_c_outside_a_session_is_quiet_and_130(monkeypatch, capsys):
    def fail(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(failures, "_invoke", fail)
    assert failures.guarded([]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("arguments", ["--help", "doctor --json"])
def test_a_reader_that_went_away_is_no_failure_worth_a_word(arguments, environment):
    command = f"{sys.executable} -m rusta_cli {arguments} | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""


def test_closed_streams_are_survived(environment, tmp_path):
    command = f"{sys.executable} -m rusta_cli sessions <&- >&- 2>&-"
    done = subprocess.run(["bash", "-c", command], check=False, env=environment)
    assert done.returncode == 0
    assert (Path(environment["RUSTA_HOME"]) / "rusta.db").read_bytes().startswith(b"SQLite format 3")
