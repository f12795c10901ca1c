"""Whether a training run goes on bit for bit after a SIGKILL in the middle of an epoch, through `rusta train`.

    python benchmarks/train_resume.py [--steps 330] [--kills 2] [--seed 0] [--json FILE] [--cells 1x0,2x4]

For each number of processes and workers one run is left alone and one is killed at random steps, all its processes at
once, and resumed. Held against the run that was left alone, digit for digit: the losses and the names of the batches
of the next 200 steps after each kill, and the files of weights, averaged weights and optimizer in the last checkpoint.
A name is a hash of the rows that all processes read in a step, so it is held against the other cells as well. An epoch
has 217 steps, and a checkpoint is written every 17. CPU, float32, one thread a process. Asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

NEXT = 200  # steps after a kill that are compared
NAMES = ("value", "count", "result", "index", "buffer", "length", "parser", "token", "state", "width", "total")
FILES = ("model.safetensors", "ema.safetensors", "optimizer.safetensors")
SETTINGS = (
    "stage: E0\nmodel: nano\ncontext: 32\nbatch: 4\nwarm_up: 10\nema: 0.9\nevaluate_every: 100\nevaluate_rows: 4\n"
)


@dataclass(frozen=True)
class Cell:
    """What came of one number of processes and workers. ``killed_at`` are the steps that were done when it was."""

    processes: int
    workers: int
    steps: int
    epoch: int
    killed_at: list[int]
    redone: list[int]
    losses_alike: str
    batches_alike: str
    files_alike: dict[str, bool]
    seconds: float


def crates(folder: Path) -> None:
    """Forty small crates, drawn from a seed."""
    draw = random.Random(7)
    for number in range(40):
        source = folder / f"crate{number}-0.1.0" / "src" / "lib.rs"
        source.parent.mkdir(parents=True)
        text = []
        for function in range(12):
            one, two = draw.sample(NAMES, 2)
            text.append(f"pub fn {one}_{function}({two}: u8) -> u32 {{\n    {two} as u32 + {draw.randrange(99)}\n}}\n")
        source.write_text("".join(text))


def started(place: Path, out: Path, processes: int, resume: bool) -> subprocess.Popen[bytes]:
    """`rusta train` as a child; several processes by torchrun, as `accelerate launch` does it."""
    launch = [sys.executable]
    if processes > 1:
        launch += ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    told = ["-m", "rusta_cli", "train", "E0", "--config", str(place / f"{out.name.split('-')[0]}.yaml")]
    told += ["--data", str(place / "data"), "--out", str(out), *(["--resume"] if resume else [])]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "RUSTA_HOME": str(place / "home"), "PYTHONWARNINGS": "ignore"}
    environment |= {"CUDA_VISIBLE_DEVICES": ""}
    with (place / f"{out.name}.log").open("ab") as log:
        return subprocess.Popen([*launch, *told], env=environment, stdout=log, stderr=log)


def descendants(root: int) -> list[int]:
    """A process and all that come from it."""
    parents: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, rest = int(status.parent.name), status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(rest[1]), []).append(number)
    found = [root]
    for one in found:
        found.extend(parents.get(one, []))
    return found


def steps(out: Path) -> Iterator[tuple[int, float, float]]:
    """Step, loss and name of the batch of every line of the journal, in the order in which they were written."""
    if (out / "events.jsonl").exists():
        for line in (out / "events.jsonl").read_text().split("\n")[:-1]:
            fields = json.loads(line)
            if fields["kind"] == "step":
                yield fields["step"], fields["loss"], fields["batch"]


def finished(child: subprocess.Popen[bytes], place: Path, out: Path) -> None:
    """Waits for a run. Raises `SystemExit` when it fails."""
    if child.wait():
        raise SystemExit((place / f"{out.name}.log").read_text()[-2000:])


def killed(place: Path, out: Path, processes: int, at: int, resume: bool) -> int:
    """Runs until step ``at`` stands in the journal, and kills all processes; the last step that was done."""
    child = started(place, out, processes, resume)
    while max((step for step, _, _ in steps(out)), default=0) < at:
        if child.poll() is not None:
            raise SystemExit((place / f"{out.name}.log").read_text()[-2000:])
        time.sleep(0.01)
    for one in descendants(child.pid):
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            continue
    child.wait()
    return max(step for step, _, _ in steps(out))


def measured(place: Path, processes: int, workers: int, count: int, draws: list[int]) -> tuple[Cell, dict[int, float]]:
    """One cell, and the names of its batches by step."""
    begun = time.perf_counter()
    name = f"{processes}x{workers}"
    (place / f"{name}.yaml").write_text(f"{SETTINGS}steps: {count}\nworkers: {workers}\nsave_every: 17\n")
    whole, cut = place / f"{name}-whole", place / f"{name}-cut"
    finished(started(place, whole, processes, False), place, whole)
    expected = {step: (loss, batch) for step, loss, batch in steps(whole)}
    stopped, redone = [], []
    alike = {"losses": [0, 0], "batches": [0, 0]}
    before = 0
    for number, at in enumerate([*draws, 0]):
        if at:
            stopped.append(killed(place, cut, processes, at, resume=number > 0))
        else:
            finished(started(place, cut, processes, True), place, cut)
        written = list(steps(cut))
        again, before = written[before:], len(written)
        if number:
            redone.append(stopped[number - 1] - again[0][0] + 1)
            for step, loss, batch in again:
                if step <= stopped[number - 1] + NEXT:
                    for what, found, wanted in (("losses", loss, 0), ("batches", batch, 1)):
                        alike[what][0] += found == expected[step][wanted]
                        alike[what][1] += 1
    hashes = []
    for out in (whole, cut):
        last = sorted((out / "checkpoints").glob("step-*"))[-1]
        hashes.append(json.loads((last / "manifest.json").read_text())["files"])
    cell = Cell(
        processes,
        workers,
        count,
        epoch_of(place),
        stopped,
        redone,
        *(f"{same} of {of}" for same, of in alike.values()),
        {file: hashes[0][file] == hashes[1][file] for file in FILES},
        round(time.perf_counter() - begun, 1),
    )
    return cell, {step: batch for step, (_, batch) in expected.items()}


def epoch_of(place: Path) -> int:
    """Steps in which every row is read once."""
    from engine.train.data import read
    from engine.train.objectives import byte_lm

    return len(read(byte_lm.texts, place / "data", 32)[0]) // 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=330)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cells", default="1x0,1x4,2x0,2x4")
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    draw = random.Random(told.seed)
    cells, names = [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        crates(place / "data")
        for one in told.cells.split(","):
            processes, workers = map(int, one.split("x"))
            draws = sorted(draw.sample(range(18, told.steps - NEXT), told.kills))
            cell, batches = measured(place, processes, workers, told.steps, draws)
            cells.append(cell)
            names.append(batches)
            print(json.dumps(asdict(cell)), flush=True)
    print(f"\nbatches alike in all cells: {all(one == names[0] for one in names)}\n")
    print("| processes | workers | killed at step | losses alike | batches alike | weights | average | optimizer |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for cell in cells:
        files = " | ".join("alike" if cell.files_alike[file] else "differ" for file in FILES)
        at = ", ".join(map(str, cell.killed_at))
        print(f"| {cell.processes} | {cell.workers} | {at} | {cell.losses_alike} | {cell.batches_alike} | {files} |")
    if told.json:
        told.json.write_text(json.dumps([asdict(cell) for cell in cells], indent=1))


if __name__ == "__main__":
    main()
