"""The mapping language: what it accepts, and what it says when it does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from report_helpers.data.contracts import TABLES
from report_helpers.data.mapping import load
from report_helpers.errors import ConfigurationError, MarsaleError
from report_helpers.settings import MAPPINGS


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str, name: str = "mapping.toml") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.mark.parametrize("name", MAPPINGS)
def test_mappings_that_come_with_the_kit(name: str) -> None:
    mapping = load(name)
    for table, parts in mapping.tables.items():
        required = {column.name for column in TABLES[table].columns if column.required}
        assert required <= set(parts[0].columns), table
    assert mapping.files[0].name == f"{name}.toml"


def test_without_a_mapping_names_are_canonical() -> None:
    (part,) = load(None).parts("leads")
    assert part.plain
    assert part.columns["mql_on"].from_ == ("mql_on",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[oportunities]\nfile = 'x'", "unknown table 'oportunities'.*\n.*mean 'opportunities'"),
        ("[opportunities]\nfiel = 'x'", "unknown mapping key 'fiel'.*\n.*mean 'file'"),
        ("[opportunities.columns]\ncreatd = 'x'", "unknown column of opportunities 'creatd'"),
        ("[opportunities.columns]\namount = {form = 'x'}", "mapping key 'form'.*\n.*mean 'from'"),
        ("[defaults]\ndecimals = ','", "mapping key 'decimals'.*\n.*mean 'decimal'"),
        ("[defaults]\ndecimal = 'x'", r"defaults\.decimal: Input should be '\.' or ','"),
        ("[opportunities.columns]\namount = {from = 'x', constant = 1}", "exactly one of 'from'"),
        ("[opportunities]\ncolumns = 7", r"opportunities\.0\.columns"),
        ("[opportunities]\nfile = 7", r"opportunities\.0\.file"),
        ("opportunities = 7", r"opportunities\.0"),
        ("[opportunities", r"this is not TOML"),
        ("extends = 'nobody.toml'", r"there is no mapping file .*nobody\.toml"),
        ("extends = 'mapping.toml'", "extend each other in a circle"),
    ],
)
def test_mistakes_name_the_file_and_the_nearest_word(write, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as caught:
        load(write(text))
    assert "mapping.toml" in str(caught.value)


def test_unknown_mapping() -> None:
    with pytest.raises(MarsaleError, match="one of: hubspot, plain, salesforce"):
        load("pipedrive")


def test_extending_merges_key_by_key(write) -> None:
    write(
        "[defaults]\ndecimal = ','\n[opportunities]\nfile = 'deals'\n[opportunities.columns]\n"
        "amount = 'value'\nowner = 'rep'\noutcome = {from = 'stage', translate = {Won = 'won'}}\n"
        "region = {constant = 'North'}",
        "base.toml",
    )
    mapping = load(
        write(
            "extends = 'base.toml'\n[defaults]\ndate_format = '%d-%m-%Y'\n"
            "[opportunities.columns]\nowner = ['seller', 'agent']\nregion = 'office'\n"
            "[opportunities.columns.outcome.translate]\nSigned = 'won'"
        )
    )
    (part,) = mapping.parts("opportunities")
    assert (mapping.defaults.decimal, mapping.defaults.date_format) == (",", ("%d-%m-%Y",))
    assert part.file == ("deals",)
    assert part.columns["amount"].from_ == ("value",)
    assert part.columns["owner"].from_ == ("seller", "agent")
    assert (part.columns["region"].from_, part.columns["region"].constant) == (("office",), None)
    assert part.columns["outcome"].translate == {"Won": "won", "Signed": "won"}
    assert [file.name for file in mapping.files] == ["mapping.toml", "base.toml"]


def test_free_attributes_of_leads_may_be_named(write) -> None:
    text = "[leads.columns]\nindustry = 'Branch'"
    assert "industry" in load(write(text)).parts("leads")[0].columns


def test_numbers_and_flags_as_constants_are_text(write) -> None:
    text = "[accounts.columns]\naddressable = {constant = true}\nsize = {constant = 5}"
    columns = load(write(text)).parts("accounts")[0].columns
    assert (columns["addressable"].constant, columns["size"].constant) == ("true", "5")


def test_unmapped_columns_have_their_own_names(write) -> None:
    text = "[opportunities]\ndate_format = '%d-%m-%Y'\ndrop = ['Amount']\n"
    (part,) = load(write(text + "columns = {owner = 'rep'}")).parts("opportunities")
    assert part.columns["created_on"].from_ == ("created_on",)
    assert part.columns["owner"].from_ == ("rep",)
    assert "amount" not in part.columns


def test_every_example_of_the_manual_is_a_mapping(root: Path, write) -> None:
    page = (root / "docs" / "data.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        assert load(write(example)).parts("opportunities")[0].columns["outcome"].translate


@pytest.mark.parametrize(
    ("name", "converted"),
    [("salesforce", "Amount (converted)"), ("hubspot", "Amount in company currency")],
)
def test_amounts_in_the_company_currency_come_first(name: str, converted: str) -> None:
    assert load(name).parts("opportunities")[0].columns["amount"].from_[0] == converted
