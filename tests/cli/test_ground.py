"""init, practice and doctor: what they leave behind, and what they refuse."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from engine.resources import shipped


@pytest.fixture
def home(environment: dict[str, str]) -> Path:
    return Path(environment["RUSTA_HOME"])


def shipped_voice() -> bool:
    try:
        shipped("data", "voice", "rusta.yaml")
    except FileNotFoundError:
        return False
    return True


needs_voice = pytest.mark.skipif(not shipped_voice(), reason="no voice profile is shipped")


@needs_voice
def test_init_writes_both_files_and_names_them(rusta, home):
    done = rusta("init")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(home / "policy.yaml"), str(home / "voice.yaml")]
    assert yaml.safe_load((home / "policy.yaml").read_text())
    assert yaml.safe_load((home / "voice.yaml").read_text())


@needs_voice
def test_init_never_overwrites_what_the_mentor_wrote_unless_forced(rusta, home):
    home.mkdir()
    (home / "voice.yaml").write_text("mine: true\n")
    refused = rusta("init")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"rusta: {home / 'voice.yaml'} is there already\n  ")
    assert (home / "voice.yaml").read_text() == "mine: true\n"
    assert not (home / "policy.yaml").exists()
    assert rusta("init", "--force").returncode == 0
    assert "mine" not in (home / "voice.yaml").read_text()


@needs_voice
def test_a_home_that_is_a_file_is_one_clear_line(rusta, tmp_path):
    (tmp_path / "file").touch()
    done = rusta("init", RUSTA_HOME=str(tmp_path / "file"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert "RUSTA_HOME" in done.stderr


def test_practice_prints_the_path_of_a_repository_with_history(rusta, tmp_path):
    done = rusta("practice", str(tmp_path / "practice"))
    assert done.returncode == 0, done.stderr
    place = Path(done.stdout.strip())
    assert place == tmp_path / "practice"
    log = subprocess.run(["git", "log", "--oneline"], cwd=place, capture_output=True, text=True, check=True)
    assert len(log.stdout.splitlines()) > 1


def test_practice_without_a_place_makes_one(rusta, tmp_path):
    done = rusta("practice", TMPDIR=str(tmp_path))
    assert Path(done.stdout.strip()).parent == tmp_path


def test_practice_refuses_a_folder_with_something_in_it(rusta, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.txt").write_text("years of work")
    done = rusta("practice", str(tmp_path / "full"))
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert (tmp_path / "full/thesis.txt").exists()


def test_doctor_looks_at_everything_and_says_how_to_mend(rusta):
    done = rusta("doctor", "--json")
    assert done.returncode == 0, done.stderr
    findings = {finding["name"]: finding for finding in map(json.loads, done.stdout.splitlines())}
    assert set(findings) == {
        "toolchain", "clippy", "rustfmt", "docs", "analyzer", "git", "isolation", "home", "store", "editor",
    }  # fmt: skip
    assert all(finding["well"] != bool(finding["mend"]) for finding in findings.values())


def test_doctor_without_cargo_is_sick_and_says_where_to_get_it(rusta, tmp_path):
    done = rusta("doctor", PATH=str(tmp_path), HOME=str(tmp_path), CARGO_HOME=str(tmp_path), RUSTUP_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert any(line.startswith("toolchain") and "missing" in line for line in done.stdout.splitlines())
    assert any(line.startswith("git") and "missing" in line for line in done.stdout.splitlines())


def test_doctor_does_not_show_the_password_of_a_database(rusta):
    done = rusta("doctor", RUSTA_DATABASE_URL="postgresql+psycopg://me:secret@127.0.0.1:1/rusta")
    assert "secret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
