"""Sealed cases in a corpus: how many are found, how much of real crates is dropped for nothing, and how fast.

    python benchmarks/corpus_decontaminate.py [--crates DIR] [--megabytes 30]

The sealed texts are those of the shipped cases and golden patches. Each is put into a real file once for each disguise.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus_dedup import crates, gather

from engine.corpus.decontaminate.step import Decontaminate, SealedPrint, sealed_print
from engine.corpus.document import Document, Outcome
from engine.resources import shipped
from engine.rust.known_texts import LEAST_SHINGLES
from engine.rust.likeness import KEYWORDS
from engine.rust.tokens import tokens


def relaid(source: bytes, rng: random.Random) -> bytes:
    kept = [token.text for token in tokens(source) if token.kind != "comment"]
    return "".join(word + rng.choice([" ", "\n", "\n    ", " /* note */ "]) for word in kept).encode()


def renamed(source: bytes, rng: random.Random) -> bytes:
    names: dict[str, str] = {}
    out, at = [], 0
    for token in tokens(source):
        if token.kind == "word" and token.text not in KEYWORDS:
            out += [source[at : token.byte_start], names.setdefault(token.text, f"name{len(names)}").encode()]
            at = token.byte_end
    return b"".join(out) + source[at:]


def shortened(source: bytes, rng: random.Random) -> bytes:
    """A fifth of the lines gone, in one piece."""
    lines = source.split(b"\n")
    gone = len(lines) // 5
    start = rng.randrange(max(1, len(lines) - gone))
    return b"\n".join(lines[:start] + lines[start + gone :])


DISGUISES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "as it is": lambda source, rng: source,
    "other layout": relaid,
    "other names": renamed,
    "other names and layout": lambda source, rng: renamed(relaid(source, rng), rng),
    "four fifths, other names": lambda source, rng: renamed(shortened(source, rng), rng),
    "half, other names": lambda source, rng: renamed(source[: len(source) // 2], rng),
}


def dropped(step: Decontaminate, contents: Sequence[bytes]) -> list[Outcome]:
    documents = [Document("crate:a", f"{at}.rs", content) for at, content in enumerate(contents)]
    return [outcome for outcome in step.run(documents, {}) if outcome.document is None]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--crates", type=Path)
    asked.add_argument("--megabytes", type=float, default=30)
    options = asked.parse_args()
    files = sorted(path for folder in ("golden", "cases") for path in (shipped("data") / folder).rglob("*.rs"))
    sealed = [sealed_print(path.parts[-3], path.name, path.read_bytes()) for path in files]
    contents = [document.content for document, _ in gather(crates(options.crates), options.megabytes)[0]]
    size = sum(map(len, contents)) / 1e6
    print(f"{len(sealed)} sealed texts; {len(contents)} files of crates, {size:.1f} MB")
    bare = [SealedPrint(one.case, one.path, one.fingerprint) for one in sealed]
    for name, step, part in (
        ("with the texts", Decontaminate(sealed), contents),
        ("by prints alone", Decontaminate(bare), contents[: max(1, len(contents) // 12)]),
    ):
        list(step.run([Document("crate:a", "a.rs", b"fn a() {}")], {}))
        began = time.process_time()
        found = dropped(step, part)
        seconds = time.process_time() - began
        rate = sum(map(len, part)) / 1e6 / seconds
        print(f"{name}: {rate:.1f} MB/s of the processor, {len(found)} of {len(part)} files of crates dropped")
        for outcome in found:
            print(f"  {outcome.verdicts[0].detail}")
    step, rng = Decontaminate(sealed), random.Random(3)
    long = [one.text or b"" for one in sealed if one.fingerprint.shingles >= LEAST_SHINGLES]
    print(f"found of {len(long)} texts of at least {LEAST_SHINGLES} shingles: alone, and inside a real file")
    hosts = [content for content in contents if 1000 < len(content) < 20_000]
    for name, disguise in DISGUISES.items():
        made = [disguise(text, rng) for text in long]
        inside = [host[: (cut := host.find(b"\n", len(host) // 2))] + b"\n" + text + host[cut:]
                  for text, host in zip(made, rng.choices(hosts, k=len(made)), strict=True)]  # fmt: skip
        print(f"  {name:26} {len(dropped(step, made)):4d}  {len(dropped(step, inside)):4d}")


if __name__ == "__main__":
    main()
