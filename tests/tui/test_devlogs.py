"""DevLogs in the list: standing, search, what is next."""

from __future__ import annotations

import json

import pytest

from rusta_tui.devlogs import AXES, Deed, Log, Standing, next_ungraded, parse_logs, parse_page, parse_search

LOG = Log("devlog-1", outcome="fixed", summary="Apples", repository="/src/orchard", brain="search",
          codes=("E0502",), moves=("end-borrow",))  # fmt: skip


def test_the_last_grade_of_an_axis_counts_and_the_next_axis_is_one_without() -> None:
    standing = Standing((("clarity", 2), ("voice", 1), ("clarity", 3)))
    assert standing.grades == {"clarity": 3, "voice": 1}
    assert not standing.graded
    assert standing.next_axis("correctness") == "process"
    assert standing.next_axis("process") == "correctness"
    whole = Standing(tuple((axis, 4) for axis in AXES))
    assert whole.graded
    assert whole.next_axis("voice") is None


def test_a_comment_that_looks_like_an_option_stays_a_comment() -> None:
    assert Deed("comment", "--help").command("d") == ("devlogs", "comment", "--", "d", "--help")
    assert Deed("grade", "voice", 3).command("d") == ("devlogs", "grade", "d", "voice", "3")
    assert Deed("ungrade").command("d") == ("devlogs", "ungrade", "d")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", True),
        ("code:e0502", True),
        ("code:E05", True),
        ("code:E0277", False),
        ("move:end outcome:fix brain:sea", True),
        ("graded:part mark:gold", True),
        ("graded:no", False),
        ("graded:yes", True),
        ("graded:all", False),
        ("ORCHARD apples", True),
        ("apples pears", False),
        ("code:", True),
        ("http://x", False),
    ],
)
def test_a_search_meets_every_condition(typed: str, found: bool) -> None:
    standing = Standing((("voice", 3),), (), frozenset({"golden"}))
    assert parse_search(typed).matches(LOG, standing) is found


def test_words_are_looked_for_in_the_whole_text_where_the_store_has_searched_it() -> None:
    search = parse_search("lookahead code:E0502")
    assert not search.matches(LOG, Standing())
    assert search.matches(LOG, Standing(), deep={"devlog-1"})


def test_a_condition_nobody_knows_is_said() -> None:
    assert parse_search("graded:perhaps").trouble == "graded: is no, part, all or yes"
    assert parse_search("graded:").trouble == ""


def test_the_next_ungraded_one_is_below_then_from_the_top() -> None:
    assert next_ungraded("abcd", "b", {"c"}) == "d"
    assert next_ungraded("abcd", "c", {"d"}) == "a"
    assert next_ungraded("abcd", "a", {"b", "c", "d"}) is None
    assert next_ungraded("abcd", None, {"a"}) == "b"


def test_lines_that_are_no_devlogs_are_left_out() -> None:
    row = {
        "id": "a", "session": "s", "at": "t", "repository": "r", "brain": "b", "outcome": "fixed", "summary": "x",
        "seconds": 1.5, "codes": ["E1"], "moves": [], "comments": 2, "marks": ["golden"], "given": [["voice", 3]],
    }  # fmt: skip
    (log,) = parse_logs("\n".join(["{", "[1]", '{"id": "b"}', "null", json.dumps(row)]))
    assert (log.id, log.codes) == ("a", ("E1",))
    assert log.standing == Standing((("voice", 3),), (None, None), frozenset({"golden"}))


def test_what_is_no_page_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a DevLog to read"):
        parse_page({"page": "x"})
