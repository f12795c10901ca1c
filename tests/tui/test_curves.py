import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusta_tui.widgets.curves import thinned

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300)


@given(values=VALUES, most=st.integers(1, 120))
def test_a_long_line_is_means_of_neighbours_up_to_its_last_point(values: list[float], most: int) -> None:
    line = [(float(step), value) for step, value in enumerate(values)]
    drawn = thinned(line, most)
    assert len(drawn) == min(most, len(line))
    assert drawn[-1][0] == line[-1][0]
    weighed, begin = 0.0, -1.0
    for at, value in drawn:
        weighed += value * (at - begin)
        begin = at
    assert weighed == pytest.approx(sum(values), rel=1e-6, abs=1e-3)


def test_a_line_that_fits_is_drawn_as_it_is() -> None:
    line = [(1.0, 3.0), (2.0, 1.0)]
    assert thinned(line, 2) is line
