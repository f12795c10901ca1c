"""Curves and points on axes, drawn by plotext in the colours of the theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from textual_plotext import PlotextPlot

Points = Sequence[tuple[float, float]]
_MARKERS = ("braille", "dot", "sd")
_LEAST_COLUMNS = 40  # before it is laid out


def thinned(points: Points, most: int) -> Points:
    """At most so many points: means of neighbours, each standing where the last of them does."""
    if len(points) <= most:
        return points
    edges = [round(number * len(points) / most) for number in range(most + 1)]
    parts = [points[begin:end] for begin, end in pairwise(edges)]
    return [(part[-1][0], sum(value for _, value in part) / len(part)) for part in parts]


class Curves(PlotextPlot):
    """Shows named curves. Each has a marker of its own beside its colour, so that colour is never alone."""

    def show(
        self,
        curves: Mapping[str, Points],
        *,
        title: str = "",
        x: str = "",
        y: str = "",
        points: Mapping[str, Points] | None = None,
        diagonal: bool = False,
    ) -> None:
        """Replaces what is drawn: ``curves`` as lines, ``points`` as marks; ``diagonal`` from 0, 0 to 1, 1.

        A line has a point a column at most: with more, a noisy one would fill the chart.
        """
        columns = max(self.size.width, _LEAST_COLUMNS)
        plot = self.plt
        plot.clear_figure()
        if diagonal:
            plot.plot([0.0, 1.0], [0.0, 1.0], label="as sure as right", marker="dot")
            plot.xlim(0, 1)
            plot.ylim(0, 1)
        for number, (name, line) in enumerate(curves.items()):
            if line:
                drawn = thinned(line, columns)
                marker = _MARKERS[number % len(_MARKERS)]
                plot.plot([at for at, _ in drawn], [value for _, value in drawn], label=name, marker=marker)
        for name, marks in (points or {}).items():
            if marks:
                plot.scatter([at for at, _ in marks], [value for _, value in marks], label=name, marker="●")
        plot.title(title)
        plot.xlabel(x)
        plot.ylabel(y)
        self.refresh()
