"""The mentor at a real terminal: what is shown, what each key does, and that the terminal is given back."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

BEFORE = 'fn main() {\n    let a = 1;\n    let b = 2;\n    println!("{a}{b}");\n}\n'
AFTER = 'fn main() {\n    let a = 3;\n    let b = 2;\n    println!("{a} {b}");\n}\n'
SCRIPT = str(Path(__file__).with_name("scripted.py"))
PROMPT = "[q]uit>"
PATIENCE = 60.0  # seconds


def _take_terminal() -> None:
    """Makes descriptor 0 the controlling terminal, so that Ctrl-C becomes a signal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A child process in a pseudo-terminal, read until what is expected has appeared."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.end, child_end = pty.openpty()
        termios.tcsetwinsize(child_end, (40, 120))
        self.process = subprocess.Popen(
            command,
            stdin=child_end,
            stdout=child_end,
            stderr=child_end,
            env=environment,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(child_end)
        self.raw = ""

    @property
    def text(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.raw).replace("\r\n", "\n")

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self.end], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise AssertionError(f"nothing more came; so far:\n{self.text}")
        try:
            chunk = os.read(self.end, 65536)
        except OSError:
            return False
        self.raw += chunk.decode(errors="replace")
        return bool(chunk)

    def wait_for(self, wanted: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while wanted not in self.text:
            if not self._read(deadline):
                raise AssertionError(f"{wanted!r} never came; the whole:\n{self.text}")

    def expect(self, wanted: str) -> None:
        self.wait_for(wanted)
        self.raw = self.text[self.text.index(wanted) + len(wanted) :]

    def type(self, line: str) -> None:
        os.write(self.end, line.encode() + b"\n")

    def rest(self) -> tuple[str, int]:
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self.text, self.process.wait(timeout=PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.end)


@pytest.fixture
def review(environment: dict[str, str]) -> Iterator[Terminal]:
    terminal = Terminal([sys.executable, SCRIPT, "review"], environment)
    yield terminal
    terminal.close()


def test_the_diff_is_shown_in_colour_with_its_signs(review):
    review.wait_for(PROMPT)
    assert "\x1b[" in review.raw
    assert re.search(r"2 −\s+let a = 1;", review.text)
    assert re.search(r"2 \+\s+let a = 3;", review.text)
    assert "hunk 2" in review.text


@pytest.mark.parametrize("key", ["a", "approve", "y"])
def test_approve(review, key):
    review.expect(PROMPT)
    review.type(key)
    text, code = review.rest()
    assert "approve hunks=None" in text
    assert code == 0


def test_veto_asks_for_a_reason_and_passes_it_on(review):
    review.expect(PROMPT)
    review.type("v")
    review.expect("why")
    review.type("it hides the bug")
    text, code = review.rest()
    assert "reason=it hides the bug" in text
    assert code == 4


def test_veto_takes_its_reason_on_the_same_line(review):
    review.expect(PROMPT)
    review.type("v clones too much")
    text, code = review.rest()
    assert "reason=clones too much" in text
    assert code == 4


def test_hunks_count_from_one_and_only_real_ones_are_taken(review):
    review.expect(PROMPT)
    review.type("h 3")
    review.expect("name the hunks to keep, from 1 to 2")
    review.expect(PROMPT)
    review.type("h 2")
    review.expect("why not the rest")
    review.type("the first is noise")
    text, _ = review.rest()
    assert "hunks=(1,)" in text
    assert "reason=the first is noise" in text


def test_single_lines_are_dropped_by_the_numbers_that_the_diff_shows(review):
    review.expect(PROMPT)
    review.type("x 1 -2 +2, 2 +4")
    review.expect("why not the rest")
    review.type("one is enough")
    text, code = review.rest()
    assert "approve hunks=(1,)" in text
    assert "lines={1: (1,)}" in text
    assert "reason=one is enough" in text
    assert code == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x", "name a hunk, from 1 to 2"),
        ("x 3", "name a hunk, from 1 to 2"),
        ("x 1 +9", "+9 is no changed line of hunk 1"),
        ("x 1 two", "two is no changed line of hunk 1"),
        ("x 1, 2", "that drops the whole patch"),
        ("x 1 -2 +2, 2", "that drops the whole patch"),
        ("e 7", "name one hunk, from 1 to 2"),
    ],
)
def test_a_part_that_is_none_decides_nothing(open_review, typed, said):
    terminal = open_review("true")
    terminal.type(typed)
    terminal.expect(said)
    terminal.expect(PROMPT)


def test_the_tests_that_ran_are_listed_with_their_times_failed_ones_first(review):
    review.expect(PROMPT)
    review.type("t")
    review.wait_for(PROMPT)
    places = [
        review.text.index(part) for part in ("cargo check", "cargo test", "✗ reads", "✓ adds", "– slow", "3 more")
    ]
    assert places == sorted(places)
    assert "ink src/main.rs  0.25 s" in review.text
    review.expect(PROMPT)
    review.type("t adds")
    review.wait_for(PROMPT)
    assert "adds" in review.text
    assert "reads" not in review.text
    review.expect(PROMPT)
    review.type("t nothing-like-it")
    review.expect("no test that ran holds")


def test_who_uses_what_the_hunks_change_is_told(review):
    review.expect(PROMPT)
    review.type("r")
    review.wait_for(PROMPT)
    for part in ("hunk 1, 2", "4 uses", "more than its body", "src/other.rs:7", "main();", "and 3 more", "helper"):
        assert part in review.text
    review.expect(PROMPT)
    review.type("r 1")
    review.wait_for(PROMPT)
    assert "main" in review.text
    assert "helper" not in review.text


