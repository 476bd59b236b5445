"""The files for schedulers call what they should, whatever the folders are called."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import jinja2
import pytest
import yaml

from report_helpers.delivery.schedulers import KINDS, Setup, files, merged, steps
from report_helpers.errors import ConfigurationError

ODD = """it's 100% $HOME {{x}} {% "q" """.strip()
PASSWORD = "a b$c%d"
PROBE = """#!{python}
import json, os, sys
print(json.dumps([sys.argv[1:], os.getcwd(), os.environ.get("MARSALE_MAIL_PASSWORD")]))
"""
needs_shell = pytest.mark.skipif(not shutil.which("sh"), reason="needs a POSIX shell")


def setup(folder: str = f"/srv/{ODD}", *command: str) -> Setup:
    words = command or (f"{folder}/bin/marsale",)
    return Setup(words, f"{folder}/marsale.toml", folder, "1.2", "marsale-report-kit==1.2")


def text(kind: str, name: str, made: Setup | None = None) -> str:
    return files(kind, made or setup())[name].decode()


@pytest.fixture
def company(tmp_path: Path) -> Setup:
    """A folder with an odd name, and in it a marsale that prints how it was called."""
    folder = tmp_path / ODD
    (folder / "bin").mkdir(parents=True)
    probe = folder / "bin" / "marsale"
    probe.write_text(PROBE.format(python=sys.executable), encoding="utf-8")
    probe.chmod(0o755)
    return setup(str(folder))


def heard(line: str) -> list[object]:
    """Run a line of shell from elsewhere and return what the probe was told."""
    done = subprocess.run(["sh", "-c", line], cwd="/", capture_output=True, text=True, check=True)
    found: list[object] = json.loads(done.stdout)
    return found


def as_cron_reads(crontab: str) -> str:
    """Return the command of the only line, where a bare % would end it."""
    [line] = [x for x in crontab.splitlines() if x and not x.startswith("#")]
    fields = line.split(None, 5)
    assert fields[:5] == ["*/10", "*", "*", "*", "*"]
    command, *rest = re.split(r"(?<!\\)%", fields[5])
    assert rest == []
    return command.replace(r"\%", "%")


@needs_shell
def test_the_line_for_cron_runs_in_an_odd_folder(company: Setup) -> None:
    command = as_cron_reads(text("cron", "marsale.cron", company))
    words = ["tick", "--settings", company.settings]
    assert heard(command) == [words, company.folder, None]
    secrets = Path(company.folder, "marsale.env")
    secrets.write_text(f"MARSALE_MAIL_PASSWORD='{PASSWORD}'\n", encoding="utf-8")
    assert heard(command) == [words, company.folder, PASSWORD]


@pytest.mark.skipif(not shutil.which("crontab"), reason="needs crontab")
def test_cron_takes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "marsale.cron"
    file.write_bytes(files("cron", setup())["marsale.cron"])
    done = subprocess.run(["crontab", "-n", str(file)], capture_output=True, text=True)
    if "-n" not in done.stderr:  # other systems' crontab cannot check
        assert done.returncode == 0, done.stderr


def test_the_unit_for_systemd_says_the_same_words() -> None:
    lines = dict(
        line.split("=", 1)
        for line in text("systemd", "marsale-tick.service").splitlines()
        if "=" in line and not line.startswith("#")
    )
    # The colon keeps $ as it is. A shell comes first: systemd takes no quotes in a program's path.
    words = shlex.split(lines["ExecStart"].replace("%%", "%"))
    assert words == [":/bin/sh", "-c", 'exec "$@"', "sh", *setup().tick]
    assert lines["WorkingDirectory"].replace("%%", "%") == setup().folder
    assert lines["EnvironmentFile"].replace("%%", "%") == f"-{setup().folder}/marsale.env"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_takes_the_units(company: Setup, tmp_path: Path) -> None:
    made = files("systemd", company)
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    words = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in made)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


WINDOWS = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def test_the_task_for_windows_is_of_its_schema() -> None:
    folder = r"C:\Users\Ann & Co"
    words = (r"C:\Program Files\Kit\pythonw.exe", "-m", "report_helpers")
    made = Setup(words, rf"{folder}\marsale.toml", folder, "1.2", "kit")
    content = files("windows", made)["marsale-tick.xml"]
    assert content.startswith((b"\xff\xfe", b"\xfe\xff"))
    task = ET.fromstring(content)
    assert task.tag == f"{WINDOWS}Task"
    names = ["RegistrationInfo", "Triggers", "Settings", "Actions"]
    assert [e.tag.removeprefix(WINDOWS) for e in task] == names
    trigger = task.find(f"{WINDOWS}Triggers/{WINDOWS}TimeTrigger")
    assert trigger is not None
    assert [e.tag.removeprefix(WINDOWS) for e in trigger] == ["StartBoundary", "Repetition"]
    assert trigger.findtext(f".//{WINDOWS}Interval") == "PT10M"
    action = task.find(f"{WINDOWS}Actions/{WINDOWS}Exec")
    assert action is not None
    assert [e.text for e in action] == [
        words[0],
        rf'-m report_helpers tick --settings "{folder}\marsale.toml"',
        folder,
    ]


