"""The run log: what can be read back, and what is refused."""

import pytest

from engine.errors import RecordError, UnknownVersionError
from engine.evals.log import RunLog, all_runs, find_run
from engine.evals.record import CaseResult, RunEnd, RunHead, log_file, read_run

HEAD = RunHead(
    run="r1", at="2026-01-01T00:00:00.000Z", task="t", cases="t", brain="search", policy="p", case_set="c", commit=None,
    toolchain="rustc 1", total=2,
)  # fmt: skip
END = RunEnd(run="r1", at="2026-01-01T00:01:00.000Z", how="finished", results=2)


def result(case, status="fixed", **more):
    return CaseResult(run="r1", case=case, family="f", expect="fixed", status=status, **more)


def written(*records):
    with RunLog(log_file("r1"), HEAD) as log:
        for record in records:
            log.append(record)
    return log_file("r1")


def test_what_was_written_is_read_back(home):
    run = read_run(written(result("a"), result("a", epoch=2), END))
    assert (run.head, run.end) == (HEAD, END)
    assert [one.key for one in run.results] == [("a", 1), ("a", 2)]
    assert run.finished


def test_half_a_last_line_is_nothing_yet_and_cut_off_when_the_run_goes_on(home):
    path = written(result("a"))
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"v":1,"kind":"result","case":"b')
    assert [one.case for one in read_run(path).results] == ["a"]
    with RunLog(path) as log:
        log.append(result("b"))
    assert path.read_bytes().startswith(whole)
    assert [one.case for one in read_run(path).results] == ["a", "b"]


def test_an_end_line_counts_only_while_nothing_follows_it(home):
    stopped = END.model_copy(update={"how": "stopped", "results": 1})
    assert read_run(written(result("a"), stopped)).end == stopped
    with RunLog(log_file("r1")) as log:
        log.append(result("b"))
    assert read_run(log_file("r1")).end is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ('{"v":1,"kind":"result"}\n', "one head"),
        ("nonsense\n", "is not JSON"),
        ("[]\n", "is no object"),
        (HEAD.model_dump_json() + "\n" + HEAD.model_dump_json() + "\n", "one head"),
        (HEAD.model_dump_json() + "\n" + (result("a").model_dump_json() + "\n") * 2, "twice"),
        (HEAD.model_dump_json() + '\n{"v":1,"kind":"result","case":"a"}\n', "not a CaseResult"),
    ],
)
def test_a_log_that_is_none_is_refused_in_one_line(tmp_path, text, said):
    path = tmp_path / "x.jsonl"
    path.write_text(text)
    with pytest.raises(RecordError, match=said):
        read_run(path)


def test_a_log_of_another_version_is_refused(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(HEAD.model_dump_json().replace('"v":1', '"v":2') + "\n")
    with pytest.raises(UnknownVersionError):
        read_run(path)


def test_runs_are_found_by_the_start_of_their_id_and_strangers_are_passed_over(home):
    path = written(result("a"))
    (home / "evals" / "zz.jsonl").write_text("not a run\n")
    assert find_run("r") == path
    assert [run.head.run for run in all_runs()] == ["r1"]
    with pytest.raises(RecordError, match="is not JSON"):
        read_run(find_run("zz"))


def test_right_is_what_a_good_engineer_does():
    assert result("a").correct
    assert not result("a", "abstained").correct
    assert not result("a", "wrong").correct
    assert result("a", "abstained").model_copy(update={"expect": "abstain"}).correct
    assert not result("a", "error").counts
