"""Arrays that lie in files, for what grows with the corpus; the system keeps in memory what is being touched."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def disk_array(path: Path, dtype: Any, length: int) -> NDArray[Any]:
    """The array in a file, to be read and written. A file that is not there is made, filled with zeros."""
    kind = np.dtype(dtype)
    if not length:
        path.touch()
        return np.empty(0, kind)
    if not path.exists():
        with path.open("wb") as file:
            file.truncate(length * kind.itemsize)
    return np.asarray(np.memmap(path, kind, "r+", shape=(length,)))


def release(array: NDArray[Any]) -> None:
    """Lets the system take back the memory of an array from `disk_array`. What was written stays written."""
    base = array
    while isinstance(base, np.ndarray):
        base = base.base  # type: ignore[assignment]
    if isinstance(base, mmap.mmap):
        base.madvise(mmap.MADV_DONTNEED)
