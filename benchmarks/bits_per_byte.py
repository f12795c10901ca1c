"""How well a byte-level model knows Rust that it never saw, beside xz and PPMd that were shown the same training data.

    python benchmarks/bits_per_byte.py DATA [--checkpoint RUN] [--held-out MB] [--train MB] [--orders 6,12,16,24,32]
                                       [--memory MB] [--overlap SHARE] [--json FILE] [--only-models]

DATA is what `rusta train` was given: a corpus or a folder of crates; what is held out is held out by repository, as
training does it. Every coder meets every held-out file right after the training data and nothing else: a compressor
reads all of it once, and a fork of the process codes each file from there, so that what a file teaches helps no other.
The model reads a file in windows of its context that overlap. All bytes are the same; `one stream` codes the held-out
files one after the other and lets each learn from the one before it, which only compressors can do.

PPMd (7-Zip's variant H, by pyppmd: `pip install pyppmd`, LGPL, and so no dependency of Rusta) takes the best of several
orders, and xz (LZMA with a dictionary larger than the data) the better of its settings for binaries and for text; both
are chosen on repositories of the training data. Asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import statistics
import struct
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from engine.train.data import File, files

MEGA = 1_000_000
CHUNK = 1 << 20
TUNING = 4 * MEGA  # bytes of training data that settings are chosen on


class Coder(Protocol):
    """A compressor in the middle of its stream."""

    def compress(self, data: bytes) -> bytes: ...

    def flush(self) -> bytes: ...


class Ppmd:
    def __init__(self, order: int, memory: int) -> None:
        import pyppmd

        self._encoder = pyppmd.Ppmd7Encoder(order, memory)

    def compress(self, data: bytes) -> bytes:
        return bytes(self._encoder.encode(data))

    def flush(self) -> bytes:
        return bytes(self._encoder.flush(endmark=False))


def xz(dictionary: int, text: bool) -> Coder:
    literal = {"lc": 4, "lp": 0, "pb": 0} if text else {"lc": 3, "lp": 0, "pb": 2}
    preset = {"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": dictionary, **literal}
    return lzma.LZMACompressor(format=lzma.FORMAT_RAW, filters=[preset])


@dataclass(frozen=True)
class Coded:
    """Bytes that each file came to, that all came to in one stream, and the seconds of that stream."""

    sizes: list[int]
    stream: int
    seconds: float


def coded(coder: Coder, before: bytes, held_out: Sequence[bytes]) -> Coded:
    """What files cost a coder that has read ``before``: each in a fork of this process, from where that ended."""
    for at in range(0, len(before), CHUNK):
        coder.compress(before[at : at + CHUNK])
    rest = in_fork(lambda: len(coder.flush()))
    sizes = [in_fork(lambda text=text: len(coder.compress(text)) + len(coder.flush())) - rest for text in held_out]
    whole = b"".join(held_out)
    began = time.perf_counter()
    stream = in_fork(lambda: len(coder.compress(whole)) + len(coder.flush())) - rest
    return Coded(sizes, stream, time.perf_counter() - began)


def in_fork(count: Callable[[], int]) -> int:
    """What ``count`` says in a copy of this process, of which nothing stays."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(into, struct.pack("<q", count()))
        finally:
            os._exit(0)
    os.close(into)
    answer = os.read(out, 8)
    os.close(out)
    os.waitpid(child, 0)
    return int(struct.unpack("<q", answer)[0])


