"""The way deals take: against plain Python on random companies, and by hand where it is tricky."""

import datetime as dt
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from report_helpers import facts
from report_helpers.data import cache, load
from report_helpers.errors import BadValue, MissingData
from report_helpers.facts import paths
from report_helpers.facts.paths import LOST, OPEN, WON

UNTIL = dt.date(2026, 4, 6)
STAGES = ("Call", "Offer", "Trial", "Sign")


@pytest.fixture
def sales(held):
    """Return a maker of a data set: deals by name with events, each a pair of stage and time."""

    def make(deals, events):
        head = ["opportunity_id", "segment", "created_on", "closed_on", "outcome", "amount"]
        opportunities = pd.DataFrame(deals, columns=head).astype({"amount": float})
        for column in ("created_on", "closed_on"):
            opportunities[column] = pd.to_datetime(opportunities[column])
        rows = [(deal, stage, when) for deal, way in events.items() for stage, when in way]
        table = pd.DataFrame(rows, columns=["opportunity_id", "stage", "entered_at"])
        table["entered_at"] = pd.to_datetime(table["entered_at"], format="ISO8601")
        return held({"opportunities": opportunities, "stage_events": table})

    return make


def listed(frame, *columns):
    return [tuple(row) for row in frame[list(columns)].itertuples(index=False)]


def test_each_event_is_a_stay_that_ends_with_the_next_or_with_the_deal(sales):
    data = sales(
        [
            ("D1", "A", "2026-01-05", "2026-02-01", "won", 900),
            ("D2", "A", "2026-03-01", None, "open", None),
            ("D3", "B", "2026-01-06", "2026-01-20", "lost", 50),
        ],
        {
            "D1": [("Call", "2026-01-05"), ("Offer", "2026-01-15 23:59"), ("Sign", "2026-01-30")],
            "D2": [("Call", "2026-03-02")],
            "D3": [("Call", "2026-01-06")],
        },
    )
    found = facts.path_edges(data, UNTIL, "segment")
    assert listed(found, "segment", "outcome", "stage", "next", "days", "n", "n_amount") == [
        ("A", "open", "Call", OPEN, 34.0, 1, 0),  # counted to 5 April, the eve
        ("A", "won", "Call", "Offer", 10.0, 1, 1),
        ("A", "won", "Offer", "Sign", 15.0, 1, 1),
        ("A", "won", "Sign", WON, 2.0, 1, 1),
        ("B", "lost", "Call", LOST, 14.0, 1, 1),
    ]
    assert found["amount"].isna().tolist() == [True, False, False, False, False]
    assert set(found["entered"]) == {pd.Timestamp("2026-01-05")}


def test_blocks_are_counted_back_from_the_end(sales):
    data = sales(
        [("D1", "A", "2025-01-05", None, "open", 1)],
        {"D1": [("Call", "2026-03-30"), ("Offer", "2026-03-29"), ("Trial", "2026-03-22 23:59")]},
    )
    found = facts.path_edges(data, UNTIL, weeks=1).set_index("stage")["entered"]
    assert found["Call"] == pd.Timestamp("2026-03-30")
    assert found["Offer"] == pd.Timestamp("2026-03-23")
    assert found["Trial"] == pd.Timestamp("2026-03-16")


def test_events_at_one_time_stand_in_the_order_of_the_stages_then_by_name(sales):
    same = [
        ("Offer", "2026-02-02 10:00"),
        ("Call", "2026-02-02 10:00"),
        ("Aim", "2026-02-02 10:00"),
    ]
    data = sales([("D1", "A", "2026-02-02", None, "open", 1)], {"D1": same})
    by_name = facts.path_variants(data, UNTIL)["path"].tolist()
    in_order = facts.path_variants(data, UNTIL, order=("Offer", "Call"))["path"].tolist()
    assert by_name == [("Aim", "Call", "Offer")]
    assert in_order == [("Offer", "Call", "Aim")]
    assert facts.path_edges(data, UNTIL)["same_time"].sum() == 2


def test_nothing_after_the_end_is_known(sales):
    data = sales(
        [("D1", "A", "2026-02-02", "2026-04-20", "won", 1)],
        {"D1": [("Call", "2026-02-02"), ("Offer", "2026-04-06")]},
    )
    assert listed(facts.path_edges(data, UNTIL), "outcome", "stage", "next", "days") == [
        ("open", "Call", OPEN, 62.0)
    ]
    assert facts.path_variants(data, UNTIL)["closed"].isna().all()


def test_events_after_closing_and_of_no_deal_are_marked(sales):
    data = sales(
        [("D1", "A", "2026-02-02", "2026-02-10 09:00", "lost", 1)],
        {
            "D1": [("Call", "2026-02-02"), ("Lost", "2026-02-10 15:00"), ("Call", "2026-03-01")],
            "D9": [("Call", "2026-02-03"), ("Offer", "2026-02-04")],
        },
    )
    found = facts.path_edges(data, UNTIL, "segment")
    assert listed(found[found["late"] > 0], "stage", "next", "days") == [("Call", LOST, -19.0)]
    strangers = found[found["outcome"] == "unknown"]
    assert listed(strangers, "segment", "stage", "next") == [
        ("(none)", "Call", "Offer"),
        ("(none)", "Offer", OPEN),
    ]
    ways = facts.path_variants(data, UNTIL)
    assert listed(ways, "outcome", "late", "n") == [("lost", 1, 1), ("unknown", 0, 1)]


