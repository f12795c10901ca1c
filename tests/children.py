"""Programs that a test starts: one whose test fails is killed, where leaving a plain `Popen` would wait for ever."""

from __future__ import annotations

import subprocess
from types import TracebackType


class Child(subprocess.Popen[str]):
    """A `subprocess.Popen` in text whose ``with`` block does not outlive a failure inside it."""

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is not None:
            self.kill()
        super().__exit__(kind, value, traceback)
