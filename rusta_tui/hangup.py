"""A terminal that is gone ends the app.

When a terminal closes, the kernel tells the first process of its session and no other. Behind ``make run``, under
``nohup`` or in a wrapper that waits, that is not the app: it would stay, and read the end of its input for ever.
"""

from __future__ import annotations

import os
import signal

LOOKS_EVERY = 1.0  # seconds
_STDIN = 0


def end_with_the_terminal() -> None:
    """Ends this process as a hang-up does, once its standard input is a terminal no more.

    Sessions of the engine read the end of their own input and save, as they do when the app is killed.
    """
    if not os.isatty(_STDIN):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        signal.raise_signal(signal.SIGHUP)