def test_ways_sum_days_of_deals_whose_dates_are_right(sales):
    data = sales(
        [
            ("D1", "A", "2026-01-05", "2026-01-15", "won", 10),
            ("D2", "A", "2026-01-05", "2026-01-25", "won", -5),
            ("D3", "A", None, "2026-01-25", "won", None),
            ("D4", "A", "2026-01-28", "2026-01-25", "won", 7),
        ],
        {f"D{k}": [("Call", "2026-01-05")] for k in range(1, 5)},
    )
    row = facts.path_variants(data, UNTIL).iloc[0]
    assert (row["n"], row["days"], row["n_days"]) == (4, 30.0, 2)
    assert (row["amount"], row["n_amount"]) == (17.0, 2)


def random_sales(seed, size=60):
    draw = np.random.default_rng(seed)
    start = pd.Timestamp("2025-06-02")
    deals, events = [], {}
    for place in range(size):
        created = start + pd.Timedelta(hours=int(draw.integers(0, 7000)))
        outcome = str(draw.choice(["open", "won", "lost"]))
        closed = created + pd.Timedelta(hours=int(draw.integers(-50, 2500)))
        name, known = f"D{place}", draw.random() < 0.9
        if known:
            deals.append((name, str(draw.choice(["A", "B"])), created,
                          None if outcome == "open" else closed, outcome,
                          draw.choice([None, 0.0, 100.0])))  # fmt: skip
        count = int(draw.integers(0, 7))
        times = created + pd.to_timedelta(np.sort(draw.integers(0, 2000, count)) * 3600, unit="s")
        events[name] = [(str(draw.choice(STAGES)), when) for when in times]
    return deals, events


def by_hand(deals, events, until, weeks):
    """Return stays and ways in plain Python: one loop over deals."""
    end, known = pd.Timestamp(until), {deal[0]: deal for deal in deals}
    eve = end - pd.Timedelta(days=1)
    stays, ways = Counter(), Counter()
    for name, way in events.items():
        _, segment, created, closed, outcome, _ = known.get(name, (name, *[None] * 5))
        exists = name in known and created < end
        done = exists and closed is not None and closed < end and outcome != "open"
        outcome = (outcome if done else "open") if exists else "unknown"
        stop = closed if done else eve
        segment = segment if exists else "(none)"
        kept = sorted((when, STAGES.index(stage)) for stage, when in way if when < end)
        if kept:
            ways[segment, outcome, tuple(STAGES[k] for _, k in kept)] += 1
        for (when, k), after in zip(kept, [*kept[1:], None], strict=False):
            last = {"won": WON, "lost": LOST}.get(outcome, OPEN)
            following, until_then = (STAGES[after[1]], after[0]) if after else (last, stop)
            days = (until_then.normalize() - when.normalize()).days
            block = (eve - when.normalize()).days // (7 * weeks)
            first = end - pd.Timedelta(weeks=weeks * (block + 1))
            stays[segment, outcome, first, STAGES[k], following, float(days)] += 1
    return stays, ways


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("until", [dt.date(2025, 8, 4), dt.date(2026, 1, 12), UNTIL])
def test_they_are_what_a_loop_over_deals_gives(sales, seed, until):
    deals, events = random_sales(seed)
    data = sales(deals, events)
    stays, ways = by_hand(deals, events, until, 4)
    edges = facts.path_edges(data, until, "segment", 4, STAGES)
    keys = ["segment", "outcome", "entered", "stage", "next", "days"]
    assert dict(zip(listed(edges, *keys), edges["n"], strict=True)) == stays
    variants = facts.path_variants(data, until, "segment", 4, STAGES)
    found = Counter()
    for row in variants.itertuples():
        found[row.segment, row.outcome, row.path] += row.n
    assert found == ways


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_lost_or_counted_twice(sales, seed):
    deals, events = random_sales(seed, 120)
    data = sales(deals, events)
    known = [w for way in events.values() for _, w in way if w < pd.Timestamp(UNTIL)]
    edges, ways = facts.path_edges(data, UNTIL), facts.path_variants(data, UNTIL)
    assert edges["n"].sum() == facts.stages(data, UNTIL)["n"].sum() == len(known)
    assert ways["n"].sum() == sum(
        any(w < pd.Timestamp(UNTIL) for _, w in v) for v in events.values()
    )
    assert (ways["path"].map(len) * ways["n"]).sum() == len(known)
    ends = edges[edges["next"].isin([WON, LOST, OPEN])]
    assert ends["n"].sum() == ways["n"].sum()
    split = facts.path_edges(data, UNTIL, "segment")
    assert split["n"].sum() == edges["n"].sum()
    assert split["amount"].sum() == pytest.approx(edges["amount"].sum())


