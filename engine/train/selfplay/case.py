"""A fault as a case: the form that evaluation, drills and the golden challenge read."""

from __future__ import annotations

from pathlib import Path

from engine.schema.case import Case, Expectation
from engine.train.selfplay.fault import Fault, broken_files

_LEFT_OUT = frozenset(["target", ".git"])


def case_of(fault: Fault, package: Path) -> Case:
    """The broken crate as one line of cases: ``before`` all its text files, ``after`` the sound ones of those broken.

    ``package`` is the sound crate, of the version that the fault was made for; `PatchError` when it is another.
    """
    sound = {path.relative_to(package).as_posix(): path for path in sorted(package.rglob("*")) if path.is_file()}
    texts: dict[str, str] = {}
    for name, path in sound.items():
        if not _LEFT_OUT.intersection(Path(name).parts):
            try:
                texts[name] = path.read_bytes().decode()
            except UnicodeDecodeError:
                continue
    broken = broken_files(fault.edits, lambda name: texts[name].encode() if name in texts else None)
    return Case(
        id=f"selfplay-{fault.id}",
        family=fault.families[0],
        expect=Expectation.FIXED,
        license=fault.provenance.license or "unknown",
        provenance=fault.provenance,
        tags=("self-play", *fault.operators, *fault.codes),
        before=texts | {name: content.decode() for name, content in broken.items()},
        after={name: texts[name] for name in broken},
    )
