"""The app's tabs: one row a tab. Only tabs that work are here; a screen is imported when its tab is first opened."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen


@dataclass(frozen=True)
class Place:
    """A tab: the ``digit`` that opens it, its ``mode`` in the app, its name, and where its screen is.

    ``screen`` is "module:Class"; the class is made without arguments.
    """

    digit: str
    mode: str
    label: str
    screen: str
    about: str

    def open(self) -> Screen[None]:
        """Imports and makes the screen."""
        module, _, name = self.screen.partition(":")
        return cast("Callable[[], Screen[None]]", getattr(import_module(module), name))()


PLACES = (
    Place("1", "session", "Session", "rusta_tui.screens.session:SessionScreen", "The queue and the session"),
    Place("2", "devlogs", "DevLogs", "rusta_tui.screens.devlogs:DevLogsScreen", "Her diary, to read and to grade"),
    Place("3", "drills", "Drills", "rusta_tui.screens.drills:DrillsScreen", "The weekly study drill"),
    Place("4", "golden", "Golden", "rusta_tui.screens.golden:GoldenScreen", "The monthly golden patch challenge"),
    Place("5", "curriculum", "Curriculum", "rusta_tui.screens.curriculum:CurriculumScreen", "Stages and their gates"),
    Place("6", "corpus", "Corpus", "rusta_tui.screens.corpus:CorpusScreen", "What she learns from, and why it may be"),
    Place("7", "training", "Training", "rusta_tui.screens.training:TrainingScreen", "Runs, curves, checkpoints"),
    Place("8", "evals", "Evals", "rusta_tui.screens.evals:EvalsScreen", "Runs, reliability, drift, and blind votes"),
    Place("9", "history", "Sessions", "rusta_tui.screens.history:HistoryScreen", "Past sessions"),
)
