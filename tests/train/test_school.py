"""Self-play with real sessions on one practice crate."""

from pathlib import Path

import pytest

from engine.errors import TrainingError
from engine.schema.event import LogEvent
from engine.store.store import Store
from engine.train.selfplay import school

pytestmark = pytest.mark.slow


def test_a_crate_is_broken_and_mended_and_leaves_what_can_be_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "mentor"))
    crate = next(one for one in school.practice_crates(tmp_path / "crates") if one.name == "quire")
    folder, told = tmp_path / "played", []
    school.play(folder, [crate], count=2, seed=3, told=lambda done, of: told.append((done, of)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert school.is_played(folder)
    for fault in school.mended(folder):
        content = fault.content.encode()
        mended = content[: fault.start] + fault.replacement.encode() + content[fault.end :]
        assert mended in [file.read_bytes() for file in (crate / "src").rglob("*.rs")]
    assert {one.repository for one in school.tried(folder)} <= {"quire"}
    with Store.open(f"sqlite:///{folder / school.SESSIONS}") as store:
        sessions = store.sessions(None)
        assert len(sessions) == 2
        assert all(isinstance(list(store.events(one.id))[-1], LogEvent) for one in sessions)
    assert not (tmp_path / "mentor").exists()  # nothing of it is the mentor's


def test_crates_that_cannot_be_broken_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no crate could be broken: there is none"):
        school.play(tmp_path / "played", [], count=1, seed=0)
