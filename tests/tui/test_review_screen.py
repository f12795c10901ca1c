"""The review: what is kept and what is not, reasons, edits, and what stands beside a hunk."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from rusta_tui.screens.review import ReviewScreen
from rusta_tui.screens.tests import TestsScreen
from rusta_tui.widgets.diff_view import DiffView
from rusta_tui.widgets.file_tree import FileTree

from .conftest import PARSE, Scene, shows, text_of, until

WIDE, SMALL = (120, 40), (80, 24)
PATCHED = PARSE.replace("&self.toks[self.pos]", "self.toks[self.pos].clone()").replace("Some(t.clone())", "Some(t)")


def in_review(pilot):
    return lambda: isinstance(pilot.app.screen, ReviewScreen) and pilot.app.screen.is_mounted


def verdicts(scene: Scene):
    return [decision for decision in scene.heard if decision["kind"] == "verdict"]


async def open_review(pilot, *texts: str) -> DiffView:
    await until(pilot, shows(pilot, "Queue · 4", "root "))
    await pilot.press("enter")
    await until(pilot, in_review(pilot))
    await until(pilot, shows(pilot, *(texts or ("✓ kept",))))
    return pilot.app.screen.query_one(DiffView)


async def test_dropped_hunks_are_left_out_of_the_approval(scene: Scene) -> None:
    scene.play("two")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, in_review(pilot))
        await until(pilot, shows(pilot, "hunk 1 of 3", "src/lex.rs"))
        await pilot.press("]", "space")
        await until(pilot, shows(pilot, "hunk 2 of 3", "1 hunk dropped", "✗ dropped"))
        await pilot.press("{", "}")
        assert pilot.app.screen.query_one(DiffView).hunk == 1
        await pilot.press("a")
        await until(pilot, shows(pilot, "1 hunk dropped. Why?"))
        await pilot.press(*"say it once", "enter")
        await until(pilot, lambda: bool(verdicts(scene)))
        sent = verdicts(scene)[0]
        assert (sent["verdict"], sent["hunks"], sent.get("lines")) == ("approve", [0, 2], None)
        assert sent["reason"] == "say it once"


async def test_nothing_is_approved_when_every_hunk_is_dropped(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE, notifications=True) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, in_review(pilot))
        await until(pilot, shows(pilot, "✓ kept"))
        await pilot.press("space", "a")
        await until(pilot, shows(pilot, "every hunk is dropped"))
        assert verdicts(scene) == []


async def test_a_diff_of_five_thousand_lines_is_one_widget(scene: Scene) -> None:
    scene.play("big")
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, in_review(pilot))
        await until(pilot, shows(pilot, "hunk 1 of 200"))
        await pilot.press("]", "]", "space")
        await until(pilot, shows(pilot, "hunk 3 of 200", "1 hunk dropped"))
        assert pilot.app.screen.query_one(DiffView).count() > 5000
        assert len(pilot.app.screen.query("*")) < 60


async def test_deciding_keys_are_deaf_at_first(scene: Scene) -> None:
    async with scene.app(guard_seconds=60).run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, in_review(pilot))
        await pilot.press("a", "v", "e", "E", "space", "x", "X", "s")
        assert isinstance(pilot.app.screen, ReviewScreen)
        assert verdicts(scene) == []
        assert pilot.app.screen.query_one(DiffView).choosing.whole


async def test_deciding_keys_answer_once_the_guard_is_over(scene: Scene) -> None:
    async with scene.app(guard_seconds=2.0).run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, in_review(pilot))
        screen = pilot.app.screen
        assert screen.deaf
        assert screen.check_action("approve", ()) is None
        assert screen.check_action("split", ()) is True, "only keys that decide are deaf"
        await until(pilot, lambda: not screen.deaf)
        await pilot.press("a")
        await until(pilot, lambda: bool(verdicts(scene)))
        assert verdicts(scene)[0]["verdict"] == "approve"


async def test_an_edit_of_the_files_sends_the_whole_new_text(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "// mine\\n" >> "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    async with scene.app().run_test(size=WIDE) as pilot:
        await until(pilot, shows(pilot, "Queue · 4", "root "))
        await pilot.press("enter")
        await until(pilot, in_review(pilot))
        monkeypatch.setattr(type(pilot.app._driver), "can_suspend", property(lambda _: True))
        await pilot.press("E")
        await until(pilot, shows(pilot, "You changed src/parse.rs. Why?"))
        await pilot.press("enter")
        await until(pilot, lambda: bool(verdicts(scene)))
    assert verdicts(scene)[0]["verdict"] == "edit"
    assert verdicts(scene)[0]["files"] == {"src/parse.rs": PATCHED + "// mine\n"}


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An editor that runs a shell line on the file, and says what it was given."""
    seen = tmp_path / "seen"

    def use(line: str) -> Path:
        place = tmp_path / "my-editor"
        place.write_text(f'#!/bin/sh\ncat "$1" > {seen}\n{line}\n')
        place.chmod(place.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("EDITOR", str(place))
        monkeypatch.delenv("VISUAL", raising=False)
        return seen

    return use


async def test_a_line_is_dropped_alone_or_with_the_one_that_it_replaces(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        diff = await open_review(pilot)
        assert diff.diff.rows[diff.row].text.strip() == "let t = &self.toks[self.pos];"
        await pilot.press("down", "x")
        await until(pilot, shows(pilot, "1 line dropped", "◐ part", "4✗ +"))
        await pilot.press("x", "X")
        await until(pilot, shows(pilot, "2 lines dropped", "4✗ −"))
        await pilot.press("a")
        await until(pilot, shows(pilot, "2 lines dropped. Why?"))
        await pilot.press("enter")
        await until(pilot, lambda: bool(verdicts(scene)))
        sent = verdicts(scene)[0]
        assert (sent.get("hunks"), sent["lines"]) == (None, {"0": [3, 4]})


async def test_side_by_side_a_changed_line_is_dropped_whole(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        diff = await open_review(pilot)
        unified = diff.count()
        await pilot.press("|")
        await until(pilot, shows(pilot, "│", "Files", "tab turns"))
        assert diff.count() == unified - 2
        row = next(line for line in text_of(pilot.app).splitlines() if "let t = &self" in line)
        assert "let t = self.toks[self.pos].clone()" in row
        await pilot.press("x")
        await until(pilot, shows(pilot, "2 lines dropped"))
        await pilot.press("|")
        await until(pilot, lambda: diff.count() == unified)


async def test_the_reason_can_be_left_and_nothing_is_sent(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        await open_review(pilot)
        await pilot.press("x", "a")
        await until(pilot, shows(pilot, "1 line dropped. Why?"))
        await pilot.press("escape")
        await until(pilot, in_review(pilot))
        assert verdicts(scene) == []
        assert not pilot.app.screen.query_one(DiffView).choosing.whole


async def test_an_unchanged_line_cannot_be_dropped(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE, notifications=True) as pilot:
        diff = await open_review(pilot)
        await pilot.press("home", "x")
        await until(pilot, shows(pilot, "the cursor is on no changed line"))
        assert diff.choosing.whole


async def test_changed_words_are_underlined_and_bold_until_w_takes_the_marks_off(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        diff = await open_review(pilot)

        def marked() -> set[str]:
            strips = [diff.render_line(y) for y in range(diff.size.height)]
            return {
                segment.text.strip()
                for strip in strips
                for segment in strip
                if segment.style and segment.style.underline and segment.style.bold
            }

        assert {"&", "clone"} <= marked()
        assert "self" not in marked()
        await pilot.press("w")
        assert marked() == set()


async def test_one_hunk_is_edited_by_itself_and_the_whole_file_is_sent(scene: Scene, editor, monkeypatch) -> None:
    seen = editor("sed -i 's/Some(t)/Some(t) \\/\\/ mine/' \"$1\"")
    async with scene.app().run_test(size=WIDE) as pilot:
        await open_review(pilot)
        monkeypatch.setattr(type(pilot.app._driver), "can_suspend", property(lambda _: True))
        await pilot.press("e")
        await until(pilot, shows(pilot, "You changed src/parse.rs. Why?"))
        await pilot.press(*"clearer", "enter")
        await until(pilot, lambda: bool(verdicts(scene)))
    assert seen.read_text() == PATCHED
    assert verdicts(scene)[0]["files"] == {"src/parse.rs": PATCHED.replace("Some(t)", "Some(t) // mine")}
    assert verdicts(scene)[0]["reason"] == "clearer"


async def test_an_edit_that_is_not_sent_is_kept_for_a(scene: Scene, editor, monkeypatch) -> None:
    editor("sed -i 's/Some(t)/Some(t) \\/\\/ mine/' \"$1\"")
    async with scene.app().run_test(size=WIDE) as pilot:
        await open_review(pilot)
        monkeypatch.setattr(type(pilot.app._driver), "can_suspend", property(lambda _: True))
        await pilot.press("e")
        await until(pilot, shows(pilot, "You changed src/parse.rs. Why?"))
        await pilot.press("escape")
        await until(pilot, in_review(pilot))
        assert verdicts(scene) == []
        await pilot.press("a")
        await until(pilot, shows(pilot, "You changed src/parse.rs. Why?"))
        await pilot.press("enter")
        await until(pilot, lambda: bool(verdicts(scene)))
    assert "// mine" in verdicts(scene)[0]["files"]["src/parse.rs"]


async def test_the_tree_folds_and_its_files_can_be_dropped_and_gone_to(scene: Scene) -> None:
    scene.play("two")
    async with scene.app().run_test(size=WIDE) as pilot:
        diff = await open_review(pilot, "hunk 1 of 3", "▾ src/", "lex.rs")
        tree = pilot.app.screen.query_one(FileTree)
        tree.focus()
        await until(pilot, lambda: tree.has_focus)
        await pilot.press("home", "left")
        await until(pilot, shows(pilot, "▸ src/"))
        assert tree.count() == 1
        await pilot.press("space")
        await until(pilot, shows(pilot, "3 hunks dropped"))
        await pilot.press("space", "right", "down", "space")
        await until(pilot, shows(pilot, "2 hunks dropped"))
        assert diff.choosing.kept == (0,)
        assert diff.file == 1, "the diff follows the tree"
        await pilot.press("enter")
        await until(pilot, lambda: diff.has_focus)


async def test_who_uses_what_a_hunk_changes_stands_beside_it(scene: Scene) -> None:
    scene.play("two")
    async with scene.app().run_test(size=WIDE) as pilot:
        await open_review(pilot, "impl Parser::next", "25 uses", "tests/whole.rs", "and 23 more")
        await pilot.press("]")
        await until(pilot, shows(pilot, "This hunk changes no item"))


async def test_the_tests_that_ran_are_listed_failed_ones_first_and_can_be_filtered(scene: Scene) -> None:
    async with scene.app().run_test(size=WIDE) as pilot:
        await open_review(pilot)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(pilot.app.screen, TestsScreen))
        await until(pilot, shows(pilot, "cargo test parse::", "1.90 s", "1.25 s", "0.50 s", "✗ reads_all", "– slow"))
        text = text_of(pilot.app)
        assert text.index("reads_all") < text.index("slow") < text.index("parse::case_0")
        await pilot.press("/", *"case_29", "enter")
        await until(pilot, lambda: "case_3" not in text_of(pilot.app))
        await until(pilot, shows(pilot, "parse::case_29", "inkwell src/lib.rs"))
        await pilot.press("escape")
        await until(pilot, shows(pilot, "case_3"))
        await pilot.press("escape")
        await until(pilot, in_review(pilot))


async def test_on_a_small_terminal_the_panes_are_tabs(scene: Scene) -> None:
    async with scene.app().run_test(size=SMALL) as pilot:
        await open_review(pilot, "Diff", "Files", "Why", "Uses", "let t = &self.toks")
        await pilot.press("tab")
        await until(pilot, shows(pilot, "1 file", "src/parse.rs"))
        await pilot.press("tab")
        await until(pilot, shows(pilot, "Checked", "cargo check"))
        await pilot.press("tab")
        await until(pilot, shows(pilot, "Who uses it", "parser.next()"))
        await pilot.press("tab")
        await until(pilot, lambda: pilot.app.screen.query_one(DiffView).has_focus)


async def test_every_key_of_the_review_has_a_name_and_says_what_it_does() -> None:
    for kind in (ReviewScreen, TestsScreen, DiffView, FileTree):
        for binding in kind.__dict__["BINDINGS"]:
            assert binding.id, binding
            assert binding.tooltip, binding
