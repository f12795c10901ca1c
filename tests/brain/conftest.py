import json
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.brain.protocol import Context
from engine.rust.diagnostics import Places, numbered, read_message
from engine.rust.docs import Docs
from engine.rust.structure import CrateIndex


class Crate:
    """One Rust file in a folder of its own, compiled by the real rustc."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rustc = shutil.which("rustc")
        self.file = root / "lib.rs"

    def write(self, text: str) -> None:
        self.file.write_bytes(text.encode())

    def check(self):
        """What rustc says about the file, errors only."""
        command = [self.rustc, "--edition", "2021", "--crate-type", "lib", "--emit=metadata", "--error-format=json"]
        done = subprocess.run(
            [*command, "-A", "warnings", "lib.rs"], cwd=self.root, capture_output=True, text=True, check=False
        )
        places = Places(self.root, self.root)
        messages = [{"message": json.loads(line)} for line in done.stderr.splitlines() if line.startswith("{")]
        read = (read_message(message, places) for message in messages)
        return [found for found in numbered(found for found in read if found) if found.level.is_error]

    def passes_its_tests(self) -> bool:
        """Whether the file's tests are green."""
        command = [self.rustc, "--edition", "2021", "--test", "-A", "warnings", "-o", "works", "lib.rs"]
        built = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        assert built.returncode == 0, built.stderr
        return subprocess.run(["./works", "-q"], cwd=self.root, capture_output=True, check=False).returncode == 0

    def read(self, path):
        file = self.root / path
        return file.read_bytes() if file.exists() else None

    def context(self, diagnostic, others=(), **facts):
        return Context(
            diagnostic=diagnostic,
            others=tuple(others),
            read=self.read,
            index=CrateIndex(self.root, None),
            workspace=None,
            docs=Docs(None),
            **facts,
        )

    def after(self, edits) -> str:
        """The file with edits made, which must fit it."""
        source = self.file.read_bytes()
        for edit in sorted(edits, key=lambda edit: (edit.byte_start, edit.byte_end), reverse=True):
            assert source[edit.byte_start : edit.byte_end] == edit.before.encode()
            source = source[: edit.byte_start] + edit.after.encode() + source[edit.byte_end :]
        return source.decode()


@pytest.fixture
def crate(tmp_path):
    made = Crate(tmp_path)
    if made.rustc is None:
        pytest.skip("rustc is not installed")
    return made
