"""The app: themes, modes, the command palette. What a screen does is the screen's own business."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import App, SystemCommand, get_system_commands_provider
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from rusta_tui.client import engine_command
from rusta_tui.desk import Desk
from rusta_tui.places import PLACES
from rusta_tui.screens.session import SessionScreen
from rusta_tui.theme import DARK, LIGHT, fitting_theme


class RustaApp(App[int]):
    """The mentor's app on one path. ``engine`` is the command that speaks the event protocol."""

    TITLE = "Rusta"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {get_system_commands_provider}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(place.digit, f"tab('{place.mode}')", place.label, show=False, tooltip=place.about)
            for place in PLACES
        ),
        Binding("L", "turn_theme", "Light/dark", show=False, tooltip="Turn between the light and the dark theme"),
        Binding("question_mark", "help", "Help", key_display="?", tooltip="Keys and marks"),
        Binding("q", "leave", "Quit", tooltip="Leave; a running session is stored and can be resumed"),
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True, tooltip="Leave"),
    ]

    place: reactive[str] = reactive("")
    waiting: reactive[str] = reactive("")

    def __init__(
        self,
        path: Path,
        *,
        engine: Sequence[str] | None = None,
        theme: str | None = None,
        guard_seconds: float = 0.5,
    ) -> None:
        super().__init__()
        self.engine = tuple(engine or engine_command())
        self.guard_seconds = guard_seconds
        self.desk = Desk(path, self.engine)
        self.place = self.desk.place
        for known in (DARK, LIGHT):
            self.register_theme(known)
        self.theme = fitting_theme(theme)

    def on_ready(self) -> None:
        """After the first frame: what is loaded by now stays, so it need not be searched for garbage again."""
        gc.freeze()
        gc.enable()

    def on_mount(self) -> None:
        """Opens the session screen."""
        for place in PLACES:
            self.add_mode(place.mode, self._session if place.mode == "session" else place.open)
        self.switch_mode("session")

    def _session(self) -> SessionScreen:
        return SessionScreen(self.desk)

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

    def action_tab(self, mode: str) -> None:
        """Opens a tab."""
        if not self.screen.is_modal:
            self.switch_mode(mode)

    def action_turn_theme(self) -> None:
        """Light to dark and back."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_help(self) -> None:
        """Opens the help for the screen in front."""
        from rusta_tui.screens.help import HelpScreen
        from rusta_tui.screens.history import HistoryScreen
        from rusta_tui.screens.review import ReviewScreen

        if isinstance(self.screen, HelpScreen) or self.screen.is_modal:
            return
        screens: dict[str, type[Screen[None]] | type[App[int]]] = {
            "Session": SessionScreen,
            "Review": ReviewScreen,
            "Sessions": HistoryScreen,
            "Everywhere": RustaApp,
        }
        first = next((name for name, kind in screens.items() if isinstance(self.screen, kind)), "Session")
        order = [first, *(name for name in screens if name != first)]
        self.push_screen(HelpScreen((name, self._keys(screens[name])) for name in order))

    def _keys(self, kind: type[Screen[None]] | type[App[int]]) -> list[tuple[str, str, str]]:
        found = []
        for binding in kind.BINDINGS:
            if isinstance(binding, Binding) and binding.description:
                key = binding.key_display or self.get_key_display(binding)
                found.append((key, binding.description, binding.tooltip))
        return found

    def show_session(self, session: str, *, resume: bool) -> None:
        """Brings a past session onto the desk: to read, or to go on with."""
        self.switch_mode("session")
        desk = self.screen_stack[0]
        if isinstance(desk, SessionScreen):
            if resume:
                desk.resume(session)
            else:
                desk.open(session)

    def action_leave(self) -> None:
        """Leaves; asks first when a session runs."""
        from rusta_tui.screens.choice import ChoiceScreen

        if not self.desk.busy:
            self.exit(0)
            return
        if isinstance(self.screen, ChoiceScreen):
            return

        def answer(choice: str | None) -> None:
            if choice == "leave":
                self.exit(0)
            elif choice == "stop":
                from engine.schema.decision import Stop

                self.desk.send(Stop())

        self.push_screen(
            ChoiceScreen(
                "A session is running",
                "Every event so far is stored, and your tree is untouched.",
                {
                    "leave": ("q", "leave it: R resumes it next time"),
                    "stop": ("s", "stop it: she writes her diary, you stay here"),
                },
            ),
            answer,
        )
