"""Markdown laid out as lines with roles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rusta_tui.lines import plain, width_of
from rusta_tui.markdown import markdown_lines

DIFF = """--- a/src/parse.rs
+++ b/src/parse.rs
@@ -1,3 +1,3 @@ impl Parser {
 impl Parser {
-    let t = &self.toks[0];
+    let t = self.toks[0].clone();
 }
"""


def texts(text: str, width: int = 40, folded: str = "") -> list[str]:
    return [plain(line).rstrip() for line in markdown_lines(text, width, folded=folded)]


def test_headings_lists_and_paragraphs_keep_their_shape() -> None:
    head = "# A title\n\n## 1. Part\n\nSome text\nthat goes on.\n\n### Probes\n\n"
    assert texts(head + "- one\n- two\n  1. deep\n  2. er\n\n> said\n") == [
        "A title",
        "",
        "▎1. Part",
        "",
        "Some text that goes on.",
        "",
        "Probes",
        "• one",
        "• two",
        "  1. deep",
        "  2. er",
        "",
        "│ said",
    ]


def test_emphasis_code_and_links_are_roles_not_signs() -> None:
    (line,) = markdown_lines("a *b* **c** `d` [e](https://f.example) <https://g.example>", 80)
    assert {role: text for text, role in line if text.strip()} == {
        "text": "a",
        "emphasis": "b",
        "strong": "c",
        "code-macro": "d",
        "link": "https://g.example",
        "dim": "(https://f.example)",
    }


def test_lines_break_between_words_and_hang_under_their_item() -> None:
    assert texts("- one two three four five", 14) == ["• one two", "  three four", "  five"]
    assert texts("first  \nsecond") == ["first", "second"]
    assert texts("abcdefghijklmnopqrstuvwxyz", 12) == ["abcdefghijkl", "mnopqrstuvwx", "yz"]


def test_a_diff_is_read_row_by_row_with_marks_beside_the_colours() -> None:
    lines = markdown_lines(f"```diff\n{DIFF}```\n", 60)
    assert [plain(line).rstrip() for line in lines] == [
        "src/parse.rs  +1 −1  impl Parser {",
        "    1   impl Parser {",
        "    2 −     let t = &self.toks[0];",
        "    2 +     let t = self.toks[0].clone();",
        "    3   }",
    ]
    assert ("let", "code-keyword") in lines[2]


def test_a_folded_diff_is_one_line() -> None:
    text = f"before\n\n```diff\n{DIFF}```\n\n```rust\nfn f() {{}}\n```\n"
    assert texts(text, 60, "d unfolds") == [
        "before",
        "",
        "▸ src/parse.rs  +1 −1  d unfolds",
        "",
        "  fn f() {}",
    ]


def test_a_diff_that_is_none_is_shown_as_it_is() -> None:
    assert texts("```diff\nno diff at all\n```") == ["  no diff at all"]


@given(st.text(max_size=200), st.integers(0, 60))
def test_no_text_is_too_odd_to_lay_out(text: str, width: int) -> None:
    assert not any("\n" in plain(line) for line in markdown_lines(text, width))


@given(st.lists(st.text(alphabet="ab漢é`*_ ", min_size=1, max_size=20), max_size=8), st.integers(12, 40))
def test_paragraphs_fit_their_width(words: list[str], width: int) -> None:
    text = " ".join(("word", *words))  # and no list: deep ones are given some room whatever the width
    assert all(width_of(line) <= width for line in markdown_lines(text, width))
