"""The life of one repository: 200 faults, one session after the other, with her memory and without it.

    nice -n 5 python benchmarks/lifetime.py                 # 200 sessions; goes on where it was when it is killed
    python benchmarks/lifetime.py --sessions 40 --place /tmp/life
    python benchmarks/lifetime.py --lookups                 # what a look into a memory of 10,000 outcomes costs

The repository is the practice workspace in its green state (three small crates of our own). Faults of a seed come from
`engine.train.selfplay`, each of which was seen to fail, no two alike; people have habits, so 24 operators that the seed
draws break it again and again (`--habits 0`: all of them). For each fault the broken tree is committed and the real
loop runs (`fix`, approve auto, the shipped policy, the jail), then the next fault breaks the sound tree. Two arms meet
every fault in turn, each with a repository, a warm target folder and a store of its own: "memory" is the brain that
everybody has, "forgetful" knows nothing of other sessions, the judge's counts included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "repair"))

from contestants import PATIENCE, counted_builds
from lifetime_report import report
from lookups import time_lookups

from engine.brain.memory.idea import idea_key
from engine.brain.memory.signature import situation_of
from engine.brain.protocol import Brain, Candidate, Context, Explanation
from engine.brain.registry import add_brain, get_brain
from engine.errors import RustaError
from engine.loop.inbox import Inbox
from engine.loop.policy import Policy
from engine.loop.request import Request
from engine.loop.run import fix
from engine.resources import shipped
from engine.schema.patch import Edit
from engine.store.outcomes import OutcomeRecord
from engine.store.store import Store
from engine.train.selfplay.fault import Fault, broken_files
from engine.train.selfplay.inject import inject
from engine.train.selfplay.operators import all_operators

ARMS = {"memory": "search", "forgetful": "forgetful"}
Line = dict[str, Any]
# Where one crate has too few places for its share, the others make up for it.
_SPARE = 8


class Watched:
    """A brain that is watched: which ideas it had, in which order they were tried, and how they ended."""

    def __init__(self, brain: Brain, log: list[Line], spent: list[float]) -> None:
        self._brain, self._log, self._spent = brain, log, spent
        self.name = brain.name
        self._known: dict[str, Line] = {}

    async def think(self, context: Context) -> tuple[Candidate, ...]:
        """The brain's candidates, each noted with its idea and place."""
        began = time.perf_counter()
        found = await self._brain.think(context)
        self._spent.append(round(time.perf_counter() - began, 4))
        situation = situation_of(context.diagnostic, context.read, context.repository)
        for candidate in found:
            self._known[candidate.key] = {
                "signature": situation.signature,
                "idea": idea_key(candidate.edits, context.diagnostic, situation, context.read),
                "place": situation.place,
                "move": candidate.move,
                "recalled": bool(candidate.precedent),
            }
        return found

    async def explain(self, context: Context, candidate: Candidate | None) -> Explanation:
        """The brain's explanation."""
        return await self._brain.explain(context, candidate)

    def learn(self, outcome: OutcomeRecord) -> None:
        """Notes how a candidate ended, and tells the brain."""
        self._log.append({**self._known.get(outcome.candidate, {}), "verdict": outcome.verdict})
        self._brain.learn(outcome)


class Life:
    """One arm: a repository, a store, and what happened in it."""

    def __init__(self, arm: str, place: Path, sound: Path) -> None:
        self.arm, self.sound = arm, sound
        self.repository = place / arm / "repository"
        self.database = f"sqlite:///{place / arm / 'rusta.db'}"
        if not (self.repository / ".git").exists():
            shutil.copytree(sound, self.repository, dirs_exist_ok=True, ignore=shutil.ignore_patterns("target", ".git"))
            self._git("init", "-q", "-b", "main")

    async def session(self, fault: Fault) -> Line:
        """Breaks the repository, lets her mend it, and tells how it went."""
        broken = broken_files(fault.edits, lambda path: (self.sound / path).read_bytes())
        self._commit(broken)
        log: list[Line] = []
        thinking: list[float] = []
        store = Store.open(self.database)
        inbox = Inbox()
        inbox.close()
        add_brain("watched", lambda kept: Watched(get_brain(ARMS[self.arm], kept), log, thinking))
        request = Request(
            self.repository, brain="watched", approve="auto", policy=Policy.load(shipped("data", "policy.yaml"))
        )
        outcome, branch, events = "error", None, []
        began = time.perf_counter()
        with counted_builds() as builds:
            try:
                ended = await asyncio.wait_for(fix(request, store=store, inbox=inbox, emit=events.append), PATIENCE)
                outcome, branch = ended.outcome.value, ended.branch
            except TimeoutError:
                outcome = "out of patience"
            except RustaError as error:
                outcome = f"error: {error}"
        seconds = time.perf_counter() - began
        store.close()
        return {
            "arm": self.arm,
            "fault": fault.id,
            "operators": fault.operators,
            "codes": fault.codes,
            "shows": fault.shows,
            "outcome": outcome,
            "exact": branch is not None and self._is_sound(branch, broken),
            "seconds": round(seconds, 3),
            "builds": len(builds),
            "thinking": thinking,
            "tried": log,
        }

    def _is_sound(self, branch: str, broken: dict[str, bytes]) -> bool:
        return all(self._git("show", f"{branch}:{path}") == (self.sound / path).read_bytes() for path in broken)

    def _commit(self, broken: dict[str, bytes]) -> None:
        """Makes the broken tree the only commit of the repository, so that no history holds the answer."""
        for branch in self._git("for-each-ref", "--format=%(refname)", "refs/heads/rusta").decode().split():
            self._git("update-ref", "-d", branch)
        for file in self.sound.rglob("*.rs"):
            path = file.relative_to(self.sound).as_posix()
            content = broken.get(path, file.read_bytes())
            if (self.repository / path).read_bytes() != content:
                (self.repository / path).write_bytes(content)
        self._git("add", "-A", "-f")
        tree = self._git("write-tree").decode().strip()
        commit = self._git("commit-tree", tree, "-m", "as it is").decode().strip()
        self._git("update-ref", "refs/heads/main", commit)

    def _git(self, *words: str) -> bytes:
        who = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgSign=false"]
        return subprocess.run(["git", *who, *words], cwd=self.repository, capture_output=True, check=True).stdout


