import time

import pytest

from engine.brain.moves.phrasing import phrase
from engine.schema.patch import Edit


def said(source: str, text: str):
    at = source.index("|")
    whole = source.replace("|", "").encode()
    return phrase((Edit(path="a.rs", byte_start=at, byte_end=at, before="", after=text),), {"a.rs": whole}.get)


@pytest.mark.parametrize(
    ("source", "text", "line"),
    [
        ("take(self.name|);", ".clone()", "Clone `self.name`."),
        ("all.first()|;", "?", "Pass the error of `all.first()` on with `?`."),
        ('show("a b"|);', ".to_string()", 'Convert `"a b"` with `.to_string()`.'),
    ],
)
def test_an_insertion_names_what_it_is_done_to(source, text, line):
    assert said(source, text) == line


def test_a_long_word_before_an_insertion_costs_no_time():
    began = time.monotonic()
    said("word." * 60 + "(|)", ".clone()")
    assert time.monotonic() - began < 1
