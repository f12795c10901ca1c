"""The most downloaded crates of a crates.io database dump, unpacked: its folder of CSV files, streamed."""

from __future__ import annotations

import csv
import heapq
import sys
from collections.abc import Iterator
from pathlib import Path

from engine.errors import CorpusError


def most_downloaded(dump: Path, count: int) -> tuple[str, ...]:
    """The ``count`` most downloaded crates as ``name@version``, the most downloaded first.

    ``dump`` is the unpacked dump or its `data` folder. The version is the default one that crates.io shows. Yanked
    and pre-release versions are what crates.io only shows where there are no others. Raises `CorpusError` when tables
    are missing or have other columns.
    """
    data = dump / "data" if (dump / "data").is_dir() else next(iter(sorted(dump.glob("*/data"))), dump)
    names = {row["id"]: row["name"] for row in _rows(data / "crates.csv", "id", "name")}
    downloads = ((int(row["downloads"]), row["crate_id"]) for row in _downloads(data))
    # Equal counts are told apart by name, so that a list is the same for the same dump.
    top = heapq.nsmallest(count, ((-number, names[crate], crate) for number, crate in downloads if crate in names))
    wanted = {crate for *_, crate in top}
    shown = {
        row["version_id"]: row["crate_id"]
        for row in _rows(data / "default_versions.csv", "crate_id", "version_id")
        if row["crate_id"] in wanted
    }
    versions = {shown[row["id"]]: row["num"] for row in _rows(data / "versions.csv", "id", "num") if row["id"] in shown}
    return tuple(f"{name}@{versions[crate]}" for _, name, crate in top if crate in versions)


def _downloads(data: Path) -> Iterator[dict[str, str]]:
    if (data / "crate_downloads.csv").exists():
        return _rows(data / "crate_downloads.csv", "crate_id", "downloads")
    # Dumps from before 2024 have them in the table of crates.
    return ({**row, "crate_id": row["id"]} for row in _rows(data / "crates.csv", "id", "downloads"))


def _rows(path: Path, *columns: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # a README is one field
    try:
        with path.open(encoding="utf-8", newline="") as table:
            reader = csv.DictReader(table)
            if missing := set(columns) - set(reader.fieldnames or ()):
                raise CorpusError(f"{path.name} has no column {min(missing)}", fix="give an unpacked crates.io dump")
            yield from reader
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{path} cannot be read: {error}", fix="give the folder of an unpacked crates.io dump"
        ) from error
