"""Moves that edit manifests, on real workspaces: cargo refuses what is there and takes what the move makes of it."""

import json
import subprocess

import pytest

from engine.brain.moves.move import Site
from engine.brain.moves.packages import depend_on_the_member
from engine.brain.protocol import Context
from engine.rust.diagnostics import Places, read_message
from engine.rust.docs import Docs
from engine.rust.structure import CrateIndex
from engine.rust.workspace import read_workspace

SHARED = '[workspace]\nmembers = ["till", "rates"]\nresolver = "2"\n'


def manifest(name, more=""):
    return f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n{more}'


class Space:
    """A workspace of two members, `till` and `rates`, checked by the real cargo."""

    def __init__(self, root):
        self.root = root
        self.write("Cargo.toml", SHARED)
        self.write("till/Cargo.toml", manifest("till"))
        self.write("till/src/lib.rs", "use rates::rate;\npub fn due(sum: u64) -> u64 {\n    sum * rate()\n}\n")
        self.write("rates/Cargo.toml", manifest("rates"))
        self.write("rates/src/lib.rs", "pub fn rate() -> u64 {\n    2\n}\n")

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def cargo(self, *words):
        return subprocess.run(
            ["cargo", *words, "--offline"], cwd=self.root, capture_output=True, text=True, check=False
        )

    def errors(self):
        places = Places(self.root, self.root)
        lines = self.cargo("check", "--message-format=json").stdout.splitlines()
        messages = [json.loads(line) for line in lines if line.startswith("{")]
        found = (read_message(each, places) for each in messages if each["reason"] == "compiler-message")
        return [each for each in found if each and each.level.is_error]

    def read(self, path):
        file = self.root / path
        return file.read_bytes() if file.is_file() else None

    def fixes(self):
        metadata = json.loads(self.cargo("metadata", "--format-version", "1").stdout)
        workspace = read_workspace(metadata, self.root)
        (found,) = [each for each in self.errors() if each.code == "E0432"]
        index = CrateIndex(self.root)
        context = Context(found, (), self.read, index, workspace, Docs(None))
        return list(depend_on_the_member.propose(Site(context)))

    def apply(self, fix):
        for edit in fix.edits:
            source = self.read(edit.path)
            assert source[edit.byte_start : edit.byte_end] == edit.before.encode()
            after = source[: edit.byte_start] + edit.after.encode() + source[edit.byte_end :]
            (self.root / edit.path).write_bytes(after)


@pytest.fixture
def space(tmp_path, crate):
    return Space(tmp_path)


@pytest.mark.parametrize(
    ("more", "line"),
    [("", 'rates = { path = "../rates" }'), ("\n[dependencies]\n", 'rates = { path = "../rates" }')],
    ids=["without a table", "with a table"],
)
def test_the_member_is_listed_by_its_path_and_locked(space, more, line):
    space.write("till/Cargo.toml", manifest("till", more))
    (fix,) = space.fixes()
    space.apply(fix)
    locked = space.read("Cargo.lock")
    assert line in space.read("till/Cargo.toml").decode()
    assert space.errors() == []
    assert space.read("Cargo.lock") == locked  # cargo has nothing left to write


def test_what_the_workspace_declares_is_inherited(space):
    space.write("Cargo.toml", SHARED + '\n[workspace.dependencies]\nrates = { path = "rates" }\n')
    (fix,) = space.fixes()
    space.apply(fix)
    assert "rates.workspace = true" in space.read("till/Cargo.toml").decode()
    assert space.errors() == []


def test_no_circle_is_made(space):
    space.write("rates/Cargo.toml", manifest("rates", '\n[dependencies]\ntill = { path = "../till" }\n'))
    assert space.fixes() == []


def test_a_crate_from_elsewhere_is_not_added(space):
    space.write("till/src/lib.rs", "use chrono::NaiveDate;\npub fn f(_: NaiveDate) {}\n")
    assert space.fixes() == []
