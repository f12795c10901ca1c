"""The words of a file: every kind, what never ends, and the delimiters alone, which are found by a shorter way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rust.tokens import delimiters, tokens

PIECES = [
    "fn",
    " ",
    "\n",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "'a",
    "'a'",
    "/",
    "//",
    "/*",
    "*/",
    "r",
    "br",
    "b",
    "#",
    "\\",
]
PIECES += ["é", "1.0e-3", "0..2", "..=", "x1", '"a(b"', 'r#"x"#', "b'('", "'\\''", "::<", "!", "_"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("r#fn", "word"),
        ("'static", "lifetime"),
        ("1_000u64", "number"),
        ('br##"a "# b"##', "string"),
        ("b'\\n'", "char"),
        ("..=", "punct"),
        ("/* a /* b */ c */", "comment"),
        ('"never', "broken"),
        ('r#"never"', "broken"),
        ("/* never", "broken"),
    ],
)
def test_a_word_has_its_kind_and_ends_where_it_ends(source, kind):
    (token,) = tokens(source.encode())
    assert (token.kind, token.text, token.byte_start, token.byte_end) == (kind, source, 0, len(source))


def test_a_letter_before_a_string_is_part_of_it_only_where_rust_says_so():
    assert [token.text for token in tokens(b'r"a" b"b" x"c" car"d"')] == ['r"a"', 'b"b"', "x", '"c"', "car", '"d"']


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_the_delimiters_are_those_of_the_words(pieces):
    source = "".join(pieces).encode()
    words = [
        each for each in tokens(source) if each.kind == "broken" or (each.kind == "punct" and each.text in "()[]{}")
    ]
    assert list(delimiters(source)) == words


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_the_words_cover_all_but_white_space(pieces):
    source = "".join(pieces).encode()
    gaps, at = b"", 0
    for each in tokens(source):
        gaps += source[at : each.byte_start]
        assert source[each.byte_start : each.byte_end].decode("utf-8", "replace") == each.text
        at = each.byte_end
    assert not (gaps + source[at:]).strip() or source.startswith(b"#!")
