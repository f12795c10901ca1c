"""The manifest: every file of a corpus with its hash, and every setting that made it. `verify` holds it to that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import engine
from engine.corpus.licences.policy import Pack
from engine.corpus.package.splits import Splits
from engine.corpus.shard import file_hash, whole
from engine.errors import CorpusError

if TYPE_CHECKING:
    from engine.corpus.dedup.resolve import DedupReport, DedupSettings

NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """``files`` are SHA-256 (hex) by path from the corpus's root. ``corpus`` is the hash of all that is listed."""

    v: int
    name: str
    rusta: str
    corpus: str
    files: dict[str, str]
    sources: dict[str, str]
    steps: list[Any]
    splits: dict[str, Any]
    dedup: dict[str, Any]
    duplicates: dict[str, Any] = field(default_factory=dict)
    sealed: list[str] = field(default_factory=list)
    pack: Pack = "permissive"

    @classmethod
    def of(
        cls,
        out: Path,
        data: Mapping[str, str],
        *,
        name: str,
        sources: Mapping[str, Mapping[str, Any]],
        steps: list[Any],
        splits: Splits,
        dedup: DedupSettings,
        reports: Mapping[str, DedupReport],
        sealed: tuple[str, ...],
        pack: Pack,
    ) -> Manifest:
        """The manifest of the ledger and the ``data`` that lie in ``out``; `write_manifest` lists the other files."""
        ledger = {path.relative_to(out).as_posix(): file_hash(path) for path in sorted((out / "ledger").glob("[!.]*"))}
        files = {**data, **ledger}
        return cls(
            v=1,
            name=name,
            rusta=engine.__version__,
            corpus=_hash(files),
            files=files,
            sources={source: _hash(settings) for source, settings in sources.items()},
            steps=json.loads(json.dumps(steps, default=str)),
            splits=asdict(splits),
            dedup={key: value for key, value in asdict(dedup).items() if key != "memory"},
            duplicates={family: asdict(report) for family, report in reports.items()},
            sealed=list(sealed),
            pack=pack,
        )


def write_manifest(out: Path, manifest: Manifest) -> None:
    """Writes it, with the hashes of everything else that lies in the corpus by now."""
    others = {
        path.relative_to(out).as_posix(): file_hash(path)
        for path in sorted(out.rglob("*"))
        if path.is_file() and path != out / NAME and not hidden(path.relative_to(out))
    }
    fields = asdict(manifest) | {"files": {**others, **manifest.files}}
    with whole(out / NAME) as new:
        new.write_text(json.dumps(fields, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def hidden(path: Path) -> bool:
    """True for what is not part of a corpus: its work folder, and what a killed build has left half written."""
    return any(part.startswith(".") for part in path.parts)


def read_manifest(corpus: Path) -> Manifest:
    """The manifest of a corpus; `CorpusError` when there is none or it is not one."""
    try:
        return Manifest(**json.loads((corpus / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise CorpusError(f"{corpus} is no finished corpus", fix="build one: rusta corpus build --out DIR") from error
    except (OSError, ValueError, TypeError) as error:
        raise CorpusError(f"{corpus / NAME} is no manifest: {str(error).splitlines()[0]}") from error


def _hash(what: Any) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()
