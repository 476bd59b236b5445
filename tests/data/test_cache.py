"""Facts kept on disk: found again while nothing they are made from has changed, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

import pandas as pd
import pytest

from report_helpers import facts
from report_helpers.data import cache, load
from report_helpers.facts import deals

DEALS = "opportunity_id,outcome,created_on,closed_on,segment,amount\n"
UNTIL = date(2026, 6, 1)


@pytest.fixture
def folder(tmp_path):
    """Keep frames in a folder during one test."""
    cache.use(tmp_path / "kept")
    yield tmp_path / "kept"
    cache.use(None)


@pytest.fixture
def place(tmp_path):
    """Return a folder of data with one won deal."""
    home = tmp_path / "data"
    home.mkdir()
    write(home, "d1,won,2026-01-05,2026-02-02,A,100")
    return home


def write(home, *rows: str) -> None:
    (home / "opportunities.csv").write_text(DEALS + "\n".join(rows), encoding="utf-8")


def kept(folder) -> set[str]:
    return {file.name for file in folder.iterdir()} if folder.exists() else set()


def flow(data) -> pd.DataFrame:
    return facts.deal_flow(load(data), UNTIL, "segment")


def test_a_second_process_finds_what_the_first_has_made(folder, place, monkeypatch):
    made = flow(place)
    assert len(kept(folder)) == 1
    monkeypatch.setattr(deals.deal_flow_query, "__code__", (lambda *_: 1 / 0).__code__)
    pd.testing.assert_frame_equal(flow(place), made, check_exact=True)
    code = (
        "import sys; from datetime import date; from report_helpers import facts\n"
        "from report_helpers.data import cache, load; from report_helpers.facts import deals\n"
        "cache.use(sys.argv[1]); deals.deal_flow_query.__code__ = (lambda *_: 1 / 0).__code__\n"
        "print(facts.deal_flow(load(sys.argv[2]), date(2026, 6, 1), 'segment').to_csv())"
    )
    words = [sys.executable, "-c", code, str(folder), str(place)]
    told = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=True)
    assert told.stdout.strip() == made.to_csv().strip()


def test_changed_content_is_read_anew(folder, place):
    flow(place)
    write(place, "d1,won,2026-01-05,2026-02-02,A,100", "d2,won,2026-01-05,2026-02-02,A,50")
    assert flow(place)["amount"].tolist() == [150.0]
    assert len(kept(folder)) == 2


def test_a_changed_mapping_is_read_anew(folder, place):
    mapping = place.parent / "own.toml"
    for value in ("A", "B"):
        mapping.write_text(
            f'[opportunities.columns]\nsegment = {{constant = "{value}"}}\n', encoding="utf-8"
        )
        found = facts.deal_flow(load(place, mapping), UNTIL, "segment")
        assert found["segment"].tolist() == [value]
    assert len(kept(folder)) == 2


def test_changed_code_makes_anew(folder, place, monkeypatch):
    flow(place)
    monkeypatch.setattr(cache, "code_version", lambda: "the next one")
    flow(place)
    assert len(kept(folder)) == 2


def test_other_questions_and_other_parts_of_the_data_have_frames_of_their_own(folder, place):
    write(place, "d1,won,2026-01-05,2026-02-02,A,100", "d2,won,2026-01-05,2026-02-02,B,50")
    data = load(place)
    wholes = facts.deal_flow(data, UNTIL)["amount"].sum()
    parts = [facts.deal_flow(data.where(segment=s), UNTIL)["amount"].sum() for s in ("A", "B")]
    earlier = facts.deal_flow(data, date(2026, 1, 20))["outcome"].tolist()
    assert (wholes, parts, earlier) == (150.0, [100.0, 50.0], ["open"])
    assert len(kept(folder)) == 4


@pytest.mark.parametrize("damage", [b"", b"PAR1 and nothing more", b"PAR1" * 50])
def test_a_damaged_file_is_said_and_made_again(folder, place, damage, caplog):
    made = flow(place)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)
    pd.testing.assert_frame_equal(flow(place), made)
    assert f"{file} cannot be read and is made again" in caplog.text
    assert file.read_bytes() == whole


def test_what_has_no_checksum_is_not_kept(folder, place):
    frame = pd.read_csv(place / "opportunities.csv")
    facts.deal_flow(load({"opportunities": frame}), UNTIL)
    assert kept(folder) == set()


def test_nothing_is_kept_until_a_folder_is_named(place, tmp_path):
    flow(place)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [1, 2]}, index=["x", "y"]),
        pd.DataFrame({"week": pd.to_datetime(["2026-01-05", None]), "n": [1, 2], "s": ["a", None]}),
        pd.DataFrame({"share": [0.1, float("nan")], "flag": [True, False], "by": ["(none)", "é"]}),
        pd.DataFrame({"a": pd.Series([], dtype="str"), "n": pd.Series([], dtype="int64")}),
        pd.DataFrame({"mixed": [1, "one"]}),
        pd.DataFrame({"sets": [{1}, {2}]}),
    ],
)
def test_a_frame_comes_back_as_it_was_or_is_made_again(tmp_path, frame):
    store = cache.Cache(tmp_path)
    for _ in range(2):
        pd.testing.assert_frame_equal(
            store.frame("it", frame.copy), frame, check_exact=True, check_freq=False
        )


def test_the_folder_stays_within_its_size_and_what_was_read_last_stays(tmp_path):
    frame = pd.DataFrame({"n": range(1000)})
    store = cache.Cache(tmp_path, most_bytes=60_000)
    for number in range(12):
        store.frame(str(number), frame.copy)
        for age, file in enumerate(sorted(tmp_path.iterdir(), key=lambda f: f.stat().st_mtime_ns)):
            os.utime(file, (1e9 + age, 1e9 + age))
        store.frame("0", frame.copy)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 60_000
    assert 1 < len(kept(tmp_path)) < 12
    store.frame("0", lambda: pytest.fail("it was read each time, and is gone"))


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path, caplog):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    frame = pd.DataFrame({"n": [1]})
    found = cache.Cache(tmp_path / "file" / "kept").frame("it", frame.copy)
    assert found.equals(frame)
    assert "nothing is kept" in caplog.text


WRITER = """
import sys, pandas as pd
from pathlib import Path
from report_helpers.data.cache import Cache
frame = pd.DataFrame({"n": range(2000)})
store = Cache(Path(sys.argv[1]), most_bytes=100_000)
sys.stdin.readline()
for turn in range(60):
    found = store.frame(str(turn % 7), frame.copy)
    assert found.equals(frame)
"""


def test_two_processes_at_a_time_never_see_half_a_file(tmp_path):
    words = [sys.executable, "-c", WRITER, str(tmp_path)]
    both = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [one.communicate()[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    assert told == ["", ""]
    assert all(name.endswith(".parquet") for name in kept(tmp_path))
