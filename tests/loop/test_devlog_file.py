"""DevLogs as files: what is exported and imported again is the same, with what the mentor left on it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import RecordError, RustaError, StoreError
from engine.loop.devlog_file import (
    CommentNote,
    FiledDevLog,
    GradeNote,
    MarkNote,
    Mentor,
    export_to,
    import_from,
    put_in,
    read_file,
    take_out,
    write_file,
)
from engine.schema.devlog import DevLog, Outcome
from engine.store.store import Store

AT = "2026-01-02T03:04:05.678Z"
DEVLOG = DevLog(
    id="d1", session="s1", at=AT, repository="crab", base="0", brain="search", outcome=Outcome.FIXED, summary="Mended"
)
FULL = FiledDevLog(
    devlog=DEVLOG,
    mentor=Mentor(
        grades=(
            GradeNote(axis="clarity", value=2, at="2026-01-03T00:00:00.000Z"),
            GradeNote(axis="clarity", value=3, at="2026-01-03T00:00:01.000Z"),
        ),
        comments=(CommentNote(text="Say why.\n---\n# in a line: yes", at="2026-01-03T00:00:02.000Z"),),
        marks=(MarkNote(mark="golden", at="2026-01-03T00:00:03.000Z"),),
    ),
)
# Nothing that is no text: a lone half of a surrogate pair has no bytes to be written as.
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(["---", "null", "1", "a: b", "- a", "\x85", "\u2028x", "\ufeff", "x\n---\ny", "|", "'", '"', "\t"]),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'rusta.db'}")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.builds(
        Mentor,
        grades=st.lists(st.builds(GradeNote, axis=TEXT, value=st.integers(1, 4), at=TEXT), max_size=2).map(tuple),
        comments=st.lists(st.builds(CommentNote, text=TEXT, at=TEXT), max_size=2).map(tuple),
        marks=st.lists(st.builds(MarkNote, mark=TEXT, at=TEXT), max_size=2).map(tuple),
    ),
    TEXT,
)
def test_what_is_written_is_read_back(mentor: Mentor, summary: str) -> None:
    filed = FiledDevLog(devlog=DEVLOG.model_copy(update={"summary": summary}), mentor=mentor)
    text = write_file(filed)
    assert read_file(text) == filed
    assert read_file(text.replace("\n", "\r\n")) == filed


def test_what_is_exported_and_imported_elsewhere_is_the_same(store: Store, tmp_path: Path) -> None:
    assert put_in(store, FULL)
    path = export_to(store, "d1", tmp_path / "out")
    assert path == tmp_path / "out" / "d1.md"
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as other:
        assert import_from(other, tmp_path / "out") == [("d1", True)]
        assert take_out(other, "d1") == FULL
        other.undo_grade("d1")
        assert other.grades("d1")["clarity"].value == 2
        assert export_to(other, "d1", tmp_path / "again").read_bytes() != path.read_bytes()
    assert export_to(store, "d1", tmp_path / "out").read_text() == write_file(FULL)


def test_importing_again_adds_only_what_is_new(store: Store) -> None:
    put_in(store, FiledDevLog(devlog=DEVLOG))
    store.add_comment("d1", "Mine.", at="2026-01-04T00:00:00.000Z")
    store.add_grade("d1", "clarity", 4, at="2026-01-04T00:00:00.000Z")
    assert not put_in(store, FULL)
    once = take_out(store, "d1")
    assert [comment.text for comment in once.mentor.comments] == [FULL.mentor.comments[0].text, "Mine."]
    assert store.grades("d1")["clarity"].value == 4  # the newest one counts, whenever it was brought
    assert not put_in(store, FULL)
    assert take_out(store, "d1") == once


def test_a_file_does_not_rewrite_the_diary(store: Store, tmp_path: Path) -> None:
    put_in(store, FULL)
    (tmp_path / "a.md").write_text(write_file(FiledDevLog(devlog=DEVLOG.model_copy(update={"id": "new"}))))
    forged = FULL.model_copy(update={"devlog": DEVLOG.model_copy(update={"summary": "Never happened"})})
    (tmp_path / "b.md").write_text(write_file(forged))
    with pytest.raises(RecordError, match=r"b\.md: the store has another DevLog d1") as caught:
        import_from(store, tmp_path)
    assert caught.value.fix
    assert take_out(store, "d1") == FULL
    assert not store.has_devlog("new")  # all of them, or none


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (("value: 2", "value: 5"), StoreError),
        (("value: 2", "value: two"), RecordError),
        (("mentor:", "mentor: 3\nx:"), RecordError),
        (("v: 1", "v: [1"), RecordError),
    ],
)
def test_a_bad_file_is_named_in_one_line_and_nothing_of_it_is_kept(
    store: Store, tmp_path: Path, change: tuple[str, str], error: type[RustaError]
) -> None:
    (tmp_path / "bad.md").write_text(write_file(FULL).replace(*change, 1))
    with pytest.raises(error, match=r"bad\.md") as caught:
        import_from(store, tmp_path / "bad.md")
    assert "\n" not in str(caught.value)
    assert store.devlogs() == []


def test_what_is_no_file_or_no_text_or_no_folder_of_devlogs_is_said(store: Store, tmp_path: Path) -> None:
    (tmp_path / "bytes.md").write_bytes(b"\xff\xfe")
    (tmp_path / "empty").mkdir()
    for path, said in (("nothing.md", "cannot be read"), ("bytes.md", "not UTF-8"), ("empty", "no DevLog in")):
        with pytest.raises(RustaError, match=said):
            import_from(store, tmp_path / path)


def test_a_file_of_somebody_elses_is_not_overwritten(store: Store, tmp_path: Path) -> None:
    put_in(store, FULL)
    (tmp_path / "d1.md").write_text("my notes")
    with pytest.raises(RustaError, match="is not this DevLog"):
        export_to(store, "d1", tmp_path)
    assert (tmp_path / "d1.md").read_text() == "my notes"
    with pytest.raises(RustaError, match="cannot be written"):
        export_to(store, "d1", tmp_path / "d1.md")


@pytest.mark.parametrize("name", ["../../up", ".hidden", "a/b", "ä", "x" * 300])
def test_an_id_that_is_no_harmless_file_name_stays_in_its_folder(store: Store, tmp_path: Path, name: str) -> None:
    for id_ in (name, name + "!"):
        put_in(store, FiledDevLog(devlog=DEVLOG.model_copy(update={"id": id_})))
        path = export_to(store, id_, tmp_path / "out")
        assert path.parent == tmp_path / "out"
        assert read_file(path.read_text()).devlog.id == id_
    assert len(list((tmp_path / "out").iterdir())) == 2