def drawn(place: Path, seed: int, count: int, habits: int) -> list[Fault]:
    """The faults of a life, drawn once and kept: crate by crate in turn, from ``habits`` operators (0: all)."""
    kept = place / f"faults-{seed}-{count}-{habits}.jsonl"
    if kept.exists():
        return [Fault.read(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    operators = all_operators()
    chosen = random.Random(f"habits:{seed}").sample(operators, habits) if habits else operators
    print(f"operators: {', '.join(sorted(each.name for each in chosen))}", flush=True)
    found: list[list[Fault]] = []
    members = sorted((shipped("data", "practice") / "green" / "crates").iterdir())
    for member in members:
        alone = _alone(member, place / "alone" / member.name)
        share = -(-count // len(members)) + _SPARE
        made = inject(alone, seed=seed, operators=chosen, count=share, scratch=place / "scratch" / member.name)
        found.append([_in_workspace(fault, member.name) for fault in made])
        print(f"{member.name}: {len(found[-1])} faults", flush=True)
    faults = [fault for several in _in_turn(found) for fault in several][:count]
    kept.write_text("".join(f"{fault.model_dump_json()}\n" for fault in faults), encoding="utf-8")
    return faults


def _in_turn(lists: list[list[Fault]]) -> Iterator[list[Fault]]:
    for index in range(max(map(len, lists))):
        yield [each[index] for each in lists if index < len(each)]


def _alone(member: Path, place: Path) -> Path:
    """A copy of a workspace member that stands by itself: what it inherits is written out."""
    if place.exists():
        shutil.rmtree(place)
    shutil.copytree(member, place, ignore=shutil.ignore_patterns("target"))
    manifest = (
        f'[package]\nname = "{member.name}"\nversion = "0.3.0"\nedition = "2021"\nlicense = "MIT"\n\n[workspace]\n'
    )
    (place / "Cargo.toml").write_text(manifest, encoding="utf-8")
    return place


def _in_workspace(fault: Fault, name: str) -> Fault:
    edits = tuple(Edit(**{**edit.model_dump(), "path": f"crates/{name}/{edit.path}"}) for edit in fault.edits)
    return fault.model_copy(update={"edits": edits})


def live(arguments: argparse.Namespace) -> None:
    """Runs the sessions that the journal does not hold yet, both arms in turn, and reports."""
    place: Path = arguments.place
    place.mkdir(parents=True, exist_ok=True)
    os.environ["RUSTA_HOME"] = str(place / "home")
    os.environ.pop("RUSTA_DATABASE_URL", None)
    sound = shipped("data", "practice") / "green"
    faults = drawn(place, arguments.seed, arguments.sessions, arguments.habits)
    journal = place / f"journal-{arguments.seed}-{arguments.sessions}-{arguments.habits}.jsonl"
    lines = [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []
    done = {(line["arm"], line["number"]) for line in lines}
    arms = {arm: Life(arm, place, sound) for arm in ARMS}
    stop = time.monotonic() + arguments.seconds if arguments.seconds else float("inf")
    for number, fault in enumerate(faults):
        order = list(arms) if number % 2 == 0 else list(reversed(arms))
        for arm in order:
            left_out = arm != "memory" and number % arguments.every
            if left_out or (arm, number) in done or time.monotonic() > stop:
                continue
            line = {"number": number, **asyncio.run(arms[arm].session(fault))}
            lines.append(line)
            with journal.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(line)}\n")
            print(f"{number + 1}/{len(faults)} {arm} {fault.operators[0]} {line['outcome']} {line['seconds']:.1f} s",
                  flush=True)  # fmt: skip
    figures, table = report(lines)
    (place / "figures.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
    print(table)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--every", type=int, default=1, help="only every n-th fault for the forgetful arm; without a past, any will do"
    )
    parser.add_argument("--habits", type=int, default=24, help="how many operators break the repository; 0: all")
    parser.add_argument("--place", type=Path, default=Path.home() / ".cache" / "rusta-lifetime")
    parser.add_argument("--seconds", type=float, default=0.0, help="stop after so many seconds; go on the next time")
    parser.add_argument("--lookups", action="store_true", help="time looks into a memory of 10,000 outcomes")
    arguments = parser.parse_args()
    arguments.place = arguments.place.expanduser().absolute()
    if arguments.lookups:
        print(time_lookups(arguments.place))
    else:
        live(arguments)


if __name__ == "__main__":
    main()
