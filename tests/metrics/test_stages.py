"""The order of stages, set or learnt, and the stages that only say how a deal ended."""

import pandas as pd
import pytest

from report_helpers.facts.paths import LOST, OPEN, WON
from report_helpers.metrics.stages import arrange, closing_stages, learnt


def edges(*rows):
    frame = pd.DataFrame(rows, columns=["stage", "next", "outcome", "days", "n"])
    return frame.assign(same_time=0)


def ways(**counts):
    return pd.DataFrame({"path": [tuple(way) for way in counts], "n": list(counts.values())})


def test_most_deals_decide_the_order():
    assert learnt(ways(ABC=5, AC=9, BAC=4, CBA=1), "CAB") == ("A", "B", "C")


def test_only_first_entries_count():
    assert learnt(ways(ABABAB=1, BA=0), "AB") == ("A", "B")


def test_a_circle_is_broken_by_name():
    assert learnt(ways(AB=2, BC=2, CA=2), "CBA") == ("A", "B", "C")


def test_stages_entered_when_a_deal_closes_are_closing_stages():
    found = closing_stages(edges(
        ("Offer", "Won!", "won", 5.0, 9), ("Won!", WON, "won", 0.0, 9),
        ("Offer", "Dead", "lost", 5.0, 9), ("Dead", LOST, "lost", -1.0, 9),
        ("Dead", "Offer", "won", 3.0, 1),  # opened again
    ))  # fmt: skip
    assert found == {"Won!": "won", "Dead": "lost"}


def test_one_stage_for_both_ends_means_neither():
    both = edges(("Closed", WON, "won", 0.0, 5), ("Closed", LOST, "lost", 0.0, 5))
    assert closing_stages(both) == {"Closed": ""}


@pytest.mark.parametrize(("days", "outcome", "following"), [
    (3.0, "lost", LOST),  # deals wait in it
    (0.0, "open", OPEN),  # they are not closed
    (0.0, "lost", "Offer"),  # something follows
])  # fmt: skip
def test_a_working_stage_is_none(days, outcome, following):
    assert closing_stages(edges(("Offer", following, outcome, days, 9))) == {}


def test_the_order_set_counts_and_names_what_it_lacks():
    found = edges(("A", "B", "won", 1.0, 1), ("B", "X", "won", 1.0, 1), ("X", WON, "won", 2.0, 1))
    stages = arrange(found, ways(ABX=1), ("B", "A", "Never"))
    assert (stages.order, stages.unknown, stages.source) == (("B", "A", "Never"), ("X",), "set")
    assert stages.places == {"B": 0, "A": 1, "Never": 2}
    assert arrange(found, ways(ABX=1)).order == ("A", "B", "X")


def test_a_closing_stage_in_the_order_set_stays_one():
    found = edges(("A", "Won!", "won", 1.0, 1), ("Won!", WON, "won", 0.0, 1))
    stages = arrange(found, ways(A=1), ("A", "Won!"))
    assert (stages.order, stages.closing) == (("A",), {"Won!": "won"})
