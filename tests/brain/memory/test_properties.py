"""What holds of every edit: a template gives its own result back, an idea survives moved lines, a veto stays a veto."""

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.brain.memory.change import tokens_of
from engine.brain.memory.idea import idea_key
from engine.brain.memory.recall import Recollection
from engine.brain.memory.signature import situation_of
from engine.brain.memory.template import Template, fill, template_of
from engine.brain.protocol import Candidate, Context, edits_key
from engine.rust.docs import Docs
from engine.rust.structure import CrateIndex
from engine.schema.diagnostic import Diagnostic, Level, Span, Tool
from engine.schema.edits import apply_edits
from engine.schema.patch import Edit
from engine.store.outcomes import OutcomeRecord
from engine.store.store import Store

LOCALS = ("alpha", "beta", "gamma", "delta")
STATEMENTS = (
    "let alpha = rows.len();",
    "let beta = alpha + 1;",
    "let gamma: Vec<u32> = rows.iter().map(|delta| delta * 2).collect();",
    'println!("{} {}", alpha, "text");',
    "if alpha > beta { return gamma; }",
    "match alpha { 0 => None, other => Some(other) };",
    "// a remark about alpha",
    "shelf.put(alpha, &beta, 7);",
    "for delta in gamma { total += delta; }",
)
WORDS = (
    "alpha",
    "beta",
    ".clone()",
    "&",
    "&mut ",
    "*",
    "(",
    ")",
    ";",
    " as usize",
    "7",
    '"x"',
    "Shelf",
    " put",
    "?",
    "'a",
)


def source_of(statements, *, above=0):
    lines = ["pub struct Shelf;", *["pub const LINE: u8 = 1;"] * above, "fn build(rows: &[u32], shelf: Shelf) {"]
    return "\n".join([*lines, *(f"    {each}" for each in statements), "}", ""])


def diagnostic(source, start, end, message="mismatched types about `alpha`"):
    span = Span(
        file="src/lib.rs", byte_start=start, byte_end=end, line_start=1, line_end=1, column_start=1, column_end=1,
        primary=True, label="expected `usize`, found `u32`",
    )  # fmt: skip
    return Diagnostic(id="d", tool=Tool.RUSTC, level=Level.ERROR, code="E0308", message=message, spans=(span,))


def reader(source):
    return {"src/lib.rs": source}.get


@st.composite
def edited(draw):
    """A source, a diagnostic in it, and one to three edits anywhere, in the middle of a word too."""
    source = source_of(draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=6))).encode()
    marks = sorted(draw(st.lists(st.integers(0, len(source)), min_size=2, max_size=6, unique=True)))
    edits = []
    for low, high in zip(marks[::2], marks[1::2], strict=False):
        stop = low if draw(st.booleans()) else min(high, low + 12)
        after = "".join(draw(st.lists(st.sampled_from(WORDS), max_size=3)))
        before = source[low:stop].decode()
        if before != after:
            edits.append(Edit(path="src/lib.rs", byte_start=low, byte_end=stop, before=before, after=after))
    whole = tokens_of(source)
    token = whole[draw(st.integers(0, len(whole) - 1))]
    return source, diagnostic(source, token.byte_start, token.byte_end), tuple(edits)


def texts(source):
    return [token.text for token in tokens_of(source)]


@given(edited())
@settings(max_examples=300, deadline=None)
def test_a_template_gives_its_own_result_at_its_own_place(case):
    source, found, edits = case
    template = template_of(edits, found, reader(source))
    if template is None:
        return
    kept = Template.read(template.model_dump_json())
    filled = fill(kept, found, reader(source))
    assert filled is not None
    assert filled.fit == 1.0
    assert texts(apply_edits(source, filled.edits)) == texts(apply_edits(source, edits))


CHANGES = (
    ("alpha", "&alpha"),
    ("alpha + 1", "beta + 1"),
    ("rows.len()", "rows.len() as u32"),
    ("7", "8"),
    ("7", "beta"),
)


@given(
    st.permutations(STATEMENTS[:5]),
    st.sampled_from(CHANGES),
    st.integers(1, 9),
    st.permutations(["one", "two", "three", "four"]),
)
@settings(deadline=None)
def test_an_idea_is_the_same_after_lines_moved_and_locals_were_renamed(statements, change, above, names):
    statements = [*statements, "shelf.put(alpha, &beta, 7);", "let last = alpha + 1;", "rows.len();"]

    def key(rename, above):
        def named(text):
            return re.sub("|".join(rename), lambda word: rename[word[0]], text) if rename else text

        source = named(source_of(statements, above=above)).encode()
        before, after = map(named, change)
        at = source.rindex(before.encode())
        found = diagnostic(source, at, at + len(before.encode()), named("mismatched types about `alpha`"))
        edit = Edit(path="src/lib.rs", byte_start=at, byte_end=at + len(before.encode()), before=before, after=after)
        read = reader(source)
        return idea_key([edit], found, situation_of(found, read, "shop"), read)

    assert key({}, 0) == key(dict(zip(LOCALS, names, strict=True)), above)


def test_another_edit_at_the_same_place_is_another_idea():
    source = source_of(STATEMENTS).encode()
    at = source.rindex(b"alpha, &beta")
    found, read = diagnostic(source, at, at + 5), reader(source)
    situation = situation_of(found, read, "shop")
    ideas = {
        idea_key([Edit(path="src/lib.rs", byte_start=at, byte_end=at, before="", after=after)], found, situation, read)
        for after in ("&", "*", "beta.", "rows.", "0, ", "Shelf, ")
    }
    assert len(ideas) == 6


verdicts = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from(["green", "progress", "red", "refuted", "vetoed", "undone", "proven"])
    ),
    max_size=12,
)


@given(verdicts)
@settings(max_examples=25, deadline=None)
def test_what_was_vetoed_in_a_repository_is_not_proposed_there_again(history):
    source = source_of(["shelf.put(alpha, &beta, 7);", "shelf.put(alpha);"]).encode()
    at = source.index(b"alpha")
    found = diagnostic(source, at, at + 5)
    edits = [
        Edit(path="src/lib.rs", byte_start=at, byte_end=at + 5, before="alpha", after=after)
        for after in ("&alpha", "*alpha", "alpha.clone()", "alpha as usize")
    ]
    context = Context(found, (), reader(source), CrateIndex(Path("/nowhere"), ()), None, Docs(None), repository="shop")
    proposed = [Candidate(edits_key([e]), f"move-{n}", "", "", (e,), None, "replace", 0.8) for n, e in enumerate(edits)]
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/rusta.db") as store:
        gone: set[str] = set()
        for number, (index, verdict) in enumerate(history):
            memory = Recollection(store)
            memory.sift(context, proposed)
            candidate = proposed[index]
            for ended in ("green", verdict) if verdict in ("vetoed", "undone") else (verdict,):
                memory.learn(
                    OutcomeRecord(f"s{number}", "t", "shop", "E0308", candidate.move, "", "replace", "", 0.8,
                                  ended == "green", candidate.key, ended)
                )  # fmt: skip
            if verdict in ("vetoed", "undone"):
                gone.add(candidate.key)
        memory = Recollection(store)
        recalled = [
            Candidate(edits_key(each.edits), each.move, "", "", each.edits, None, "replace", each.prior)
            for each in memory.recall(context)
        ]
        left = memory.sift(context, [*proposed, *recalled])
        after = {apply_edits(source, each.edits) for each in left}
        barred = {apply_edits(source, each.edits) for each in proposed if each.key in gone}
        assert not after & barred
        assert len(left) or gone or any(verdict == "red" for _, verdict in history)
