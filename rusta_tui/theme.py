"""Two themes: one accent for Rusta's voice, one colour each for green, red and "waiting for you"."""

from __future__ import annotations

import os

from textual.theme import Theme

DARK = Theme(
    name="rusta-dark",
    primary="#e08a52",
    secondary="#8fa3b8",
    accent="#e08a52",
    foreground="#d9d6d0",
    background="#15171a",
    surface="#15171a",
    panel="#1e2125",
    success="#8cc07a",
    error="#e8707a",
    warning="#e6c15c",
    dark=True,
    variables={
        "line": "#343a41",
        "quiet": "#868d95",
        "strong": "#f6f3ee",
        "selected": "#2a2f35",
        "added": "#1b2b1e",
        "removed": "#331f22",
        "code-keyword": "#c99bdc",
        "code-name": "#8fbbe8",
        "code-type": "#e2bd7c",
        "code-string": "#a9c98b",
        "code-number": "#e0a27c",
        "code-comment": "#7d858d",
        "code-macro": "#7cc5bd",
        "footer-background": "#1e2125",
        "footer-key-foreground": "#e08a52",
        "block-cursor-foreground": "#f6f3ee",
        "block-cursor-background": "#2a2f35",
        "block-cursor-text-style": "none",
        "input-selection-background": "#e08a52 35%",
        "scrollbar": "#343a41",
        "scrollbar-background": "#15171a",
        "scrollbar-corner-color": "#15171a",
        "scrollbar-hover": "#4a525b",
        "scrollbar-active": "#e08a52",
    },
)

LIGHT = Theme(
    name="rusta-light",
    primary="#a8480f",
    secondary="#4c6072",
    accent="#a8480f",
    foreground="#2c2a27",
    background="#fbf9f5",
    surface="#fbf9f5",
    panel="#f0ece4",
    success="#2f7a33",
    error="#b3263a",
    warning="#8a6200",
    dark=False,
    variables={
        "line": "#d3ccbf",
        "quiet": "#6f6a61",
        "strong": "#12110f",
        "selected": "#e9e2d5",
        "added": "#e2f1de",
        "removed": "#f9e1e1",
        "code-keyword": "#8433a3",
        "code-name": "#1f5fa8",
        "code-type": "#8a5a00",
        "code-string": "#3c7021",
        "code-number": "#a8480f",
        "code-comment": "#77726a",
        "code-macro": "#0f716a",
        "footer-background": "#f0ece4",
        "footer-key-foreground": "#a8480f",
        "block-cursor-foreground": "#12110f",
        "block-cursor-background": "#e9e2d5",
        "block-cursor-text-style": "none",
        "input-selection-background": "#a8480f 25%",
        "scrollbar": "#d3ccbf",
        "scrollbar-background": "#fbf9f5",
        "scrollbar-corner-color": "#fbf9f5",
        "scrollbar-hover": "#b8b0a1",
        "scrollbar-active": "#a8480f",
    },
)


def fitting_theme(wanted: str | None = None) -> str:
    """The name of the theme to start with: the one asked for, else what the terminal says of its background.

    Terminals that set `COLORFGBG` name their background's colour last; 7 and 15 are light ones.
    """
    choice = wanted or os.environ.get("RUSTA_THEME")
    if choice in ("light", "dark"):
        return f"rusta-{choice}"
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT.name if background in ("7", "15") else DARK.name


def variables_for(theme: Theme) -> dict[str, str]:
    """Rusta's own colours under a theme that does not name them: those of her theme that is as light or as dark."""
    own = DARK if theme.dark else LIGHT
    names = ("line", "quiet", "strong", "selected", "added", "removed")
    return {name: own.variables[name] for name in own.variables if name in names or name.startswith("code-")}
