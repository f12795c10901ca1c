"""The app: themes, modes, the command palette. What a screen does is the screen's own business."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import events, work
from textual.app import App, SystemCommand, get_system_commands_provider
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.geometry import Size
from textual.reactive import reactive
from textual.screen import Screen
from textual.theme import Theme
from textual.timer import Timer
from textual.widget import Widget

from rusta_tui import attention, hangup
from rusta_tui.client import engine_command
from rusta_tui.commands import CommandQueue
from rusta_tui.config import Config
from rusta_tui.desk import Desk
from rusta_tui.desks import Desks
from rusta_tui.places import PLACES
from rusta_tui.remembered import Memory
from rusta_tui.screens.session import SessionScreen
from rusta_tui.theme import DARK, LIGHT, fitting_theme, variables_for
from rusta_tui.widgets.lines_view import LinesView
from rusta_tui.widgets.pane_tabs import PaneLabel, PaneTabs

_YOUNG_ONLY = (2_000, 10, 10_000_000)
_REST_SECONDS = 10.0
_SETTLED_SECONDS = 0.3


class RustaApp(App[int]):
    """The mentor's app on one or several paths. ``engine`` is the command that speaks the event protocol."""

    TITLE = "Rusta"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {get_system_commands_provider}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                place.digit,
                f"tab('{place.mode}')",
                place.label,
                show=False,
                tooltip=place.about,
                id=f"app.{place.mode}",
            )
            for place in PLACES
        ),
        Binding(
            "g", "go_to", "Go to", show=False, tooltip="Mark every pane with a letter and go there", id="app.go-to"
        ),
        Binding("y", "copy", "Copy", show=False, tooltip="Copy the row or the page in front", id="app.copy"),
        Binding(
            "L", "turn_theme", "Light/dark", show=False, tooltip="Turn between light and dark", id="app.light-dark"
        ),
        Binding("question_mark", "help", "Help", key_display="?", tooltip="Keys and marks", id="app.help"),
        Binding("q", "leave", "Quit", tooltip="Leave; a running session is stored and can be resumed", id="app.quit"),
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True, tooltip="Leave", id="app.quit-anywhere"),
    ]

    place: reactive[str] = reactive("")
    waiting: reactive[str] = reactive("")

    def __init__(
        self,
        *paths: Path,
        watch: bool = False,
        engine: Sequence[str] | None = None,
        theme: str | None = None,
        guard_seconds: float = 0.5,
        config: Config | None = None,
        memory: Memory | None = None,
    ) -> None:
        super().__init__()
        self.config = config or Config()
        self._memory = memory
        self._clashes: set[str] = set()
        self.engine = tuple(engine or engine_command())
        self.guard_seconds = guard_seconds
        self.commands = CommandQueue(self.engine, say=lambda line: self.notify(line, severity="error"))
        self.desks = Desks(paths, self.engine)
        for desk in self.desks:
            desk.wants_watch = watch
        self._waited = 0
        self._resized: tuple[Size, Timer] | None = None
        self.touched = self._tidied = 0.0
        self._collected_as = gc.get_threshold()
        self.place = self.desk.place
        for known in (DARK, LIGHT):
            self.register_theme(known)
        remembered = memory.now.theme if memory else ""
        chosen = next((name for name in (self.config.theme, remembered) if name in self.available_themes), None)
        self.theme = chosen if chosen and theme is None else fitting_theme(theme)
        self._shown_theme = self.theme
        if self.config.keys:
            self.set_keymap(self.config.keys)

    async def on_unmount(self) -> None:
        """Finishes what the mentor wrote down before the app is gone, and searches for garbage as it was found."""
        gc.set_threshold(*self._collected_as)
        await self.commands.close()

    def on_ready(self) -> None:
        """After the first frame: what is loaded by now stays, so it need not be searched for garbage again.

        A search through everything takes longer than a key may, so it waits until the mentor's hands rest.
        """
        gc.freeze()
        gc.set_threshold(*_YOUNG_ONLY)
        gc.enable()
        self.set_interval(_REST_SECONDS, self._tidy)
        if self.config.trouble:
            self.notify(self.config.trouble, title="Settings", severity="warning", timeout=15)
        if self.config.keys:
            self._look_at_keys()
        if self._memory is not None and not self._memory.now.toured:
            self.action_tour()

    async def on_event(self, event: events.Event) -> None:
        """Notes when the mentor last did something."""
        if isinstance(event, events.InputEvent):
            self.touched = time.monotonic()
        await super().on_event(event)

    def on_resize(self, event: events.Resize) -> None:
        """Asks again once the size stands: signals interrupt one another, so the last to report may have read first."""
        if self._resized is not None:
            size, timer = self._resized
            if size == event.size:
                return
            timer.stop()
        again = partial(signal.raise_signal, signal.SIGWINCH)
        self._resized = (event.size, self.set_timer(_SETTLED_SECONDS, again))

    def _tidy(self) -> None:
        now = time.monotonic()
        if now - self.touched > _REST_SECONDS / 2 and (self.touched > self._tidied or self.desks.busy):
            self._tidied = now
            gc.collect()

    @work(thread=True)
    def _look_at_keys(self) -> None:
        """Says which names in the settings are no key's, off the event loop: it takes the import of all screens."""
        from rusta_tui.keymap import unknown

        if names := unknown(list(self.config.keys)):
            text = f"no key is named {', '.join(names)}: rusta-tui --keys lists the names"
            self.call_from_thread(self.notify, text, title="Settings", severity="warning", timeout=15)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours for themes that do not know them."""
        return variables_for(self.current_theme)

    def _theme_chosen(self, theme: Theme) -> None:
        if self._memory is not None and theme.name != self._shown_theme:
            self._memory.keep(theme=theme.name)
        self._shown_theme = theme.name

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        """Two actions on one key, which only the mentor's settings can bring about: says so once."""
        names = ", ".join(sorted(binding.id or binding.action for binding in clashed_bindings))
        if names not in self._clashes:
            self._clashes.add(names)
            self.notify(f"{names} share a key: only one of them answers", title="Settings", severity="warning")

    def on_mount(self) -> None:
        """Opens the session screen."""
        for place in PLACES:
            if place.mode != "session":
                self.add_mode(place.mode, place.open)
        for desk in self.desks:
            self.add_mode(self._mode_of(desk), partial(SessionScreen, desk))
        self.theme_changed_signal.subscribe(self, self._theme_chosen)
        if not (self.is_headless or self.is_web):
            self.set_interval(hangup.LOOKS_EVERY, hangup.end_with_the_terminal)
        self.switch_mode("session")

    @property
    def desk(self) -> Desk:
        """The desk in front."""
        return self.desks.front

    def _mode_of(self, desk: Desk) -> str:
        number = list(self.desks).index(desk)
        return f"session-{number}" if number else "session"

    def tell_of_desks(self) -> None:
        """Says in the header which desk is in front and what waits, and calls the mentor when one more waits."""
        self.place, self.waiting = self.desk.place, self.desks.call
        waiting = len(self.desks.waiting)
        if waiting > self._waited:
            self._call()
        self._waited = waiting

    def choose_repository(self) -> None:
        """Lists the desks and what else could be one."""
        from rusta_tui.screens.repositories import RepositoriesScreen

        if not self.screen.is_modal:
            self.push_screen(RepositoriesScreen(self.desks), self._open_repository)

    def _open_repository(self, path: Path | None) -> None:
        if path is None:
            return
        known = len(self.desks)
        desk = self.desks.open(path)
        if len(self.desks) > known:
            self.add_mode(self._mode_of(desk), partial(SessionScreen, desk))
        self.switch_mode(self._mode_of(desk))
        self.tell_of_desks()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key on offer right now is a command of the palette, too."""
        for node, binding, enabled, tooltip in screen.active_bindings.values():
            if enabled and binding.description and not binding.system and binding.action != "command_palette":
                action, owner = binding.action, node
                yield SystemCommand(
                    f"{binding.description}  ({self.get_key_display(binding)})",
                    tooltip or binding.tooltip or binding.description,
                    lambda action=action, owner=owner: self.run_action(action, owner),
                )
        yield SystemCommand("Theme", "Choose among all themes", self.action_change_theme)
        yield SystemCommand("Tour", "The five pages of the first start", self.action_tour)

    def action_tab(self, mode: str) -> None:
        """Opens a tab."""
        if not self.screen.is_modal:
            self.switch_mode(self._mode_of(self.desk) if mode == "session" else mode)

    def action_turn_theme(self) -> None:
        """Light to dark and back."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_tour(self) -> None:
        """Shows the tour; it counts as seen however it is left."""
        from rusta_tui.screens.tour import TourScreen

        if self._memory is not None:
            self._memory.keep(toured=True)
        self.push_screen(TourScreen())

    def action_help(self) -> None:
        """Opens the help for the screen in front."""
        from rusta_tui.screens.help import HelpScreen

        if self.screen.is_modal:
            return
        place = next((place.label for place in PLACES if place.mode == self.current_mode), "Here")
        here = place if len(self.screen_stack) == 1 else type(self.screen).__name__.removesuffix("Screen")
        self.push_screen(HelpScreen([(here, self._keys(type(self.screen))), ("Everywhere", self._keys(RustaApp))]))

    def _keys(self, kind: type[DOMNode]) -> list[tuple[str, str, str]]:
        found = []
        for binding in kind.BINDINGS:
            if isinstance(binding, Binding) and binding.description:
                keys = self.config.keys.get(binding.id or "")
                key = keys or binding.key_display or self.get_key_display(binding)
                found.append((key, binding.description, binding.tooltip))
        return found

    def action_go_to(self) -> None:
        """Marks the panes; the next key goes to one, to a tab, or to the top or the end of this pane."""
        from rusta_tui.screens.goto import GoToScreen

        if self.screen.is_modal:
            return
        below, here = self.screen, self.screen.focused

        def go(where: Widget | str | None) -> None:
            if isinstance(where, PaneLabel):
                where.post_message(PaneTabs.Wanted(where.pane))
            elif isinstance(where, Widget):
                below.set_focus(where)
            elif where in ("top", "end"):
                if isinstance(here, LinesView):
                    here.go_to_end(-1 if where == "top" else 1)
            elif where:
                self.action_tab(where)

        self.push_screen(GoToScreen(below), go)

    def action_copy(self) -> None:
        """Copies the row under the cursor, or the page in front, to the clipboard."""
        view = self.screen.focused
        text = view.copyable() if isinstance(view, LinesView) else ""
        if not text.strip():
            self.notify("nothing to copy here")
            return
        self.copy_to_clipboard(text)
        lines = len(text.splitlines())
        self.notify("copied" if lines == 1 else f"copied {lines} lines")

    def watch_waiting(self, now: str) -> None:
        """The window's title says what waits."""
        if "title" in self.config.notify:
            self._tell_terminal(attention.title(f"◆ Rusta: {now}" if now else f"Rusta {self.place}"))

    def _call(self) -> None:
        """Calls the mentor in the ways that the settings name; on the desktop only when they look elsewhere."""
        if "bell" in self.config.notify:
            self.bell()
        if "desktop" in self.config.notify and not self.app_focus:
            self._tell_terminal(attention.desktop_note(f"Rusta is {self.waiting}, {self.place}", os.environ))

    def _tell_terminal(self, sequence: str) -> None:
        # Textual has no public way to write a sequence of one's own; its bell and its clipboard write like this.
        if sequence and self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def show_session(self, session: str, *, resume: bool) -> None:
        """Brings a past session onto the desk: to read, or to go on with."""
        self.switch_mode(self._mode_of(self.desk))
        desk = self.screen_stack[0]
        if isinstance(desk, SessionScreen):
            if resume:
                desk.resume(session)
            else:
                desk.open(session)

    def action_leave(self) -> None:
        """Leaves; asks first when a session runs."""
        from rusta_tui.screens.choice import ChoiceScreen

        busy = self.desks.busy
        if not busy:
            self.exit(0)
            return
        if isinstance(self.screen, ChoiceScreen):
            return

        def answer(choice: str | None) -> None:
            if choice == "leave":
                self.exit(0)
            elif choice == "stop":
                from engine.schema.decision import Stop

                for desk in busy:
                    desk.send(Stop())

        several = f"{len(busy)} sessions are running: {', '.join(desk.name for desk in busy)}"
        self.push_screen(
            ChoiceScreen(
                "A session is running" if len(busy) == 1 else several,
                "Every event so far is stored, and your tree is untouched.",
                {
                    "leave": ("q", "leave it: R resumes it next time"),
                    "stop": ("s", "stop it: she writes her diary, you stay here"),
                },
            ),
            answer,
        )
