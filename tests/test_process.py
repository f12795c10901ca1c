"""Child processes: every line in order, nothing left behind, nothing piling up."""

from __future__ import annotations

import asyncio
import os
import resource
import select
import sys
from pathlib import Path

import pytest

from engine.errors import ToolMissingError
from engine.process import Finished, Limits, child_seconds, counted, run

_PYTHON = [sys.executable, "-I", "-S", "-c"]


async def sh(script: str, cwd: Path, *, seconds: float = 20, limits: Limits | None = None) -> Finished:
    return await run(["sh", "-c", script], cwd=cwd, limits=limits or Limits(wall_seconds=seconds))


def alive(pid: int) -> bool:
    """A process that still runs when it has been given five seconds to end."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("needs Linux to watch a process that is no child of ours")
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        ended, _, _ = select.select([handle], [], [], 5)
    finally:
        os.close(handle)
    return not ended


async def test_lines_come_in_order_with_the_stream_they_came_from(tmp_path: Path) -> None:
    heard: list[tuple[str, bool]] = []
    script = "import sys\nfor i in range(500): print(i); print(-i, file=sys.stderr)"
    done = await run([*_PYTHON, script], cwd=tmp_path, on_line=lambda line, error: heard.append((line, error)))
    assert done.ok
    assert [line for line, error in heard if not error] == [str(i) for i in range(500)]
    assert [line for line, error in heard if error] == [str(-i) for i in range(500)]


async def test_a_line_is_heard_before_the_program_ends(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "go")
    heard: list[str] = []

    def answer(line: str, _error: bool) -> None:
        heard.append(line)
        if line == "ready":
            (tmp_path / "go").write_text("on\n")

    done = await run(["sh", "-c", "echo ready; cat go"], cwd=tmp_path, on_line=answer, limits=Limits(wall_seconds=10))
    assert (done.ok, heard) == (True, ["ready", "on"])


async def test_merged_streams_keep_the_order_of_writing(tmp_path: Path) -> None:
    heard: list[tuple[str, bool]] = []
    await run(
        ["sh", "-c", "for i in 1 2 3; do echo out $i; echo err $i >&2; done"],
        cwd=tmp_path,
        merge_stderr=True,
        on_line=lambda line, error: heard.append((line, error)),
    )
    assert heard == [(f"{stream} {i}", False) for i in (1, 2, 3) for stream in ("out", "err")]


async def test_the_status_is_told_and_a_kill_has_none(tmp_path: Path) -> None:
    assert ((await sh("exit 7", tmp_path)).code, (await sh("kill -9 $$", tmp_path)).code) == (7, None)


async def test_the_wall_limit_kills_grandchildren_and_keeps_what_was_said(tmp_path: Path) -> None:
    done = await sh("sleep 60 & echo $!; printf 'test hangs ... '; wait", tmp_path, seconds=0.5)
    assert (done.timed_out, done.code, done.ok) == (True, None, False)
    assert done.tail[1] == "test hangs ... "
    assert not alive(int(done.tail[0]))
    assert done.seconds < 5


async def test_cancelling_kills_the_group_and_is_passed_on(tmp_path: Path) -> None:
    pids: list[int] = []
    started = asyncio.Event()

    def hear(line: str, _error: bool) -> None:
        pids.extend(map(int, line.split()))
        started.set()

    task = asyncio.create_task(
        run(["sh", "-c", "sleep 60 & echo $! $$; wait"], cwd=tmp_path, on_line=hear, limits=Limits(wall_seconds=30))
    )
    await asyncio.wait_for(started.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(pids) == 2
    assert not any(map(alive, pids))


async def test_an_error_of_the_listener_kills_the_child_and_comes_out(tmp_path: Path) -> None:
    pids: list[int] = []

    def fail(line: str, _error: bool) -> None:
        pids.append(int(line))
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        await run(["sh", "-c", "echo $$; exec sleep 60"], cwd=tmp_path, on_line=fail, limits=Limits(wall_seconds=30))
    assert len(pids) == 1
    assert not alive(pids[0])


async def test_a_grandchild_that_holds_the_pipe_ends_with_its_parent(tmp_path: Path) -> None:
    done = await sh("sleep 60 & echo $!", tmp_path)
    assert (done.ok, done.timed_out) == (True, False)
    assert done.seconds < 5
    assert not alive(int(done.tail[0]))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs setsid")
async def test_a_grandchild_that_fled_the_group_is_not_waited_for(tmp_path: Path) -> None:
    done = await sh("setsid sleep 8 & echo hi", tmp_path)
    assert (done.ok, done.tail) == (True, ("hi",))
    assert done.seconds < 5


async def test_a_file_larger_than_the_limit_is_not_written(tmp_path: Path) -> None:
    done = await sh(
        "exec head -c 100000 /dev/zero > big", tmp_path, limits=Limits(wall_seconds=10, file_bytes=10 * 1024)
    )
    assert not done.ok
    assert (tmp_path / "big").stat().st_size == 10 * 1024


async def test_a_busy_loop_ends_at_the_cpu_limit(tmp_path: Path) -> None:
    done = await sh("while :; do :; done", tmp_path, limits=Limits(wall_seconds=30, cpu_seconds=1))
    assert (done.ok, done.timed_out) == (False, False)


async def test_limits_hold_for_what_the_program_starts_at_once(tmp_path: Path) -> None:
    script = "import resource as r; print(*(r.getrlimit(x)[0] for x in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE)))"
    limits = Limits(wall_seconds=10, memory_bytes=2**31, cpu_seconds=9, file_bytes=2**20)
    done = await run(["env", "A=1", *_PYTHON, script], cwd=tmp_path, limits=limits)
    assert done.tail == (f"{2**31} 9 {2**20}",)
    assert done.argv[0] == "env"


async def test_a_limit_above_the_one_that_holds_is_passed_over(tmp_path: Path) -> None:
    inner = Limits(wall_seconds=10, cpu_seconds=5)
    code = (
        "import asyncio, pathlib; from engine.process import Limits, run;"
        "done = asyncio.run(run(['sh', '-c', 'ulimit -t'], cwd=pathlib.Path('.'), limits=Limits(cpu_seconds=50)));"
        "print(done.code, *done.tail)"
    )
    repository = Path(__file__).parent.parent
    done = await run([sys.executable, "-c", code], cwd=repository, limits=inner)
    assert done.tail == ("0 5",)


async def test_two_hundred_megabytes_pass_through_little_memory(tmp_path: Path) -> None:
    size = 0

    def weigh(line: str, _error: bool) -> None:
        nonlocal size
        size += len(line) + 1

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = await run(
        ["sh", "-c", f"yes {'0123456789' * 40} | head -c 200000000"],
        cwd=tmp_path,
        on_line=weigh,
        limits=Limits(wall_seconds=60, tail_lines=50),
    )
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert done.ok
    assert size in (200_000_000, 200_000_001)  # the last line is cut off, and has no end
    assert len(done.tail) == 50
    assert done.dropped == -(-200_000_000 // 401) - 50
    assert grown_kib < 20_000


async def test_a_very_long_line_comes_in_pieces_and_the_tail_stays_small(tmp_path: Path) -> None:
    pieces: list[int] = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = await run(
        ["sh", "-c", "head -c 50000000 /dev/zero | tr '\\0' x; echo; echo end"],
        cwd=tmp_path,
        on_line=lambda line, _error: pieces.append(len(line)),
        limits=Limits(wall_seconds=60),
    )
    assert max(pieces) == 1024 * 1024
    assert sum(pieces) == 50_000_000 + len("end")
    assert done.tail[-1] == "end"
    assert max(map(len, done.tail)) == 4096
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


async def test_a_long_line_stays_whole_where_that_is_asked_for(tmp_path: Path) -> None:
    heard: list[int] = []
    limits = Limits(wall_seconds=60, line_bytes=8_000_000)
    script = "head -c 3000000 /dev/zero | tr '\\0' x"
    await run(["sh", "-c", script], cwd=tmp_path, on_line=lambda line, _: heard.append(len(line)), limits=limits)
    assert heard == [3_000_000]


async def test_what_is_not_text_and_foreign_line_ends_are_read(tmp_path: Path) -> None:
    done = await sh(r"printf 'a\377b\r\n\n\303\244 no end'", tmp_path)
    assert done.tail == ("a�b", "", "ä no end")


async def test_a_missing_program_is_named_with_a_way_out(tmp_path: Path) -> None:
    for limits in (Limits(), Limits(memory_bytes=2**33)):
        with pytest.raises(ToolMissingError, match="no-such-program") as caught:
            await run(["no-such-program"], cwd=tmp_path, limits=limits)
        assert "\n" not in str(caught.value)
        assert "no-such-program" in caught.value.fix


async def test_a_file_that_is_no_program_is_named(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello")
    (tmp_path / "text").chmod(0o755)
    with pytest.raises(ToolMissingError, match="text"):
        await run(["./text"], cwd=tmp_path)


async def test_a_missing_folder_is_not_taken_for_a_missing_program(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileNotFoundError, match="gone"):
        await run(["true"], cwd=tmp_path / "gone")
    with pytest.raises(NotADirectoryError, match="file"):
        await run(["true"], cwd=tmp_path / "file")


async def test_the_environment_is_the_one_that_is_given(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "ONLY": "this"}
    done = await run(["sh", "-c", "echo $ONLY $HOME."], cwd=tmp_path, env=env)
    assert done.tail == ("this .",)


async def test_input_is_given_and_its_end_too(tmp_path: Path) -> None:
    text = b"0123456789\n" * 100_000
    done = await run(["wc", "-c"], cwd=tmp_path, stdin=text, limits=Limits(wall_seconds=20))
    assert done.tail[0].split() == [str(len(text))]


async def test_a_child_that_reads_no_input_is_no_error(tmp_path: Path) -> None:
    done = await run(["true"], cwd=tmp_path, stdin=b"x" * 5_000_000, limits=Limits(wall_seconds=20))
    assert done.ok
    assert (await sh("cat", tmp_path)).ok  # no input is an empty one, not the terminal


async def test_time_of_children_counts_once_when_they_run_side_by_side(tmp_path: Path) -> None:
    before = child_seconds()
    with counted():
        done = await asyncio.gather(*(sh("sleep 0.5", tmp_path) for _ in range(4)))
    spent = child_seconds() - before
    assert max(one.seconds for one in done) <= spent < sum(one.seconds for one in done)
    assert child_seconds() - before == spent  # no child runs, so nothing is added


async def test_time_of_a_running_child_counts_already(tmp_path: Path) -> None:
    before = child_seconds()
    now: list[float] = []
    await run(["sh", "-c", "sleep 0.2; echo"], cwd=tmp_path, on_line=lambda *_: now.append(child_seconds()))
    assert now[0] - before >= 0.2