def test_an_unknown_key_explains_the_keys_and_decides_nothing(review):
    review.expect(PROMPT)
    review.type("wat")
    review.expect("commit the patch as it stands")
    review.expect(PROMPT)
    review.type("")
    review.expect(PROMPT)


def test_quit_leaves_the_patch_waiting(review):
    review.expect(PROMPT)
    review.type("q")
    text, code = review.rest()
    assert "rusta resume s1" in text
    assert code == 3


def test_end_of_input_leaves_the_patch_waiting(review):
    review.expect(PROMPT)
    os.write(review.end, b"\x04")
    text, code = review.rest()
    assert "rusta resume s1" in text
    assert code == 3


def test_ctrl_c_while_asked_is_130_and_resumable(review):
    review.expect(PROMPT)
    os.write(review.end, b"\x03")
    text, code = review.rest()
    assert "rusta resume s1" in text
    assert code == 130


def test_a_closed_terminal_window_ends_the_session(review):
    review.expect(PROMPT)
    os.kill(review.process.pid, signal.SIGHUP)
    _, code = review.rest()
    assert code == 130


def test_the_cursor_comes_back_after_ctrl_c(environment):
    terminal = Terminal([sys.executable, SCRIPT, "long"], environment)
    try:
        terminal.wait_for("cargo check")
        os.write(terminal.end, b"\x03")
        _, code = terminal.rest()
        assert code == 130
        assert terminal.raw.rindex("\x1b[?25h") > terminal.raw.rindex("\x1b[?25l")
    finally:
        terminal.close()


def test_no_color_is_honoured(environment):
    terminal = Terminal([sys.executable, SCRIPT, "review"], environment | {"NO_COLOR": "1"})
    try:
        terminal.wait_for(PROMPT)
        assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", terminal.raw)
    finally:
        terminal.close()


def test_a_question_is_answered_with_a_line(environment):
    terminal = Terminal([sys.executable, SCRIPT, "question"], environment)
    try:
        terminal.expect("Which of the two?")
        terminal.expect("your answer")
        terminal.type("the second")
        text, code = terminal.rest()
        assert "answered the second" in text
        assert code == 0
    finally:
        terminal.close()


def test_keys_typed_before_the_question_approve_nothing(environment):
    terminal = Terminal([sys.executable, SCRIPT, "late"], environment)
    try:
        terminal.wait_for("cargo check")
        terminal.type("a")
        terminal.process.send_signal(signal.SIGUSR1)
        terminal.expect(PROMPT)
        terminal.type("v no")
        _, code = terminal.rest()
        assert code == 4
    finally:
        terminal.close()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository whose commit the scripted patch fits."""
    place = tmp_path / "ink"
    (place / "src").mkdir(parents=True)
    (place / "src/main.rs").write_text(BEFORE)
    for arguments in (["init", "-q"], ["add", "."], ["-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "m"]):
        subprocess.run(["git", *arguments], cwd=place, check=True)
    return place


@pytest.fixture
def open_review(environment: dict[str, str], repository: Path) -> Iterator[Callable[[str], Terminal]]:
    """Opens a review of the scripted patch with an editor of the test's choice."""
    opened: list[Terminal] = []

    def review_with(editor: str) -> Terminal:
        more = {"SCRIPT_REPOSITORY": str(repository), "SCRIPT_BASE": "HEAD", "VISUAL": editor}
        opened.append(Terminal([sys.executable, SCRIPT, "review"], environment | more))
        opened[0].expect(PROMPT)
        return opened[0]

    yield review_with
    for terminal in opened:
        terminal.close()


def test_edit_opens_the_patched_file_and_sends_the_new_text(open_review, repository, tmp_path):
    editor = tmp_path / "my editor"
    editor.write_text("#!/bin/sh\nsed -i 's/= 3/= 33/' \"$1\"\n")
    editor.chmod(0o755)
    terminal = open_review(f"'{editor}'")
    terminal.type("e")
    terminal.expect("why (optional)>")
    terminal.type("rounder")
    text, code = terminal.rest()
    assert "reason=rounder" in text
    assert repr(AFTER.replace("= 3;", "= 33;")) in text.replace("\n", "")
    assert code == 0
    assert (repository / "src/main.rs").read_text() == BEFORE


def test_one_hunk_is_edited_by_itself_and_the_whole_file_is_sent(open_review, tmp_path):
    editor = tmp_path / "my editor"
    editor.write_text(f'#!/bin/sh\ncp "$1" {tmp_path}/seen\nsed -i \'s/{{b}}/{{b}}!/\' "$1"\n')
    editor.chmod(0o755)
    terminal = open_review(f"'{editor}'")
    terminal.type("e 2")
    terminal.expect("why (optional)>")
    terminal.type("")
    text, code = terminal.rest()
    assert (tmp_path / "seen").read_text() == '    println!("{a} {b}");\n}\n'
    assert repr(AFTER.replace("{b}", "{b}!")) in text.replace("\n", "")
    assert code == 0


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        ("true", "nothing changed"),
        ("false", "failed"),
        ("no-such-editor", "does not start"),
        ("'unclosed", "does not start"),
        ('sh -c \'printf "\\377" > "$1"\' sh', "not UTF-8"),
    ],
)
def test_an_editor_that_changes_nothing_useful_decides_nothing(open_review, editor, said):
    terminal = open_review(editor)
    terminal.type("e")
    terminal.expect(said)
    terminal.expect(PROMPT)


def test_ctrl_c_in_the_editor_is_for_the_editor(open_review):
    terminal = open_review("sh -c 'trap \"exit 0\" INT; echo editing; while :; do sleep 0.05; done'")
    terminal.type("e")
    terminal.expect("editing")
    os.write(terminal.end, b"\x03")
    terminal.expect("nothing changed")
    terminal.expect(PROMPT)
