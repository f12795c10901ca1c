"""The first line of every screen: her name, the tabs, where we are."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from rusta_tui.places import PLACES, Place

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp

_NAME = " Rusta "
_ROOM_FOR_PLACE = 12  # cells of the place that stay when the tabs have their names
_PLACE_AT_MOST = 24  # cells of the place for which the tabs stand closer together
_BESIDE_PLACE = 3  # the space around it


def full_name(place: Place) -> str:
    """Digit and name of a tab."""
    return f"{place.digit} {place.label}"


class TabLabel(Static):
    """The name of a tab; a click opens it."""

    def __init__(self, place: Place, *, current: bool) -> None:
        super().__init__(classes="-current" if current else "")
        self.place = place

    def render(self) -> Content:
        """Digit and name; in a crowded line only the current tab keeps its name."""
        bar = self.parent
        short = isinstance(bar, TopBar) and bar.crowded and not self.has_class("-current")
        return Content(self.place.digit if short else full_name(self.place))

    def on_click(self) -> None:
        """Opens the tab."""
        self.app.switch_mode(self.place.mode)


class PlaceLabel(Static):
    """Where we are. Too long a place loses its branch, and its beginning: its end tells the repositories apart."""

    place = ""

    def show(self, place: str) -> None:
        """Takes the place."""
        self.place = place
        self.refresh()

    def render(self) -> Content:
        """As much of the end as there is room for."""
        room = self.content_size.width
        place = self.place if room >= _ROOM_FOR_PLACE else self.place.partition(" (")[0]
        return Content(place if cell_len(place) <= room else "…" + place[-max(1, room - 1) :])


class TopBar(Horizontal):
    """Name, tabs and place in one line. Only tabs that work are there."""

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current
        self._call = ""  # who waits, as it is written

    @property
    def crowded(self) -> bool:
        """Whether the names of all tabs, close together, would leave too little room for who waits and where we are."""
        return self.app.size.width < self._named(1) + _ROOM_FOR_PLACE

    @property
    def close(self) -> bool:
        """Whether the tabs stand closer together, so that the place keeps its beginning and its branch."""
        place = min(cell_len(cast("RustaApp", self.app).place), _PLACE_AT_MOST) + _BESIDE_PLACE
        return not self.crowded and self.app.size.width < self._named(2) + place

    def _named(self, beside: int) -> int:
        """Cells of her name, of who waits, and of the tabs by name with ``beside`` cells of space each."""
        names = sum(cell_len(full_name(place)) + beside for place in PLACES)
        waits = cell_len(self._call) + 2 if self._call else 0
        return cell_len(_NAME) + 1 + names + waits

    def compose(self) -> ComposeResult:
        """Name, one label a tab, the place on the right."""
        yield Static(Content(_NAME), id="name")
        for place in PLACES:
            yield TabLabel(place, current=place.mode == self._current)
        yield Static(id="waiting")
        yield PlaceLabel(id="place")

    def on_mount(self) -> None:
        """Writes where we are, now and whenever it changes."""
        app = cast("RustaApp", self.app)
        self.watch(app, "place", self._show_place)
        self.watch(app, "waiting", self._show_waiting)

    def on_resize(self) -> None:
        """Names come and go with the room there is."""
        self._name_tabs()

    def _name_tabs(self) -> None:
        self.set_class(self.close, "-close")
        for label in self.query(TabLabel):
            label.refresh(layout=True)

    def _show_place(self, place: str) -> None:
        for label in self.query("#place").results(PlaceLabel):
            label.show(place)
        self._name_tabs()

    def _show_waiting(self, waiting: str) -> None:
        self._call = f"◆ {waiting}" if waiting else ""
        self._write("#waiting", self._call)
        self._name_tabs()

    def _write(self, label: str, text: str) -> None:
        """Writes a label. The app may speak to a bar whose screen is just going away: then there is none."""
        for part in self.query(label).results(Static):
            part.update(Content(text))
