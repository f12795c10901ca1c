"""The last line of a screen: its keys."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey, FooterLabel

_STAY = ("help", "leave")  # the actions whose keys stay, beside the key that goes back: help names all the others
_BETWEEN = 1
_PALETTE = "-command-palette"
_MORE = "…"


class KeyLine(Footer):
    """The screen's keys, as many as there is room for: the palette's goes first, then the last ones before help."""

    DEFAULT_CSS = "KeyLine.-compact FooterLabel { margin: 0 1 0 0; }"

    def __init__(self, *, palette: bool = True) -> None:
        super().__init__(compact=True, show_command_palette=palette)
        self._made_for = 0

    def compose(self) -> ComposeResult:
        """The keys that fit."""
        self._made_for = self.app.size.width
        yield from fitting(list(super().compose()), self._made_for)

    async def on_resize(self) -> None:
        """Another width holds other keys."""
        if self._made_for != self.app.size.width:
            await self.recompose()


def fitting(keys: Sequence[Widget], width: int) -> list[Widget]:
    """The keys that fit into ``width`` cells, in their order; an ellipsis stands for those that do not."""
    room = width + _BETWEEN  # nothing comes after the last one
    if sum(map(_cells, keys)) <= room:
        return list(keys)
    keys = [key for key in keys if not key.has_class(_PALETTE)]
    if sum(map(_cells, keys)) <= room:
        return keys
    room -= cell_len(_MORE) + _BETWEEN + sum(_cells(key) for key in keys if _stays(key))
    kept: list[Widget] = []
    for key in keys:
        if _stays(key):
            continue
        room -= _cells(key)
        if room < 0:
            break
        kept.append(key)
    return [*kept, FooterLabel(_MORE), *(key for key in keys if _stays(key))]


def _cells(key: Widget) -> int:
    shown = f"{key.key_display} {key.description}" if isinstance(key, FooterKey) else ""
    border = 1 if key.has_class(_PALETTE) else 0
    return cell_len(shown) + _BETWEEN + border


def _stays(key: Widget) -> bool:
    return isinstance(key, FooterKey) and (key.key == "escape" or key.action.rpartition(".")[2] in _STAY)
