"""Arrays in files keep what is written to them, and a full disk is an error that can be caught."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from engine.corpus.dedup.disk_array import disk_array, release


def test_what_is_written_stays_after_it_was_let_go(tmp_path: Path) -> None:
    array = disk_array(tmp_path / "numbers", np.uint32, 5000)
    assert not array.any()
    array[4999] = 7
    release(array)
    assert array[4999] == 7
    assert disk_array(tmp_path / "numbers", np.uint32, 5000)[4999] == 7


def test_an_empty_array_has_a_file_too(tmp_path: Path) -> None:
    assert len(disk_array(tmp_path / "none", np.uint32, 0)) == 0
    assert (tmp_path / "none").read_bytes() == b""


def test_a_full_disk_leaves_no_half_made_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int, start: int, length: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", full)
        with pytest.raises(OSError, match="No space left"):
            disk_array(tmp_path / "numbers", np.uint32, 5000)
    assert len(disk_array(tmp_path / "numbers", np.uint32, 5000)) == 5000
