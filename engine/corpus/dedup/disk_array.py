"""Arrays that lie in files, for what grows with the corpus; the system keeps in memory what is being touched."""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP = 1 << 7  # places touched anywhere before memory is let go: the system maps up to sixteen pages for each


def disk_array(path: Path, dtype: Any, length: int) -> NDArray[Any]:
    """The array in a file, to be read and written. A file that is not there is made, filled with zeros.

    Its room on the disk is taken at once: a disk that is full is an `OSError` here, and no signal at a write later.
    """
    kind = np.dtype(dtype)
    if not length:
        path.touch()
        return np.empty(0, kind)
    if not path.exists():
        new = path.with_name(path.name + ".making")
        with new.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, length * kind.itemsize)
        new.replace(path)
    return np.asarray(np.memmap(path, kind, "r+", shape=(length,)))


def gathered(array: NDArray[Any], places: NDArray[np.integer]) -> NDArray[Any]:
    """The values at these places of an array from `disk_array`, anywhere in it, with few of its pages in memory."""
    found = np.empty(len(places), array.dtype)
    for start in range(0, len(places), STEP):
        found[start : start + STEP] = array[places[start : start + STEP]]
        release(array)
    return found


def release(array: NDArray[Any]) -> None:
    """Lets the system take back the memory of an array from `disk_array`. What was written stays written."""
    base = array
    while isinstance(base, np.ndarray):
        base = base.base  # type: ignore[assignment]
    if isinstance(base, mmap.mmap):
        base.madvise(mmap.MADV_DONTNEED)
