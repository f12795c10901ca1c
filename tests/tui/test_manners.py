"""What holds on every screen: keys that can be changed, places to go to, the tour, the clipboard, being called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rusta_tui import attention
from rusta_tui.app import RustaApp
from rusta_tui.config import Config, read_config
from rusta_tui.keymap import bindings, keys_file, unknown
from rusta_tui.lines import plain
from rusta_tui.remembered import Memory
from rusta_tui.screens.goto import GoToScreen
from rusta_tui.screens.help import HelpScreen
from rusta_tui.screens.session import SessionScreen
from rusta_tui.screens.tour import PAGES, TourScreen
from rusta_tui.widgets.row_list import RowList

from .conftest import Scene, text_of, until


def app_with(scene: Scene, **settings: object) -> RustaApp:
    return RustaApp(scene.root, engine=scene.engine, theme="dark", **settings)  # type: ignore[arg-type]


def loaded(app: RustaApp) -> bool:
    return isinstance(app.screen, SessionScreen) and app.screen.board.selected is not None


# Settings.


def test_a_settings_file_that_is_not_there_sets_nothing(tmp_path: Path) -> None:
    assert read_config(tmp_path / "app.yaml") == Config()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("theme: nord\nkeys: [1,\n", "line 3"),
        ("- a\n- b\n", "holds no settings"),
        ("colour: red\n", "'colour' is no setting"),
        ("keys: {review.approve: 1}\n", "keys maps a name"),
        ("notify: [horn]\n", "bell, title, desktop"),
        ("theme: 3\n", "the name of a theme"),
    ],
)
def test_settings_that_make_no_sense_are_named_in_one_line_and_leave_the_defaults(
    tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "app.yaml"
    file.write_text(text)
    config = read_config(file)
    assert says in config.trouble
    assert "\n" not in config.trouble
    assert (config.keys, config.theme, config.notify) == (Config().keys, "", Config().notify)


def test_a_settings_file_of_raw_bytes_is_said_to_be_unreadable(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_bytes(b"\xff\xfe\x00keys")
    assert "cannot be read" in read_config(tmp_path / "app.yaml").trouble


async def test_the_app_stands_on_broken_settings_and_says_what_is_wrong(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("keys: [")
    app = app_with(scene, config=read_config(tmp_path / "app.yaml"))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: loaded(app))
        assert any("app.yaml line" in note.message for note in app._notifications)


async def test_a_key_from_the_settings_replaces_the_key_of_its_action(scene: Scene) -> None:
    app = app_with(scene, config=Config(keys={"app.help": "f2"}))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: loaded(app))
        await pilot.press("question_mark")
        assert not isinstance(app.screen, HelpScreen)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert any((key, name) == ("f2", "Help") for key, name, _ in app._keys(RustaApp))


async def test_a_name_that_no_key_has_is_pointed_out(scene: Scene) -> None:
    app = app_with(scene, config=Config(keys={"app.hlep": "f2"}))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: any("app.hlep" in note.message for note in app._notifications))


async def test_two_actions_on_one_key_are_pointed_out_once(scene: Scene) -> None:
    app = app_with(scene, config=Config(keys={"app.help": "f2", "app.copy": "f2"}))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: loaded(app))
        await pilot.press("f3", "f3")
        assert sum("share a key" in note.message for note in app._notifications) == 1


def test_every_key_with_a_name_is_in_the_keys_file_and_the_file_reads_back(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(keys_file())
    config = read_config(tmp_path / "app.yaml")
    assert not config.trouble
    assert config.keys == {binding.id: binding.key for binding in bindings()}
    assert unknown(["app.help", "app.nothing"]) == ["app.nothing"]


# What the app remembers.


def test_memory_survives_a_broken_file_and_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "app.json"
    file.write_text('{"theme": ')
    memory = Memory(file)
    assert memory.now.theme == ""
    memory.keep(theme="nord", toured=True)
    assert json.loads(file.read_text()) == {"theme": "nord", "toured": True}
    assert Memory(file).now == memory.now
    Memory(file / "no-folder" / "app.json").keep(toured=True)


async def test_a_theme_that_was_chosen_comes_back_and_one_from_the_command_line_does_not(
    scene: Scene, tmp_path: Path
) -> None:
    file = tmp_path / "app.json"
    Memory(file).keep(toured=True)
    app = app_with(scene, memory=Memory(file))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: loaded(app))
        assert Memory(file).now.theme == ""
        app.theme = "nord"
        await until(pilot, lambda: Memory(file).now.theme == "nord")
    again = RustaApp(scene.root, engine=scene.engine, memory=Memory(file))
    assert again.theme == "nord"


@pytest.mark.parametrize("theme", ["nord", "solarized-light", "ansi-dark"])
async def test_every_screen_is_drawn_in_themes_that_are_not_ours(scene: Scene, theme: str) -> None:
    app = app_with(scene, config=Config(theme=theme))
    app.theme = theme
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: loaded(app))
        assert "Queue" in text_of(app)


# The tour.


async def test_the_first_start_shows_the_tour_once(scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "app.json"
    app = app_with(scene, memory=Memory(file))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, TourScreen))
        for title, _ in PAGES:
            await until(pilot, lambda title=title: title in text_of(app))
            await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SessionScreen))
    second = app_with(scene, memory=Memory(file))
    async with second.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: loaded(second))
        assert isinstance(second.screen, SessionScreen)


# Going places.


async def test_a_letter_goes_to_its_pane_and_a_digit_to_its_tab(scene: Scene) -> None:
    app = app_with(scene)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: loaded(app))
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, GoToScreen))
        screen = app.screen
        assert isinstance(screen, GoToScreen)
        letter = next(key for key, target in screen.targets.items() if target.id == "timeline")
        await pilot.press(letter)
        await until(pilot, lambda: app.focused is not None and app.focused.id == "timeline")
        await pilot.press("g", "9")
        await until(pilot, lambda: app.current_mode == "history")


async def test_on_a_narrow_terminal_letters_go_to_the_panes_behind(scene: Scene) -> None:
    app = app_with(scene)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: loaded(app))
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, GoToScreen))
        screen = app.screen
        assert isinstance(screen, GoToScreen)
        await pilot.press(next(key for key, target in screen.targets.items() if target.id == "label-timeline"))
        await until(pilot, lambda: app.focused is not None and app.focused.id == "timeline")


async def test_g_g_goes_to_the_top_and_g_and_capital_g_to_the_end(scene: Scene) -> None:
    app = app_with(scene)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: loaded(app))
        queue = app.screen.query_one("#queue", RowList)
        await until(pilot, lambda: queue.count() == 4)
        await pilot.press("g", "G")
        await until(pilot, lambda: queue.cursor_at(3))
        await pilot.press("g", "g")
        await until(pilot, lambda: queue.cursor_at(0))
        await pilot.press("g", "escape")
        assert isinstance(app.screen, SessionScreen)


async def test_copy_takes_the_row_under_the_cursor(scene: Scene) -> None:
    app = app_with(scene)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: loaded(app))
        await pilot.press("y")
        queue = app.screen.query_one("#queue", RowList)
        assert app.clipboard == plain(queue.line_at(0)).rstrip()


# Being called.


def test_what_is_said_to_a_terminal_cannot_end_its_sequence_or_start_another() -> None:
    evil = "a\x1b\\b\x07c;d\x9ce"
    for sequence in (
        attention.title(evil),
        *(attention.desktop_note(evil, {"TERM": name}) for name in ("xterm", "foot")),
    ):
        assert sequence.count("\x1b") == 2
        assert "\x07" not in sequence
        assert "\x9c" not in sequence


def test_a_plain_console_gets_no_note_and_tmux_gets_it_wrapped() -> None:
    assert attention.desktop_note("hello", {"TERM": "linux"}) == ""
    assert attention.desktop_note("hello", {"TERM": "xterm-kitty"}).startswith("\x1b]99;")
    wrapped = attention.desktop_note("hello", {"TERM": "tmux-256color", "TMUX": "/tmp/t,1,0"})
    assert wrapped.startswith("\x1bPtmux;\x1b\x1b]9;hello")


async def test_the_mentor_is_called_when_she_begins_to_wait(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setenv("TERM", "xterm")
    app = app_with(scene)
    monkeypatch.setattr(app, "_tell_terminal", told.append)
    # The mentor looks at another window all the while; a key would bring the focus back.
    monkeypatch.setattr(type(app), "app_focus", property(lambda _: False, lambda _, focus: None))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: loaded(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.waiting != "")
    assert any(sequence.startswith("\x1b]2;◆ Rusta") for sequence in told)
    assert sum(sequence.startswith("\x1b]9;Rusta is waiting for you") for sequence in told) == 1
