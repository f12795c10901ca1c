"""What the app itself remembers from one start to the next: the theme in use, and that the tour was seen."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Remembered:
    """The app's memory. Empty on a first start."""

    theme: str = ""
    toured: bool = False


class Memory:
    """The app's memory in a JSON file. A file that is missing or broken is as good as none: nothing hangs on it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.now = self._read()

    def keep(self, *, theme: str | None = None, toured: bool | None = None) -> None:
        """Remembers what is given, at once; a place that cannot be written only forgets."""
        now = replace(
            self.now,
            theme=self.now.theme if theme is None else theme,
            toured=self.now.toured if toured is None else toured,
        )
        if now == self.now:
            return
        self.now = now
        part = self.file.with_name(f"{self.file.name}.{os.getpid()}.part")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(asdict(now)) + "\n", encoding="utf-8")
            part.replace(self.file)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def _read(self) -> Remembered:
        try:
            fields = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Remembered()
        if not isinstance(fields, dict):
            return Remembered()
        return Remembered(str(fields.get("theme") or ""), fields.get("toured") is True)
