"""Labels at the ends of lines."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from report_helpers.present.canvas import LABEL_HEIGHT, direct_labels


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([50, 50], [50, 50 + 100 * LABEL_HEIGHT]),
        ([52, 50], [50, 50 + 100 * LABEL_HEIGHT]),
        ([20, 70], [20, 70]),
    ],
)
def test_labels_stand_apart(values: list[float], places: list[float]) -> None:
    axes = Figure().add_subplot()
    axes.set_ylim(0, 100)
    direct_labels(axes, [(1, value, f"{value}%", "good") for value in values])
    assert sorted(text.xy[1] for text in axes.texts) == pytest.approx(places)