def command_of(dag: str) -> str:
    [value] = [
        ast.literal_eval(node.value)
        for node in ast.parse(dag).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "COMMAND"  # type: ignore[attr-defined]
    ]
    return jinja2.Template(value).render()


@needs_shell
def test_the_command_of_airflow_runs_in_an_odd_folder(company: Setup) -> None:
    command = command_of(text("airflow", "marsale_tick.py", company))
    assert heard(command) == [["tick", "--settings", company.settings], company.folder, None]


PARSE = """
import sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
assert not bag.import_errors, bag.import_errors
[task] = bag.dags["marsale_tick"].tasks
assert bag.dags["marsale_tick"].max_active_runs == 1
print("parsed", type(task).__name__)
"""


@pytest.mark.skipif("MARSALE_TEST_AIRFLOW" not in os.environ, reason="needs Airflow")
def test_airflow_takes_the_dag(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "marsale_tick.py").write_bytes(
        files("airflow", setup())["marsale_tick.py"]
    )
    words = [os.environ["MARSALE_TEST_AIRFLOW"], "-c", PARSE, str(tmp_path / "dags")]
    environ = os.environ | {"AIRFLOW_HOME": str(tmp_path)}
    done = subprocess.run(words, capture_output=True, text=True, env=environ)
    assert "parsed BashOperator" in done.stdout, done.stderr


def check(schema: str, kind: str, name: str, folder: Path) -> None:
    file = folder / name
    file.write_bytes(files(kind, setup())[name])
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_workflow_is_of_its_schema_and_refuses_an_empty_store(tmp_path: Path) -> None:
    check("vendor.github-workflows", "github", "marsale.yml", tmp_path)
    workflow = yaml.safe_load(text("github", "marsale.yml"))
    steps_ = workflow["jobs"]["tick"]["steps"]
    assert steps_[2]["run"] == "pip install 'marsale-report-kit[postgres]==1.2'"
    guard, call = steps_[3]["run"].splitlines()
    assert "MARSALE_STORE:?" in guard
    assert call == "marsale tick --settings marsale.toml"
    assert steps_[3]["env"]["MARSALE_STORE"] == "${{ secrets.MARSALE_STORE }}"
    assert "/srv" not in text("github", "marsale.yml")


def test_the_compose_file_is_of_its_schema_and_mounts_the_folder(tmp_path: Path) -> None:
    check("vendor.compose-spec", "container", "compose.yaml", tmp_path)
    service = yaml.safe_load(text("container", "compose.yaml"))["services"]["tick"]
    assert service["volumes"][0]["source"].replace("$$", "$") == setup().folder
    assert service["env_file"][0]["path"].replace("$$", "$") == f"{setup().folder}/marsale.env"
    assert service["read_only"] is True


def test_the_image_runs_as_nobody_of_importance_and_watches_itself() -> None:
    dockerfile = text("container", "Dockerfile")
    lines = [x for x in dockerfile.replace("\\\n", " ").splitlines() if x and x[0] != "#"]
    words = dict(line.split(None, 1) for line in lines)
    order = [line.split()[0] for line in lines]
    assert words["USER"] == "10001"
    assert order.index("RUN") < order.index("USER") < order.index("ENTRYPOINT")
    assert "RUN" not in order[order.index("USER") :]
    settings = "/company/marsale.toml"
    assert json.loads(words["CMD"]) == ["tick", "--every", "10m", "--settings", settings]
    watched = json.loads(words["HEALTHCHECK"].split("CMD")[1])
    assert watched == ["marsale", "watch", "--settings", settings]


def test_the_image_has_the_versions_the_kit_is_tested_with(root: Path) -> None:
    pinned = (root / "requirements.txt").read_text(encoding="utf-8")
    assert text("container", "requirements.txt").startswith(pinned)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_files_and_steps_that_name_them(kind: str) -> None:
    made, folder = files(kind, setup()), Path("/a b")
    assert made
    said = "\n".join(steps(kind, folder, setup()))
    assert all(name in said for name in made) or (kind == "container" and str(folder) in said)
    assert "'/a b" in said or '"/a b' in said.replace("\\", "/")


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[2J", "a\u202eb"])
def test_a_path_no_scheduler_can_take_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="no scheduler can take"):
        setup(f"/srv/{name}")


def test_a_crontab_keeps_all_that_is_not_ours() -> None:
    one, two = text("cron", "marsale.cron"), text("cron", "marsale.cron", setup("/other"))
    before = "MAILTO=ann\n5 4 * * * true\n"
    both = merged(merged(before, one), two)
    assert both == before + one + two
    assert merged(both, one) == before + two + one
    assert merged("", one) == one
