"""Style: what a patch adds, held to rustfmt, to the cases of names and to the repository's own language."""

import pytest

from engine.evals.metrics.conformity import Style, added_lines, conformity_figures, idiom, naming, style_of
from engine.evals.record import CaseResult
from engine.evals.tasks import CLIPPY

DIFF = """diff --git a/src/lib.rs b/src/lib.rs
--- a/src/lib.rs
+++ b/src/lib.rs
@@ -1,2 +1,4 @@
 fn a() {}
-fn b() {}
+fn b() -> u32 {
+
+    let sumTotal = 1;
diff --git a/notes.txt b/notes.txt
--- a/notes.txt
+++ b/notes.txt
@@ -1 +1,2 @@
 a
+let Wrong = 1;
"""


def test_only_rust_that_was_added_is_looked_at():
    assert [line.strip() for line in added_lines(DIFF)] == ["fn b() -> u32 {", "let sumTotal = 1;"]


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("fn first_word() {}", 1.0),
        ("fn firstWord() {}", 0.0),
        ("struct HttpServer; struct http_server;", 0.5),
        ("const MAX_LEN: usize = 1; static max: u8 = 1;", 0.5),
        ("let mut total_sum = 0; let _ = 1; let __x1 = 2;", 1.0),
        ("pub async unsafe fn r#type() {}", 1.0),
        ("let Some(x) = y else { return };", None),
        ("impl<T> Trait for T where T: Copy {}", None),
        ("const fn five() -> u8 { 5 }", 1.0),
        ("x.iter().map(|Y| Y)", None),
        ("// fn BadName() {}", None),
        ('"fn BadName"', None),
    ],
)
def test_names_are_held_to_their_case(line, share):
    assert naming([line]) == share


def test_familiarity_by_hand():
    # Pairs of `a.b();`: word . / . word / word ( / ( ) / ) ; — each stands in both lines: the tree knows itself whole.
    tree = {"src/lib.rs": b"a.b();\nc.d();\n", "README.md": b"x + y"}
    assert idiom(tree, ["e.f();"]) == 1.0
    # `a + b;`: word + / + word / word ; — none of them stands in the tree.
    assert idiom(tree, ["a + b;"]) == 0.0
    assert idiom(tree, []) is None
    assert idiom({"src/lib.rs": b"a.b();\n"}, ["a.b();"]) is None, "one line has nothing to be like"


def test_a_stranger_is_less_familiar_than_a_native():
    tree = {
        "src/lib.rs": b"".join(
            b"let name%d = self.items.get(%d).map(|item| item.price).unwrap_or(0);\n" % (at, at) for at in range(9)
        )
    }
    native = idiom(tree, ["let total = self.rows.get(3).map(|row| row.sum).unwrap_or(1);"])
    stranger = idiom(tree, ["for i in 0..self.rows.len() { if i == 3 { total = self.rows[i].sum; } }"])
    assert native == 1.0
    assert stranger is not None
    assert stranger < 0.5


def test_conformity_is_the_mean_of_what_can_be_told():
    assert Style(1.0, None, 0.5, None).conformity == 0.75
    assert Style(None, None, None, None).conformity is None
    told = style_of({"src/lib.rs": b"fn a() {}\nfn b() {}\n"}, DIFF, formatted=False, unlinted=True)
    assert (told.rustfmt, told.clippy, told.naming) == (0.0, 1.0, 0.5)


def test_a_case_whose_files_are_gone_is_in_no_figure():
    results = [
        CaseResult(run="r", case=name, family="f", expect="fixed", status="fixed", diff=DIFF, rustfmt=True)
        for name in ("a", "b")
    ]
    figures = {one.name: one for one in conformity_figures(results, {"a": {"src/lib.rs": b"fn a() {}\nfn b() {}\n"}})}
    assert (figures["conformity"].n, figures["rustfmt"].n) == (1, 2)
    assert figures["naming"].value == 0.5


SLOPPY = """
from engine.brain.protocol import Candidate, edits_key
from engine.brain.search import SearchBrain
from engine.schema.patch import Edit


class Sloppy(SearchBrain):
    name = "sloppy"

    async def think(self, context):
        path = context.diagnostic.primary.file
        source = context.read(path).decode()
        start = source.index("    sun")
        edits = (Edit(path=path, byte_start=start, byte_end=start + 7, before="    sun", after="    return sum;"),)
        return (Candidate(edits_key(edits), "return-it", "a typo", "Return it.", edits, None, "replace", 0.95),)


def sloppy(store):
    return Sloppy()
"""


async def test_clippy_is_asked_of_the_lines_she_added_and_only_where_the_run_wants_it(shelf, evaluate, tmp_path):
    # The line that the case itself has (`needless_return` in `two`) is none of hers.
    shelf.put("typo", shelf.misspelt + "\npub fn two() -> u32 {\n    return 2;\n}\n")
    (tmp_path / "brain.py").write_text(SLOPPY)
    cases, found = shelf.load(), {}
    for brain in ("search", f"{tmp_path / 'brain.py'}:sloppy"):
        (result,) = (await evaluate(cases, brain=brain, scorers=("style", CLIPPY))).results
        assert result.status == "fixed"
        found[brain] = result.clippy
    assert list(found.values()) == [True, False]
    (plain,) = (await evaluate(cases, scorers=("style",))).results
    assert plain.clippy is None
