"""The workflows keep their rights closed: what is not trusted is neither run nor interpolated."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb import artefact, tell

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".github/workflows"
STARTER = ROOT / "kb/starter/dot-github/workflows"
FILES = [*sorted(FOLDER.glob("*.yml")), *sorted(STARTER.glob("*.yml"))]
PINNED = re.compile(r"uses: ([\w.-]+/[\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$")
HARMLESS = {"event", "conclusion", "id", "head_sha"}
"""What of a finished run may be named: words of GitHub's own, a number and a hash."""

Workflow = dict[str, Any]


def read(name: str) -> Workflow:
    """A workflow; every scalar is a text, since YAML would make ``on`` a truth value."""
    found: Workflow = yaml.load((FOLDER / name).read_text("utf-8"), Loader=yaml.BaseLoader)
    return found


@pytest.fixture(params=[path.relative_to(ROOT).as_posix() for path in FILES])
def name(request: pytest.FixtureRequest) -> str:
    """Every workflow in turn."""
    return str(request.param)


@pytest.fixture
def workflow(name: str) -> Workflow:
    return read(f"{ROOT}/{name}")


def steps(workflow: Workflow) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def rights(workflow: Workflow) -> set[tuple[str, str]]:
    return {pair for job in workflow["jobs"].values() for pair in job["permissions"].items()}


def test_there_are_workflows() -> None:
    assert {"check.yml", "preview.yml", "comment.yml"} <= {path.name for path in FILES}


def test_no_right_is_given_to_all_jobs(workflow: Workflow) -> None:
    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


def test_no_job_can_run_for_ever(workflow: Workflow) -> None:
    assert all(int(job["timeout-minutes"]) <= 30 for job in workflow["jobs"].values())


def test_nothing_is_interpolated_into_a_script(workflow: Workflow) -> None:
    scripts = [step["run"] for step in steps(workflow) if "run" in step]
    assert not any("${{" in script for script in scripts)


def test_the_checkout_leaves_no_token(workflow: Workflow) -> None:
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


def test_code_of_a_pull_request_runs_with_rights_to_read_only(workflow: Workflow) -> None:
    assert "pull_request_target" not in workflow["on"]
    if "pull_request" in workflow["on"]:
        assert rights(workflow) == {("contents", "read")}
        assert "secrets." not in str(workflow)
        assert "github.token" not in str(workflow)


def test_what_may_write_runs_nothing_but_the_default_branch(workflow: Workflow) -> None:
    if "workflow_run" not in workflow["on"]:
        return
    for step in steps(workflow):
        uses = step.get("uses", "actions/checkout@")
        assert uses.split("@")[0] in {"actions/checkout", "actions/setup-python"}
        assert not {"ref", "repository"} & step.get("with", {}).keys()
    named = set(re.findall(r"github\.event\.([\w.-]+)", str(workflow)))
    assert named == {f"workflow_run.{word}" for word in HARMLESS}


def test_actions_are_pinned(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    used = [line.strip().removeprefix("- ") for line in text.splitlines() if "uses:" in line]
    assert used
    assert all(PINNED.fullmatch(line) for line in used)


def test_an_action_is_pinned_to_the_same_commit_everywhere() -> None:
    text = "\n".join(path.read_text("utf-8") for path in FILES)
    pins = {(action, commit) for action, commit in re.findall(r"uses: (\S+)@(\S+)", text)}
    assert len(pins) == len({action for action, _ in pins})


class TestComment:
    def test_it_waits_for_the_preview(self) -> None:
        assert read("comment.yml")["on"]["workflow_run"]["workflows"] == [
            read("preview.yml")["name"]
        ]

    def test_file_and_limit_are_those_of_kb(self) -> None:
        paths = [step.get("with", {}).get("path", "") for step in steps(read("preview.yml"))]
        assert [Path(path).name for path in paths if path.endswith(".json")] == [artefact.NAME]
        script = (FOLDER / "comment.yml").read_text("utf-8")
        assert f"head --bytes {artefact.MOST + 1} " in script
        assert f'startswith("{tell.MARK}")' in script


GH = """#!/bin/sh
echo "$*" >> "$LOG"
case "$*" in
  *artifacts?name=changes*) echo 77 ;;
  *artifacts/77/zip*) cat "$ZIP" ;;
  *pulls?state=open*) printf "$PULLS" ;;
  *comments?per_page*) printf "$COMMENTS" ;;
esac
"""


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
class TestGlue:
    """The scripts of the workflow that comments, run with a stand-in for GitHub's command."""

    @pytest.fixture
    def posted(self, tmp_path: Path) -> Any:
        def run(pulls: str, comments: str) -> list[str]:
            fake = tmp_path / "bin/gh"
            fake.parent.mkdir()
            fake.write_text(GH, "utf-8")
            fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
            (tmp_path / "zip").write_bytes(b"x" * (artefact.MOST + 10))
            (tmp_path / "comment.md").write_text("A comment", "utf-8")
            environment = {
                **os.environ,
                "PATH": f"{fake.parent}{os.pathsep}{os.environ['PATH']}",
                "LOG": str(tmp_path / "log"),
                "ZIP": str(tmp_path / "zip"),
                "RUNNER_TEMP": str(tmp_path),
                "GITHUB_REPOSITORY": "o/r",
                "RUN": "5",
                "PULLS": pulls,
                "COMMENTS": comments,
            }
            scripts = [s["run"] for s in steps(read("comment.yml")) if "gh api" in s.get("run", "")]
            assert len(scripts) == 2
            for script in scripts:
                line = ["bash", "--noprofile", "--norc", "-e", "-c", script]
                subprocess.run(line, check=True, env=environment, cwd=tmp_path)
            assert (tmp_path / "changes.zip").stat().st_size == artefact.MOST + 1
            calls = (tmp_path / "log").read_text("utf-8").splitlines()
            return [call for call in calls if "--method" in call]

        return run

    def test_the_first_comment_is_posted(self, posted: Any, tmp_path: Path) -> None:
        assert posted("12\\n", "") == [
            "api --silent --method POST repos/o/r/issues/12/comments"
            f" --field body=@{tmp_path}/comment.md"
        ]

    def test_a_later_one_takes_its_place(self, posted: Any, tmp_path: Path) -> None:
        assert posted("12\\n", "900\\n901\\n") == [
            "api --silent --method PATCH repos/o/r/issues/comments/900"
            f" --field body=@{tmp_path}/comment.md"
        ]

    def test_without_an_open_pull_request_nothing_is_posted(self, posted: Any) -> None:
        assert posted("", "") == []


def test_a_new_knowledge_base_gets_the_workflows_of_this_one() -> None:
    """What the two share is the same, so that a pin that is raised here is raised there."""
    assert (STARTER / "pages.yml").read_bytes() == (FOLDER / "pages.yml").read_bytes()
    ours, theirs = read("check.yml"), read(f"{STARTER}/check.yml")
    for name in ("name", "on", "permissions", "concurrency"):
        assert theirs[name] == ours[name]
    used, known = (
        {step["uses"] for step in steps(one) if "uses" in step} for one in (theirs, ours)
    )
    assert used == known
