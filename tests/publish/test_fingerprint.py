"""What a report depends on: the digest changes with each of it, and with nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nbformat import v4

from report_helpers.data.source import Input
from report_helpers.publish.fingerprint import fingerprint
from report_helpers.publish.reports import save
from report_helpers.publish.run import Job

READ = (Input("deals.csv", "ab" * 32, 10), Input("leads.csv", "cd" * 32, 10))


@pytest.fixture
def job(tmp_path):
    write(tmp_path, "1 + 1")
    return Job(str(tmp_path / "own.ipynb"), tmp_path / "output", {"region": "North"}, place="north")


def write(folder, source):
    cells = [
        v4.new_code_cell('region = ""', id="declared", metadata={"tags": ["parameters"]}),
        v4.new_code_cell(source, id="only"),
    ]
    save(v4.new_notebook(cells=cells), folder / "own.ipynb")


@pytest.fixture
def settings(tmp_path):
    file = tmp_path / "marsale.toml"
    file.write_text("[report]\n", encoding="utf-8")
    return file


def test_it_is_the_same_wherever_the_report_goes_and_in_whatever_order_was_read(job, settings):
    one = fingerprint(job, READ, [settings])
    elsewhere = replace(job, output=job.output / "else", secrets={"X_PASSWORD": "k4tz&maus"})
    assert len(one) == 64
    assert fingerprint(elsewhere, READ[::-1], [settings]) == one


@pytest.mark.parametrize(
    "change", ["data", "parameters", "formats", "paper", "place", "settings", "store", "notebook"]
)
def test_it_changes_with_all_that_a_report_depends_on(job, settings, tmp_path, change):
    store = tmp_path / "marsale.db"
    one = fingerprint(job, READ, [settings, store])
    read, other = READ, job
    if change == "data":
        read = (READ[0], Input("leads.csv", "ef" * 32, 10))
    elif change == "settings":
        settings.write_text("[report]\npaper = 'letter'\n", encoding="utf-8")
    elif change == "store":
        store.write_bytes(b"now it is there")
    elif change == "notebook":
        write(tmp_path, "1 + 2")
    else:
        given = {"parameters": {"region": "South"}, "formats": (), "paper": "letter", "place": "x"}
        other = replace(job, **{change: given[change]})
    assert fingerprint(other, read, [settings, store]) != one


@pytest.mark.parametrize("read", [(), (Input("crm", "", 0),)])
def test_of_a_database_nobody_knows_whether_it_has_changed(job, read):
    assert fingerprint(job, read, []) == ""
