import gallery
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from report_helpers.errors import ConfigurationError
from report_helpers.present import blocks as b
from report_helpers.publish import foreign, grid, markdown
from report_helpers.publish.document import document, walk


def made_of(*cells, **about):
    return document(new_notebook(cells=list(cells), metadata={"marsale": about}))


def shown(**data):
    return gallery.outputs(gallery.data_output(**data))


def test_the_head_comes_from_the_masthead_and_leaves_the_parts():
    made = document(gallery.notebook())
    assert (made["title"], made["company"]) == ("Weekly two-way report", "Northwind Instruments")
    assert made["masthead"]["key"] == "2026-W44"
    assert all(part["kind"] != "masthead" for part in made["parts"])


def test_a_notebook_without_masthead_takes_its_first_heading_as_title():
    made = made_of(new_markdown_cell("# Quarter in review\n\n## Deals"))
    assert made["title"] == "Quarter in review"
    assert [part["level"] for part in made["parts"]] == [1]


def test_code_is_left_out_and_cells_keep_their_order():
    made = made_of(new_markdown_cell("First."), shown(plain="second"), new_code_cell("third()"))
    assert [part["kind"] for part in made["parts"]] == ["paragraph", "code"]


def test_headings_skip_no_level():
    made = made_of(new_markdown_cell("## A\n\n##### B\n\n### C\n\n# D"), title="T")
    levels = [p["level"] for p in made["parts"]]
    assert levels == [1, 2, 2]  # "# D" became the title
    assert made["title"] == "T"


def test_titles_of_blocks_stand_one_level_below_their_section():
    notes = b.Columns((b.Notes((), title="Asks"),))
    made = made_of(new_markdown_cell("## A"), gallery.display(notes))
    assert made["parts"][1]["blocks"][0]["level"] == 2


def test_what_cannot_be_printed_is_said_and_counted():
    widget = new_output("display_data", data={"application/vnd.widget-view+json": {}})
    chart = b.Chart("<svg", alt="broken drawing")
    made = made_of(gallery.outputs(widget), gallery.display(chart))
    assert len(made["unprintable"]) == 2
    assert "widget-view" in made["unprintable"][0]
    assert "broken drawing" in made["unprintable"][1]
    assert [part["kind"] for part in made["parts"]] == ["callout", "callout"]


def test_facts_are_skipped_and_date_the_document():
    facts = {"application/vnd.marsale.facts+json": {"period": {"end": "2026-11-02"}}}
    made = made_of(gallery.outputs(new_output("display_data", data=facts)))
    assert (made["parts"], made["period_end"]) == ([], "2026-11-02")


def test_an_error_is_a_visible_remark():
    error = new_output("error", ename="KeyError", evalue="'amount'", traceback=[])
    (part,) = made_of(gallery.outputs(error))["parts"]
    assert (part["tone"], part["text"]) == ("bad", "KeyError: 'amount'")


def test_cells_steer_the_layout_and_tags_remove_them():
    steered = gallery.display(b.Callout("x"), new_page=True, keep=True)
    hidden = new_markdown_cell("gone", metadata={"tags": ["remove-cell"]})
    (part,) = made_of(steered, hidden)["parts"]
    assert (part["new_page"], part["keep"]) == (True, True)


@pytest.mark.parametrize(
    ("about", "word"), [({"paper": "a5"}, "a5"), ({"language": "klingon!"}, "klingon!")]
)
def test_unknown_paper_and_language_are_refused(about, word):
    with pytest.raises(ConfigurationError, match=word):
        made_of(**about)


def test_the_paper_asked_for_wins_over_the_notebooks():
    notebook = new_notebook(metadata={"marsale": {"paper": "a4", "language": "de-AT"}})
    made = document(notebook, "us-letter")
    assert (made["paper"], made["language"]) == ("us-letter", "de")


def test_markdown_keeps_its_structure_and_no_markup():
    parts = markdown.nodes(gallery.PROSE)
    kinds = [part["kind"] for part in parts]
    assert kinds[:4] == ["heading", "paragraph", "list", "quote"]
    assert {"table", "code", "rule"} <= set(kinds)
    assert parts[2]["items"][1][1]["kind"] == "list"
    links = [span["url"] for part in parts for span in walk(part) if span.get("style") == "link"]
    assert links == ["https://example.org/handbook", "https://example.org"]


def test_markdown_links_that_run_something_are_text():
    (part,) = markdown.nodes("[press](javascript:alert(1)) [file](file:///etc/passwd)")
    assert all(span.get("style") != "link" for span in walk(part))
    assert markdown.words(part["spans"]) == "press file"


def test_markdown_html_is_text_comments_vanish_and_pictures_are_counted():
    made = made_of(
        new_markdown_cell("a <b>bold</b><br>b <!-- c --> ![A chart](x.png)\n\n- [x] done")
    )
    first, second = made["parts"]
    assert markdown.words(first["spans"]) == "a <b>bold</b>\nb  [picture: A chart]"
    assert made["unprintable"] == ["[picture: A chart]"]
    assert markdown.words(second["items"][0][0]["spans"]) == "☑ done"


def test_a_pandas_table_becomes_a_table():
    (table,) = foreign.parts({"text/html": gallery.PANDAS_HTML, "text/plain": "no"})
    assert [c["label"] for c in table["columns"]] == ["", "segment", "win_rate"]
    assert [c["align"] for c in table["columns"]] == ["right", "left", "right"]
    assert table["rows"][0]["cells"][1] == {"text": "Enterprise & more"}


def test_spanned_cells_are_spread_out():
    html = (
        "<table><thead><tr><th rowspan=2>who</th><th colspan=2>2026</th></tr>"
        "<tr><th>won</th><th>lost</th></tr></thead>"
        "<tbody><tr><th rowspan=2>Sales</th><td>1</td><td>2</td></tr>"
        "<tr><td>3</td><td>4</td></tr></tbody></table>"
    )
    (table,) = grid.parts(html)
    assert [c["label"] for c in table["columns"]] == ["who", "2026 · won", "2026 · lost"]
    rows = [[cell["text"] for cell in row["cells"]] for row in table["rows"]]
    assert rows == [["Sales", "1", "2"], ["Sales", "3", "4"]]


def test_ragged_and_unclosed_tables_lose_nothing():
    (table,) = grid.parts("<table><tr><td>a<tr><td>b</td><td>c</td></tr>")
    rows = [[cell["text"] for cell in row["cells"]] for row in table["rows"]]
    assert rows == [["a", ""], ["b", "c"]]


def test_html_without_a_table_is_its_text_and_scripts_are_gone():
    (part,) = grid.parts("<p>Hello <b>you</b></p><script>alert(1)</script>")
    assert markdown.words(part["spans"]) == "Hello you"
    assert foreign.parts({"text/html": "<script>x</script>", "text/plain": "<Widget at 0x1>"}) == []


def test_pictures_become_drawings_and_broken_ones_are_not_passed_on():
    (part,) = foreign.parts({"image/png": gallery.png()})
    assert 'width="120" height="40"' in part["svg"]
    assert foreign.parts({"image/png": "no picture"}) == []
    assert foreign.parts({"image/svg+xml": "<svg", "text/plain": "<Figure>"}) == []


def test_plain_text_loses_terminal_colours():
    assert foreign.plain("\x1b[0;31mred\x1b[0m\n") == [{"kind": "code", "text": "red"}]
