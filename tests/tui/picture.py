"""A screen as a text that a person can review: what is written, and under it how each stretch of a line looks.

A style is told by the theme's names ("good", "added"), so that a picture reads like the screen and a colour that
moves in the palette shows as one changed name. Stretches in the plain text colour on the plain ground are left out.
"""

from __future__ import annotations

from typing import Any

from rich.style import Style
from textual._context import visible_screen_stack
from textual.strip import Strip

PALETTE = ("success", "error", "warning", "accent", "secondary", "foreground", "background", "panel")
OWN = ("line", "quiet", "strong", "selected", "added", "removed")
MARKS = ("bold", "dim", "italic", "underline", "reverse", "strike")


def picture(app: Any) -> str:
    """The screen in front, 1-based rows and columns below the text.

    Example of a line below: ` 3  1–14 strong bold · 20–31 success on selected`.
    """
    names = palette(app)
    strips = strips_of(app)
    text, looks = [], []
    for row, strip in enumerate(strips, 1):
        text.append("".join(segment.text for segment in strip).rstrip())
        runs: list[tuple[int, int, str]] = []
        column = 1
        for segment in strip:
            end = column + segment.cell_length
            look = named(segment.style, names)
            if runs and runs[-1][2] == look:
                runs[-1] = (runs[-1][0], end - 1, look)
            elif segment.cell_length:
                runs.append((column, end - 1, look))
            column = end
        told = " · ".join(f"{first}–{last} {look}" for first, last, look in runs if look)
        if told:
            looks.append(f"{row:3}  {told}")
    width = app.size.width
    return "\n".join((*text, "─" * width, *looks, ""))


def strips_of(app: Any) -> list[Strip]:
    """The lines of the screen in front, over what shines through from behind it.

    Textual keeps the lines of a dialogue once they are drawn: drawn without what is behind, they would stay so.
    """
    visible_screen_stack.set(app._background_screens)
    return list(app.screen._compositor.render_strips())


def palette(app: Any) -> dict[str, str]:
    """The names of the theme's colours by their hexadecimal value; the text's own colour and ground have none."""
    theme = app.current_theme
    variables = app.get_css_variables()
    names: dict[str, str] = {}
    for name in (*PALETTE, *OWN, *(name for name in theme.variables if name.startswith("code-"))):
        names.setdefault(variables[name].lower(), name)
    return names


def named(style: Style | None, names: dict[str, str]) -> str:
    """A style in words; "" for plain text."""
    if style is None:
        return ""
    ink, ground = (colour_name(colour, names) for colour in (style.color, style.bgcolor))
    words = [ink] if ink not in ("", "foreground") else []
    words += [mark for mark in MARKS if getattr(style, mark)]
    if ground not in ("", "background"):
        words.append(f"on {ground}")
    return " ".join(words)


def colour_name(colour: Any, names: dict[str, str]) -> str:
    if colour is None or colour.is_default:
        return ""
    value = colour.get_truecolor().hex.lower()
    return names.get(value, value)
