import io
from email import message_from_bytes
from email.policy import default

import letterhead
import matplotlib.image
import pytest

from report_helpers.delivery import message, pictures

FIGURE = letterhead.FIGURE


def history(*values):
    return {"series": {"speed_to_lead median": {"value": list(values)}}}


def test_the_series_of_a_figure_is_found_by_metric_and_basis():
    assert pictures.series(history(1.0, None, 2.0, 3.0), FIGURE) == (1.0, None, 2.0, 3.0)
    assert pictures.series(history(1.0, 2.0, 3.0), letterhead.CALM) == ()
    assert pictures.series({}, FIGURE) == ()


def test_two_points_are_no_line():
    assert pictures.series(history(None, 1.0, 2.0), FIGURE) == ()


@pytest.mark.parametrize("values", [(1, 3, 2), (None, 1, None, 2, 3, None), (5, 5, 5), (0, 0, 0)])
def test_a_line_is_a_small_png_on_nothing_and_always_the_same(values):
    png = pictures.line(values)
    assert png == pictures.line.__wrapped__(values)
    assert len(png) < 3_000
    drawn = matplotlib.image.imread(io.BytesIO(png))
    assert drawn.shape == (2 * pictures.HEIGHT, 2 * pictures.WIDTH, 4)
    alpha = drawn[:, :, 3]
    assert alpha[0].max() == alpha[-1].max() == alpha[:, 0].max() == 0  # nothing is cut off
    assert alpha.max() == 1


def test_the_last_value_is_said_missing_when_it_is():
    told = pictures.alt((4.0, 6.0, 5.0, None), FIGURE, "EUR")
    assert told == "Speed to lead over 4 periods: from 4.0 h to 6.0 h, last missing"


def test_words_and_pictures_stay_below_a_hundred_kilobytes(tmp_path):
    names = ("won_amount", "opportunities", "mqls", "inquiries", "accepted", "sqls")
    figures = [{**letterhead.CALM, "metric": name} for name in names]
    wild = [float(n * 7919 % 101) for n in range(26)]
    series = {name: {"value": wild} for name in names}
    items = [{**letterhead.ITEM, "text": "語" * 280}] * 12
    owes = {team: letterhead.owed(items) for team in letterhead.TEAMS}
    said = letterhead.summary(figures=figures, owes=owes, changes=letterhead.CHANGES * 3)
    issue = letterhead.issue(facts={"history": {"series": series}}, said=said)
    made = message.compose(issue, tmp_path, letterhead.BOTH, letterhead.company())
    parts = list(message_from_bytes(made.content, policy=default).walk())
    assert sum(part.get_content_maintype() == "image" for part in parts) == len(names)
    assert len(made.content) < 100_000