def test_a_step_back_lasts_until_the_deal_is_as_far_again(sales):
    data = sales(
        [
            ("D1", "A", "2026-01-05", "2026-03-20", "won", 1),
            ("D2", "B", "2026-01-05", None, "open", 1),
            ("D3", "B", "2026-01-05", None, "open", 1),
        ],
        {
            "D1": [
                ("Call", "2026-01-05"),
                ("Trial", "2026-01-10"),
                ("Call", "2026-01-20"),  # back: 5 + 10 days until Trial again
                ("Offer", "2026-01-25"),
                ("Trial", "2026-02-04"),
                ("Sign", "2026-03-01"),
                ("Trial", "2026-03-10"),  # back again: 10 days until it is won
            ],
            "D2": [("Trial", "2026-01-05"), ("Call", "2026-03-31")],  # 5 days to the eve
            "D3": [("Call", "2026-01-05"), ("Sign", "2026-01-06")],
        },
    )
    found = facts.path_rework(data, UNTIL, "segment", order=STAGES)
    assert listed(found, "segment", "reached", "n", "days") == [
        ("A", "Sign", 1, 10.0),
        ("A", "Trial", 1, 15.0),
        ("B", "Trial", 1, 5.0),
    ]


def behind(events, deals, order):
    """Return how many steps back there were and the days they lasted, in plain Python."""
    known, end = {deal[0]: deal for deal in deals}, pd.Timestamp(UNTIL)
    steps = days = 0
    for name, way in events.items():
        if name not in known or known[name][2] >= end:
            continue
        closed, outcome = known[name][3:5]
        done = outcome != "open" and closed < end
        stop = closed if done else end - pd.Timedelta(days=1)
        kept = sorted((when, order.index(stage)) for stage, when in way if when < end)
        far, inside = -1, False
        for (when, place), after in zip(kept, [*kept[1:], (stop, 0)], strict=False):
            far = max(far, place)
            steps += place < far and not inside
            inside = place < far
            days += max((after[0].normalize() - when.normalize()).days, 0) * inside
    return steps, days


@pytest.mark.parametrize("seed", range(6))
def test_steps_back_are_what_a_loop_gives(sales, seed):
    deals, events = random_sales(seed, 90)
    found = facts.path_rework(sales(deals, events), UNTIL, order=STAGES)
    assert (found["n"].sum(), found["days"].sum()) == behind(events, deals, STAGES)


def test_stages_outside_the_order_are_no_step_back(sales):
    way = [("Call", "2026-01-05"), ("Odd", "2026-01-06"), ("Call", "2026-01-08")]
    data = sales([("D1", "A", "2026-01-05", None, "open", 1)], {"D1": way})
    assert facts.path_rework(data, UNTIL, order=("Call", "Sign")).empty


def test_facts_are_remembered(sales):
    data = sales([("D1", "A", "2026-01-05", None, "open", 1)], {"D1": [("Call", "2026-01-05")]})
    for fact in (facts.path_edges, facts.path_variants):
        fact(data, UNTIL)
        made = data.made
        again = fact(data, UNTIL)
        again["n"] = 99
        assert data.made == made
        assert fact(data, UNTIL)["n"].tolist() == [1]


def test_without_events_it_says_what_would_bring_them(held):
    deals = pd.DataFrame({"opportunity_id": ["D1"], "created_on": [pd.Timestamp("2026-01-05")],
                          "outcome": ["open"]})  # fmt: skip
    with pytest.raises(MissingData, match="stage_events"):
        facts.path_edges(held({"opportunities": deals}), UNTIL)


def test_a_thousand_stages_are_no_stages(sales):
    way = [(f"note {k}", "2026-01-05") for k in range(1100)]
    data = sales([("D1", "A", "2026-01-05", None, "open", 1)], {"D1": way})
    with pytest.raises(BadValue, match="1,100 different values"):
        facts.path_edges(data, UNTIL)


@pytest.mark.parametrize("fact", [facts.path_edges, facts.path_variants])
def test_what_files_keep_is_what_was_made(fact, tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_used", [cache.Cache(tmp_path)])
    until = dt.date(2026, 11, 2)
    made = fact(load("sample"), until)
    monkeypatch.setattr(paths, "answer", None)  # nothing is counted again
    pd.testing.assert_frame_equal(fact(load("sample"), until), made)


@pytest.mark.parametrize("by", [(), "segment", ("source", "owner")])
def test_both_of_one_set_of_ways_are_what_each_is_alone(by, monkeypatch):
    until, order = dt.date(2026, 11, 2), ("Discovery", "Proposal")
    alone = load("sample")
    edges = facts.path_edges(alone, until, by, 13, order)
    variants = facts.path_variants(alone, until, by, 13, order)
    together = load("sample")
    found = paths.edges_and_variants(together, until, by, 13, order)
    pd.testing.assert_frame_equal(found.edges, edges)
    pd.testing.assert_frame_equal(found.variants, variants)
    monkeypatch.setattr(paths, "answer", None)  # each is there when it is asked for
    assert facts.path_edges(together, until, by, 13, order).equals(edges)
