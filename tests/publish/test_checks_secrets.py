"""No secret in a report's files, and no alarm where there is none."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from report_helpers.cli import main
from report_helpers.errors import RenderError
from report_helpers.publish.checks import secrets
from report_helpers.publish.run import Job, run

PASSWORD = "k4tz&maus <3"
KNOWN = {"MARSALE_MAIL_PASSWORD": PASSWORD}
SHAPES = {
    "a private key": "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
    "an AWS access key": "AKIA" + "IOSFODNN7EXAMPLE",
    "a GitHub token": "ghp_" + "a1" * 18,
    "a GitLab token": "glpat-" + "a1-_" * 5,
    "a Slack token": "xoxb-" + "123456789012-abcdef",
    "a Slack webhook": "https://hooks.slack.com/services/" + "T0/B0/abc123",
    "a Stripe key": "sk_live_" + "a1" * 12,
    "a Google API key": "AIza" + "a1_-b" * 7,
    "a SendGrid key": "SG." + "a" * 22 + "." + "b" * 43,
    "a HubSpot token": "pat-eu1-" + "0123abcd-0123-0123-0123-0123456789ab",
    "a Salesforce session": "00D" + "5e0000001abc" + "!" + "AQ4A." * 12,
    "a Databricks token": "dapi" + "0123456789abcdef" * 2,
    "a signed token (JWT)": "eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + "." + "c" * 20,
    "a password in a URL": "postgresql://ann:" + "pa55@crm/db",
}


@pytest.mark.parametrize("kind", SHAPES)
def test_each_shape_is_found_in_a_sentence_and_blotted(kind: str) -> None:
    text = f"It is ({SHAPES[kind]})."
    assert secrets.kinds(text, {}) == [kind]
    clean = secrets.blotted({"a": [text]}, {})["a"][0]
    assert "***" in clean
    assert secrets.kinds(clean, {}) == []


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ann:***@crm/db",
        "see https://example.com:8443/a@b and ann@example.com",
        "task-xoxb, SG. Mueller, dapi, pat-eu1, 00D, eyJhbGciOi",
        "AKIA" + "A" * 40,  # longer than a key: part of something else
        *(hashlib.sha256(str(n).encode()).hexdigest() for n in range(50)),
    ],
)
def test_what_only_looks_a_little_like_one_is_left_alone(text: str) -> None:
    assert secrets.kinds(text, {}) == []
    assert secrets.blotted(text, {}) == text


def test_sums_and_pictures_in_base64_are_no_secrets() -> None:
    letters = "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(2000))
    assert secrets.kinds(f"data:font/woff2;base64,{letters}AIza{letters}eyJ==", {}) == []


def test_secrets_are_known_by_the_names_of_variables() -> None:
    environ = {
        "MARSALE_MAIL_PASSWORD": PASSWORD,
        "SNOWFLAKE_TOKEN": "a1b2c3d4e5",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG",
        "MARSALE_STORE": "postgresql://ann:p4ssw0rd@db/x",
        "PGHOST": "db.example.com",
        "SSH_KEY_FILE": "/home/ann/.ssh/id_ed25519",
        "SSL_KEY": "C:\\keys\\mine.pem",
        "TOKENIZERS_PARALLELISM": "false",
        "DB_PASSWORD": "short",
        "OTHER_PASSWORD": "Marketing",
        "SAME": "postgresql://marsale_test:marsale_test@db/marsale_test",
    }
    found = secrets.known(environ)
    assert set(found) == {
        "MARSALE_MAIL_PASSWORD", "SNOWFLAKE_TOKEN", "AWS_SECRET_ACCESS_KEY", "MARSALE_STORE",
    }  # fmt: skip
    assert found["MARSALE_STORE"] == "p4ssw0rd"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.html", "<p>k4tz&amp;maus &lt;3</p>"),
        ("facts.json", json.dumps({"a": [{"b": f"x {PASSWORD} y"}]})),
        ("facts.json", json.dumps({PASSWORD: 1})),
        ("report.ipynb", json.dumps({"source": ["p = (\n", f"'{PASSWORD}')"]})),
    ],
)
def test_a_file_with_a_secret_is_refused_without_saying_it(
    tmp_path: Path, name: str, content: str
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    secrets.check([file], {})
    with pytest.raises(RenderError) as caught:
        secrets.check([file], KNOWN)
    assert caught.value.where == name
    assert "MARSALE_MAIL_PASSWORD" in str(caught.value)
    assert PASSWORD not in str(caught.value)


def job(folder: Path, source: str, **more: object) -> Job:
    file = folder / "own.ipynb"
    cells = [v4.new_markdown_cell("# Own report"), v4.new_code_cell(source)]
    nbformat.write(v4.new_notebook(cells=cells), file)
    return Job(str(file), folder / "out", secrets=KNOWN, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("formats", [("html",), ("pdf",), ()])
def test_a_run_that_shows_a_secret_ends_before_anybody_sees_it(
    tmp_path: Path, formats: tuple[str, ...]
) -> None:
    with pytest.raises(RenderError, match="holds the secret of MARSALE_MAIL_PASSWORD") as caught:
        run(job(tmp_path, f"print({PASSWORD!r})", formats=formats))
    assert PASSWORD not in str(caught.value)
    written = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert [file.name for file in written] == ["own.ipynb"]
    assert PASSWORD not in written[0].read_text(encoding="utf-8")


def test_the_command_knows_the_secrets_of_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CRM_API_TOKEN", PASSWORD)
    notebook = job(tmp_path, f"print({PASSWORD!r})").report
    output = str(tmp_path / "out")
    assert main(["run", notebook, "--formats", "html", "--output", output]) == 5
    said = capsys.readouterr()
    assert "holds the secret of CRM_API_TOKEN" in said.err
    assert PASSWORD not in said.err + said.out


def test_an_error_that_tells_a_secret_is_told_without_it(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"could not sign in with \*\*\*") as caught:
        run(job(tmp_path, f"raise OSError('could not sign in with {PASSWORD}')"))
    assert PASSWORD not in str(caught.value)
    (kept,) = (tmp_path / "out" / "failed").iterdir()
    assert PASSWORD not in kept.read_text(encoding="utf-8")


def test_the_reports_of_the_sample_hold_none(rendered: Path) -> None:
    files = [file for file in rendered.rglob("*") if file.is_file()]
    assert {file.suffix for file in files} >= {".html", ".pdf", ".ipynb", ".json"}
    secrets.check(files, KNOWN)
