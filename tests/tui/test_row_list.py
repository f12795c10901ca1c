"""The cursor of a list: on the first row until somebody moves it, then on what it was put on."""

from __future__ import annotations

from textual.app import App, ComposeResult

from rusta_tui.widgets.row_list import RowList


class Shelf(App[None]):
    def compose(self) -> ComposeResult:
        yield RowList(id="rows")


def rows(*keys: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    return [(key, ((key, "text"),)) for key in keys]


async def test_the_cursor_stays_on_top_while_findings_are_still_being_sorted() -> None:
    async with Shelf().run_test() as pilot:
        shown = pilot.app.query_one(RowList)
        shown.show(rows("found-first"))
        shown.show(rows("root-cause", "found-first"))
        assert shown.key == "root-cause"


async def test_a_moved_cursor_keeps_to_its_row_when_others_come_before_it() -> None:
    async with Shelf().run_test() as pilot:
        shown = pilot.app.query_one(RowList)
        shown.show(rows("a", "b"))
        shown.focus()
        await pilot.press("j")
        shown.show(rows("new", "a", "b"))
        assert shown.key == "b"
        shown.show(rows("new", "a"))
        assert shown.key == "a"


async def test_of_ten_thousand_rows_only_those_in_sight_are_made() -> None:
    made: list[str] = []

    def draw(key: str, width: int) -> tuple[tuple[str, str], ...]:
        made.append(key)
        return ((f"row {key}"[:width], "text"),)

    async with Shelf().run_test(size=(40, 12)) as pilot:
        shown = pilot.app.query_one(RowList)
        shown.show_keys([str(number) for number in range(10_000)], draw)
        await pilot.pause()
        assert 0 < len(set(made)) <= 12
        shown.go_to("9000")
        await pilot.pause()
        assert shown.key == "9000"
        assert len(set(made)) <= 24
        shown.go_to_end(1)
        assert shown.key == "9999"
