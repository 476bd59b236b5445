from __future__ import annotations

import hashlib
import json

import pytest

from report_helpers.errors import RenderError
from report_helpers.publish import manifest

FACTS = {
    "report": "weekly",
    "period": {"key": "2026-W44", "start": "2026-10-26", "end": "2026-11-02"},
    "as_of": "2026-11-04",
    "figures": [{"metric": "win_rate", "value": 0.28}],
    "inputs": [{"name": "postgres://ann:pa55@crm/db", "sha256": None, "bytes": None}],
}


def test_it_says_from_what_with_what_and_what_came_out(tmp_path):
    page = tmp_path / "weekly.html"
    page.write_bytes(b"<p>page</p>")
    said = manifest.describe(FACTS, {"segment": "SMB"}, [page], seconds={"execute": 1.5})
    assert said["report"] == "weekly"
    assert said["period"] == FACTS["period"]
    assert said["outputs"] == {
        "weekly.html": {"bytes": 11, "sha256": hashlib.sha256(b"<p>page</p>").hexdigest()}
    }
    assert set(manifest.PACKAGES) < set(said["versions"])
    assert said["seconds"] == {"execute": 1.5}
    assert "figures" not in said


def test_it_holds_no_password(tmp_path):
    said = manifest.describe(FACTS, {"data": "postgres://ann:pa55@crm/db"}, [])
    assert "pa55" not in json.dumps(said)
    assert said["parameters"]["data"] == "postgres://ann:***@crm/db"


def test_the_same_data_give_the_same_bytes(tmp_path):
    one = manifest.write(tmp_path / "one.json", {"b": 1, "a": "é"})
    two = manifest.write(tmp_path / "two.json", {"a": "é", "b": 1})
    assert one.read_bytes() == two.read_bytes() == '{\n "a": "é",\n "b": 1\n}\n'.encode()


def test_nan_is_refused(tmp_path):
    with pytest.raises(RenderError, match=r"facts\.json"):
        manifest.write(tmp_path / "facts.json", {"value": float("nan")})
    assert not (tmp_path / "facts.json").exists()
