from __future__ import annotations

import json

import pytest
from nbformat import v4

from report_helpers.errors import ConfigurationError, RenderError, UnknownName
from report_helpers.present.blocks import FACTS, MIME
from report_helpers.publish.reports import facts_of, period_key, read, save, slug


def telling(data):
    output = v4.new_output("display_data", data={FACTS: data})
    return v4.new_notebook(cells=[v4.new_markdown_cell("# T"), v4.new_code_cell(outputs=[output])])


@pytest.mark.parametrize("name", ["weekyl", "none.ipynb", "notes.txt"])
def test_an_unknown_report_is_refused(name):
    with pytest.raises(UnknownName, match="unknown report"):
        read(name)


def test_what_is_no_notebook_is_said(tmp_path):
    file = tmp_path / "own.ipynb"
    file.write_text("not JSON", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is not a notebook"):
        read(str(file))
    file.write_text(json.dumps({"some": "JSON"}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is not a notebook"):
        read(str(file))


def test_a_notebook_in_another_language_is_refused(tmp_path):
    file = tmp_path / "own.ipynb"
    spec = {"name": "ir", "language": "R", "display_name": "R"}
    save(v4.new_notebook(metadata={"kernelspec": spec}), file)
    with pytest.raises(ConfigurationError, match="written in R"):
        read(str(file))


def test_facts_are_what_the_notebook_says_of_itself():
    facts = {"report": "weekly", "period": {"key": "2026-10-01..2026-10-31"}}
    assert facts_of(telling(facts)) == facts
    assert facts_of(v4.new_notebook()) == {}


@pytest.mark.parametrize("key", ["../../etc", "a/b", "..", "C:\\x"])
def test_a_key_that_leads_elsewhere_is_refused(key):
    with pytest.raises(RenderError, match="no name for a folder"):
        facts_of(telling({"period": {"key": key}}))


def test_a_missing_figure_is_null_and_a_text_is_no_figure():
    figures = [{"metric": "win_rate", "value": None, "n": 0, "low": 0.1}]
    assert facts_of(telling({"figures": figures}))["figures"] == figures
    with pytest.raises(RenderError, match="'low' of cycle is 'inf'"):
        facts_of(telling({"figures": [{"metric": "cycle", "value": 1, "low": "inf"}]}))


@pytest.mark.parametrize("text", ["../../etc", "a/b", "Größe & Co.", "   ", "…", "", "con:"])
def test_a_slug_is_one_plain_name(text):
    assert not set(slug(text)) & set('/\\:*?"<>|. &')


def test_unlike_names_have_unlike_slugs():
    assert len({slug(text) for text in ("R&D", "R/D", "R D")}) == 3


def test_a_notebook_without_facts_is_filed_by_its_masthead():
    head = {"kind": "masthead", "key": "2026-W44"}
    output = v4.new_output("display_data", data={MIME: head})
    assert period_key(v4.new_notebook(cells=[v4.new_code_cell(outputs=[output])])) == "2026-W44"
    assert period_key(v4.new_notebook()) == ""


def test_long_names_and_names_of_signs_make_folders_of_their_own() -> None:
    first, second = slug("ü/" * 200 + "a"), slug("ü/" * 200 + "b")
    assert first != second
    assert len(first.encode()) < 100
    assert slug("_ _") not in ("", slug("__"))
    assert slug("") == ""


@pytest.mark.parametrize("text", ["CON", "nul", "Com1", "lpt9"])
def test_a_slug_is_no_device_of_windows(text):
    assert slug(text) != text.casefold()
    assert slug(text).startswith(text.casefold())