def tuned(makers: dict[str, Callable[[], Coder]], learn: Sequence[File]) -> str:
    """The setting with which repositories of the training data cost least after others of it."""
    aside = [one for one in learn if sha256(one.repository.encode()).digest()[0] < 26]
    rest = [one for one in learn if sha256(one.repository.encode()).digest()[0] >= 26]
    before = b"".join(cut(rest, TUNING))
    texts = list(cut(aside, TUNING // 8))
    cost = {
        key: sum(coded(make(), before, texts).sizes) * 8 / max(1, sum(map(len, texts))) for key, make in makers.items()
    }
    told = ", ".join(f"{key} {bits:.3f}" for key, bits in cost.items())
    print(f"on {sum(map(len, texts)):,} bytes of the training data: {told}", flush=True)
    return min(cost, key=lambda key: cost[key])


def best_coders(options: argparse.Namespace, learn: Sequence[File], size: int) -> list[tuple[str, Callable[[], Coder]]]:
    """xz and PPMd as they do best on the training data; ``size``: all bytes that one of them will ever see."""
    memory, window = options.memory << 20, max(1 << 26, 1 << size.bit_length())
    xzs = {"xz -9e": lambda: xz(window, False), "xz -9e for text": lambda: xz(window, True)}
    ppmds = {f"PPMd, order {order}": lambda order=order: Ppmd(order, memory) for order in options.orders}
    return [(best, known[best]) for known in (xzs, ppmds) for best in (tuned(known, learn),)]


def cut(found: Sequence[File], most: int) -> Iterator[bytes]:
    """Files spread over all repositories, up to ``most`` bytes: by a hash of what they hold."""
    left = most
    for one in sorted(found, key=lambda one: sha256(one.content).digest()):
        if one.content and len(one.content) <= left:
            left -= len(one.content)
            yield one.content


def by_model(path: Path, held_out: Sequence[bytes], overlap: float) -> tuple[str, list[float], float]:
    """A checkpoint's name and size, the bits that each file costs it, and seconds."""
    from engine.brain.minds.byte_model import newest
    from engine.model.configuration import BEGIN
    from engine.model.scoring import bits_of
    from engine.model.stored import load_model

    place = newest(path)
    model = load_model(place, "auto")
    began = time.perf_counter()
    stride = max(1, round(model.config.context * (1 - overlap)))
    bits = [bits_of(model, [BEGIN, *text], stride) for text in held_out]
    name = f"{place.parent.parent.name}/{place.name}, {model.config.parameters() / MEGA:.1f} M"
    return name, bits, time.perf_counter() - began


def line(
    name: str, held_out: Sequence[bytes], bits: Sequence[float], stream: float | None, seconds: float
) -> dict[str, Any]:
    """Prints a row of the table; the same as figures."""
    size = sum(map(len, held_out))
    rates = [cost / len(text) for cost, text in zip(bits, held_out, strict=True)]
    found = {"name": name, "all": sum(bits) / size, "median": statistics.median(rates), "seconds": seconds}
    streamed = "–" if stream is None else f"{stream / size:.3f}"
    speed = size / 1000 / max(seconds, 1e-9)
    print(f"| {name} | {found['all']:.3f} | {found['median']:.3f} | {streamed} | {speed:.0f} |", flush=True)
    return found | {"stream": None if stream is None else stream / size, "rates": rates}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[])
    parser.add_argument("--held-out", type=float, default=1.0, help="megabytes at most")
    parser.add_argument("--overlap", type=float, default=0.5, help="of a model's windows: a share of its context")
    parser.add_argument("--train", type=float, default=1e9, help="megabytes that compressors are shown at most")
    parser.add_argument(
        "--orders", type=lambda text: [int(one) for one in text.split(",")], default=[6, 12, 16, 24, 32]
    )
    parser.add_argument("--memory", type=int, default=1024, help="megabytes for PPMd's model")
    parser.add_argument("--only-models", action="store_true", help="leave the compressors out: they say the same again")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    everything = list(files(options.data))
    learn = [one for one in everything if not one.held_out]
    held_out = list(cut([one for one in everything if one.held_out], int(options.held_out * MEGA)))
    before = b"".join(cut(learn, int(options.train * MEGA)))
    repositories = len({one.repository for one in everything if one.held_out})
    print(
        f"{len(before):,} bytes to learn from; {sum(map(len, held_out)):,} held out in {len(held_out)} files", end=" "
    )
    print(f"of {repositories} repositories")
    chosen = [] if options.only_models else best_coders(options, learn, len(before) + sum(map(len, held_out)))
    print(
        "\n| coder | bits per byte, each file | median file | one stream | kB/s |\n| --- | ---: | ---: | ---: | ---: |"
    )
    rows = []
    for name, make in chosen:
        for what, given in (("", b""), (", primed", before)):
            done = coded(make(), given, held_out)
            rows.append(line(name + what, held_out, [8 * size for size in done.sizes], 8 * done.stream, done.seconds))
    for path in options.checkpoint:
        name, bits, seconds = by_model(path, held_out, options.overlap)
        rows.append(line(name, held_out, bits, None, seconds))
    if options.json:
        options.json.write_text(json.dumps({"learnt": len(before), "rows": rows}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
