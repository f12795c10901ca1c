"""What stays of the keys when the line is short."""

from __future__ import annotations

import pytest
from textual.widgets._footer import FooterKey

from rusta_tui.widgets.key_line import fitting


def keys() -> list[FooterKey]:
    named = [("a", "Approve", "approve"), ("v", "Veto", "veto"), ("escape", "Later", "app.pop_screen")]
    named += [("?", "Help", "app.help"), ("q", "Quit", "leave")]
    palette = FooterKey("ctrl+p", "^p", "palette", "command_palette", classes="-command-palette")
    return [*(FooterKey(key, key[:3], text, action) for key, text, action in named), palette]


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (52, "Approve Veto Later Help Quit palette"),
        (51, "Approve Veto Later Help Quit"),
        (40, "Approve Veto Later Help Quit"),
        (39, "Approve … Later Help Quit"),
        (35, "Approve … Later Help Quit"),
        (34, "… Later Help Quit"),
        (5, "… Later Help Quit"),
    ],
)
def test_the_palette_goes_first_and_help_never(width: int, shown: str) -> None:
    words = [key.description if isinstance(key, FooterKey) else "…" for key in fitting(keys(), width)]
    assert " ".join(words) == shown
