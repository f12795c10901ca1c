"""Lines, diffs, colours and lists, each by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rusta_tui.diff import parse
from rusta_tui.lines import bar, fit, harmless, plain, seconds, spark, spread, width_of, wrap
from rusta_tui.sessions import ago, parse_sessions, session_row
from rusta_tui.syntax import Highlighter
from rusta_tui.widgets.tail import role_of


def test_lines_are_cut_and_spread_by_cells() -> None:
    assert plain(fit((("日本語日本語", "text"),), 5)) == "日本…"
    assert width_of(spread((("left", "text"),), (("right", "dim"),), 20)) == 20
    assert plain(spread((("a" * 50, "text"),), (("end", "dim"),), 20)).endswith(" end")


@pytest.mark.parametrize("width", [8, 20, 50])
def test_wrapping_keeps_every_word(width: int) -> None:
    text = "a_word_longer_than_the_whole_line and some short ones"
    lines = wrap(text, width)
    assert all(len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_what_would_fool_the_eye_is_named_or_dropped() -> None:
    assert harmless("\x1b[31mred\x1b[0m\tx\x07") == "red    x"
    assert harmless("a\u202eb") == "a<U+202E>b"
    assert harmless("plain") == "plain"


def test_numbers_are_short_and_have_units() -> None:
    assert [seconds(value) for value in (0.214, 12.34, 65, 3700)] == ["0.21 s", "12.3 s", "1 min 05 s", "1 h 01 min"]
    assert spark([0, 0.5, 1]) == "▁▅█"
    assert bar(0.5, 4) == "██  "


def test_hunks_are_counted_over_the_whole_diff() -> None:
    one = "--- a/a.rs\n+++ b/a.rs\n@@ -1 +1 @@ fn a()\n-old\r\n+new\r\n"
    two = "--- a/b.rs\n+++ b/b.rs\n@@ -1 +1,2 @@\n kept\n+more\n\\ No newline at end of file\n"
    diff = parse(one + two)
    assert [(hunk.index, hunk.file) for hunk in diff.hunks] == [(0, 0), (1, 1)]
    assert (diff.added, diff.removed) == (2, 1)
    assert [row.text for row in diff.rows if row.mark == "-"] == ["old"]


def test_a_text_that_is_no_diff_can_still_be_read() -> None:
    diff = parse("@@ -1,9 +1,9 @@\n nonsense\n")
    assert diff.hunks == ()
    assert any("nonsense" in row.text for row in diff.rows) or diff.rows == ()


def test_source_is_coloured_line_by_line() -> None:
    lines = ["fn main() {", '    let s = "a', 'b";', "}"]
    shown = Highlighter("src/main.rs", lines)
    assert ("fn", "keyword") in shown.line(0)
    assert shown.line(2)[0][1] == "string"
    assert "".join(text for text, _ in shown.line(1)) == lines[1]


def test_the_tail_knows_good_from_bad() -> None:
    assert role_of("test a::b ... ok") == "good"
    assert role_of("test a::b ... FAILED") == "bad"
    assert role_of("error[E0502]: cannot borrow") == "bad"
    assert role_of("warning: unused") == "wait"


def test_sessions_are_read_line_by_line() -> None:
    found = parse_sessions(
        '{"id":"a","path":"/r","outcome":null}\nnot json\n{"id":"b","path":"/r","outcome":"fixed"}\n'
    )
    assert [(past.id, past.open) for past in found] == [("a", True), ("b", False)]
    assert "unfinished" in plain(session_row(found[0], 100))
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert ago("2026-01-01T22:00:00Z", now) == "2 h ago"
    assert ago("never", now) == "never"
