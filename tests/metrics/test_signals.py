"""The XmR rules on series whose verdict is plain to see, and on noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_helpers.errors import ConfigurationError
from report_helpers.metrics.signals import limits, verdict

CALM = [10.0, 12, 11, 9, 10, 11, 12, 10, 9, 11, 10, 12, 11, 10, 9, 11, 10, 12, 11, 10]
NAN = float("nan")


def seen(*values, **options):
    signal = verdict([*CALM, *values], **options)
    return signal.kind, signal.direction, signal.since


def test_a_calm_series_is_none():
    signal = verdict(CALM)
    assert (signal.kind, signal.direction, signal.since) == ("none", "none", None)
    assert (signal.n, signal.missing, signal.is_signal) == (20, 0, False)


@pytest.mark.parametrize(("value", "way"), [(18, "up"), (3, "down")])
def test_a_point_beyond_the_limits_is_outside(value, way):
    assert seen(value) == ("outside", way, 20)
    assert seen(value, value) == ("outside", way, 20)


def test_eight_on_one_side_are_a_run_and_seven_are_not():
    assert seen(10, *[11.5] * 7)[0] == "none"
    assert seen(10, *[11.5] * 8) == ("run", "up", 21)
    assert seen(12, *[9.5] * 10) == ("run", "down", 21)


def test_a_point_on_the_centre_breaks_a_run():
    flat = [0.0, 2] * 10
    assert verdict([*flat, *[1.5] * 8]).kind == "run"
    assert verdict([*flat, 1.5, *[1.0], *[1.5] * 6]).kind == "none"


def test_three_of_four_near_the_same_limit_are_a_signal_if_the_last_is_one_of_them():
    assert seen(14, 10, 14, 14) == ("near_limit", "up", 20)
    assert seen(10, 14, 14, 14) == ("near_limit", "up", 21)
    assert seen(14, 14, 14, 10)[0] == "none"
    assert seen(14, 7, 14, 7)[0] == "none"


@pytest.mark.parametrize(
    ("size", "kind"), [(0, "too_few"), (1, "too_few"), (11, "too_few"), (12, "outside")]
)
def test_fewer_than_twelve_points_are_too_few_to_tell(size, kind):
    series = [*CALM[: size - 1], 99.0] if size else []
    signal = verdict(series)
    assert signal.kind == kind
    assert np.isnan(signal.centre) == (kind == "too_few")


def test_missing_points_are_skipped_and_counted_and_a_missing_last_point_is_not_judged():
    holes = [value for point in CALM for value in (point, NAN)]
    signal = verdict([*holes, 18])
    assert (signal.kind, signal.since, signal.n, signal.missing) == ("outside", 40, 21, 20)
    assert verdict([*CALM, NAN]).kind == "missing"


def test_a_constant_series_is_none_and_any_other_value_outside():
    assert verdict([0.1] * 30).kind == "none"
    assert verdict([*[0.1] * 30, 0.1000001]).kind == "outside"
    assert verdict([*[0.1] * 12, 0.0], floor=0.0).direction == "down"


def test_limits_stop_at_what_the_unit_allows_but_judge_nearness_as_before():
    counts = [0.0, 1, 0, 2, 1, 0, 1, 3, 0, 1, 0, 2]
    cut, free = limits(counts, floor=0), limits(counts)
    assert (cut.lower, free.lower < 0) == (0, True)
    assert (cut.upper, cut.reach) == (free.upper, free.reach)
    assert limits([0.9, 1.0, 0.8], ceiling=1.0).upper == 1.0
    assert verdict([*counts, 1, 0, 0, 0], floor=0).kind == "none"


def test_the_median_form_shrugs_off_a_wild_point_and_never_collapses():
    wild = [*CALM, 500.0]
    assert limits(wild, "median").upper < 20 < limits(wild).upper
    assert limits([5.0, 5, 5, 5, 9, 5, 5, 5], "median").reach > 0


@given(st.lists(st.integers(-1000, 1000), min_size=12, max_size=60))
def test_turning_a_series_over_turns_the_verdict_over(values):
    there, back = verdict(values), verdict([-value for value in values])
    turned = {"up": "down", "down": "up", "none": "none"}
    assert (there.kind, there.since) == (back.kind, back.since)
    assert turned[there.direction] == back.direction


def test_plain_noise_is_called_a_signal_as_rarely_as_the_docstring_says():
    draw = np.random.default_rng(11)
    called = [verdict(series).is_signal for series in draw.normal(size=(4000, 34))]
    assert np.mean(called) == pytest.approx(0.027, abs=0.01)


def test_a_lasting_shift_of_two_sigma_is_found_within_eight_points():
    draw = np.random.default_rng(12)
    found = 0
    for series in draw.normal(size=(500, 34)):
        series[-8:] += 2
        found += any(verdict(series[: 27 + step]).is_signal for step in range(8))
    assert found / 500 > 0.95


def test_wrong_questions_are_refused():
    with pytest.raises(ConfigurationError, match="form"):
        limits(CALM, "mode")
    with pytest.raises(ConfigurationError, match="two points"):
        limits([1.0, NAN])
