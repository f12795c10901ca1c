"""Calling the mentor: the sequences a terminal turns into a bell, a title, or a note on the desktop."""

from __future__ import annotations

from collections.abc import Mapping

from rusta_tui.lines import harmless

BELL = "\a"
_PLAIN_TERMINALS = ("", "dumb", "linux")


def title(text: str) -> str:
    """Sets the window's title (OSC 2)."""
    return f"\x1b]2;{_said(text)}\x1b\\"


def desktop_note(text: str, environ: Mapping[str, str]) -> str:
    """A note on the desktop, in the dialect of the terminal that ``environ`` tells of; nothing where none is spoken.

    kitty reads OSC 99 (https://sw.kovidgoyal.net/kitty/desktop-notifications/), rxvt and foot read OSC 777, iTerm2,
    WezTerm, Ghostty and Windows Terminal read OSC 9 (https://iterm2.com/documentation-escape-codes.html).
    """
    terminal = environ.get("TERM", "")
    if terminal in _PLAIN_TERMINALS:
        return ""
    if "kitty" in terminal:
        return f"\x1b]99;;{_said(text)}\x1b\\"
    if terminal.startswith(("rxvt", "foot")):
        return f"\x1b]777;notify;Rusta;{_said(text)}\x1b\\"
    note = f"\x1b]9;{_said(text)}\x1b\\"
    # tmux hands on to the terminal around it what is wrapped for it, each escape doubled.
    return f"\x1bPtmux;{note.replace(chr(27), chr(27) * 2)}\x1b\\" if environ.get("TMUX") else note


def _said(text: str) -> str:
    """The text without what could end a sequence or start another."""
    return harmless(text).replace(";", ",")[:120]
