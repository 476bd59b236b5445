"""What becomes of the reports of groups; who makes them here only writes files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat import v4

from report_helpers.publish import manifest
from report_helpers.publish.fanout import Failure, fan_out
from report_helpers.publish.groups import Group
from report_helpers.publish.reports import save
from report_helpers.publish.run import Job, Result

NAMES = ("North", "South", "West")
GROUPS = [Group((("region", name),)) for name in NAMES]


class Maker:
    """Makes reports of one page; those named in `bad` fail, as a notebook does."""

    def __init__(self, bad: tuple[str, ...] = (), page: str = "fine") -> None:
        self.bad, self.page = bad, page
        self.asked: list[str] = []

    def __call__(self, jobs):
        for place, job in enumerate(jobs):
            self.asked.append(job.parameters["region"])
            yield place, self.fail(job) if self.asked[-1] in self.bad else self.make(job)

    def fail(self, job):
        kept = job.output / "failed" / f"own-{job.place}.ipynb"
        kept.parent.mkdir(parents=True)
        kept.write_text("{}", encoding="utf-8")
        return Failure(f"it broke\n  → {kept}", 4)

    def make(self, job):
        folder = job.output / "own" / "undated" / job.place
        folder.mkdir(parents=True)
        (folder / "own.html").write_text(self.page, encoding="utf-8")
        told = manifest.describe({}, {}, [folder / "own.html"], made_from=job.made_from)
        manifest.write(folder / manifest.FILE_NAME, told)
        return Result(folder, tuple(folder.iterdir()), {"execute": 1.5})


@pytest.fixture
def output(tmp_path):
    return tmp_path / "output"


@pytest.fixture
def jobs(tmp_path, output):
    """Return a function that gives the jobs, made from what it is told."""
    cell = v4.new_code_cell('region = ""', metadata={"tags": ["parameters"]})
    save(v4.new_notebook(cells=[cell]), tmp_path / "own.ipynb")

    def _jobs(made_from="one", **more):
        job = {"report": str(tmp_path / "own.ipynb"), "output": output, "made_from": made_from}
        return {
            group: Job(**job, **more, parameters=group.given({"region": ""}), place=group.place)
            for group in GROUPS
        }

    return _jobs


def pages(output: Path) -> list[str]:
    return sorted(file.parent.name for file in output.glob("own/undated/*/own.html"))


def test_one_that_fails_harms_no_other(jobs, output):
    found = list(fan_out(jobs(), Maker(bad=("South",))))
    assert pages(output) == ["region=north", "region=west"]
    assert [made.group.name for made in found if made.failure] == ["South"]
    failure = found[1].failure
    kept = output / "failed" / "own-region=south.ipynb"
    assert failure == Failure(f"it broke\n  → {kept}", 4)
    assert kept.is_file()
    assert not [path for path in output.iterdir() if path.name.startswith(".")]


def test_what_was_kept_of_a_failure_goes_once_the_report_is_made(jobs, output):
    list(fan_out(jobs(), Maker(bad=("South",))))
    list(fan_out(jobs(), Maker()))
    assert list((output / "failed").iterdir()) == []


def test_only_what_is_not_there_is_made(jobs, output):
    list(fan_out(jobs(), Maker(bad=("South",))))
    again = Maker()
    found = list(fan_out(jobs(), again))
    assert again.asked == ["South"]
    assert {made.group.name: made.seconds for made in found} == {
        "North": 0,
        "West": 0,
        "South": 1.5,
    }
    assert {made.folder.name for made in found} == set(pages(output))


@pytest.mark.parametrize("change", ["other data", "unknown data", "a file", "a file gone", "force"])
def test_what_is_there_is_made_again_when_anything_changed(jobs, output, change):
    first = "" if change == "unknown data" else "one"
    list(fan_out(jobs(first), Maker()))
    page = output / "own" / "undated" / "region=north" / "own.html"
    if change == "a file":
        page.write_text("changed", encoding="utf-8")
    if change == "a file gone":
        page.unlink()
    again = Maker()
    now = jobs("two" if change == "other data" else first)
    list(fan_out(now, again, force=change == "force"))
    assert again.asked == (["North"] if change.startswith("a file") else list(NAMES))
    assert page.read_text(encoding="utf-8") == "fine"


def test_who_stops_in_the_middle_goes_on_there(jobs, output):
    found = fan_out(jobs(), Maker())
    assert next(found).group.name == "North"
    found.close()
    assert pages(output) == ["region=north"]
    again = Maker()
    list(fan_out(jobs(), again))
    assert again.asked == ["South", "West"]


def test_a_secret_does_not_take_its_place(jobs, output):
    hidden = jobs(secrets={"MAIL_PASSWORD": "k4tz&maus"})
    found = list(fan_out(hidden, Maker(page="it is k4tz&amp;maus")))
    assert pages(output) == []
    assert {made.failure.exit_code for made in found} == {5}
    assert "k4tz" not in "".join(made.failure.words for made in found)


def test_a_secret_in_an_error_is_blotted_out(jobs):
    class Talking(Maker):
        def fail(self, job):
            return Failure("no entry with k4tz&maus")

    found = list(fan_out(jobs(secrets={"X_PASSWORD": "k4tz&maus"}), Talking(bad=NAMES)))
    assert {made.failure.words for made in found} == {"no entry with ***"}


def test_a_report_whose_manifest_cannot_be_read_is_made_again(jobs, output, caplog):
    list(fan_out(jobs(), Maker()))
    broken = output / "own" / "undated" / "region=north" / "manifest.json"
    broken.write_text("{", encoding="utf-8")
    again = Maker()
    list(fan_out(jobs(), again))
    assert again.asked == ["North"]
    assert "manifest.json cannot be read, and the report is made again" in caplog.text


def test_folders_inside_a_groups_folder_are_carried_over(jobs, output):
    list(fan_out(jobs(), Maker()))
    inside = output / "own" / "undated" / "region=north" / "mine"
    inside.mkdir()
    list(fan_out(jobs("two"), Maker()))
    assert inside.is_dir()
    told = json.loads((inside.parent / "manifest.json").read_text(encoding="utf-8"))
    assert told["made_from"] == "two"
