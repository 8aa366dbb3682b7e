"""What reviewers of a pull request are told: the one comment, the hooks, the action's dry run, on a real repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github/actions/synthdsl"

SPEC = """synth 1

model writer = simulated(temperature=0.5, price={"input": 1, "output": 2})

dataset people of 20 {
  var age = integer(18, 90)
  llm bio: str = writer \"\"\"A life of {{ age }} years.\"\"\"
}

output "out/people.jsonl" from people
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a branch at work that has changed nothing yet."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "user.email", "a@example.org")
    git(folder, "config", "user.name", "A")
    (folder / "people.synth").write_text(SPEC)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    git(folder, "switch", "-qc", "work")
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def environment(**more: str) -> dict[str, str]:
    """With `synthc` in the path, as an installation has it."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **more}


def ran(folder: Path, *command: str, **more: str) -> tuple[int, str, str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment(**more), check=False)
    return done.returncode, done.stdout, done.stderr


def comment(folder: Path, *options: str) -> tuple[int, str]:
    code, out, err = ran(folder, sys.executable, "-m", "synthdsl", "ci", "--against", "main", *options)
    assert err == ""
    return code, out.strip()


def change(folder: Path, old: str, new: str) -> None:
    text = (folder / "people.synth").read_text()
    assert old in text
    (folder / "people.synth").write_text(text.replace(old, new))


def test_nothing_is_said_where_nothing_changed_in_meaning(repository: Path) -> None:
    assert comment(repository) == (0, "")
    change(repository, "  var age", "  # How old.\n  var age")
    assert comment(repository) == (0, "")


@pytest.mark.slow
def test_what_changed_is_said_once_with_its_cost(repository: Path) -> None:
    change(repository, "years.", "good years.")
    code, text = comment(repository, "--budget", "5")
    assert code == 0
    assert text.startswith("<!-- synthdsl -->\n### What this change means: `people.synth`")
    assert text.count("<!--") == 1
    assert "<ins>good</ins>" in text and "20 calls to make" in text and "within the budget of 5.00" in text
    code, text = comment(repository, "--budget", "0.0000001")
    assert code == 1 and "**over** the budget" in text
    assert comment(repository, "--compat", "rows")[0] == 1
    assert comment(repository, "--compat", "training")[0] == 0


def test_mistakes_layout_and_new_specs_are_said(repository: Path) -> None:
    change(repository, "{{ age }}", "{{ aeg }}")
    (repository / "loose.synth").write_text("synth 1\ndataset d of 3{var a=1}\n")
    (repository / "more").mkdir()
    (repository / "more/new.synth").write_text(SPEC.replace("20 {", "7 {"))
    code, text = comment(repository)
    assert code == 1
    assert re.search(r"- `people\.synth:7:\d+` \*\*E0201\*\*", text)
    assert "`synthc fmt` would change `loose.synth`" in text
    assert "### New: `more/new.synth`\n\n**Calls:** 7 model calls to make" in text


def test_a_spec_that_did_not_compile_before(repository: Path) -> None:
    git(repository, "switch", "-q", "main")
    (repository / "bad.synth").write_text(SPEC.replace("{{ age }}", "{{ aeg }}"))
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "bad")
    git(repository, "switch", "-qc", "mend")
    (repository / "bad.synth").write_text(SPEC)
    code, text = comment(repository)
    assert code == 0 and "### Mended: `bad.synth`" in text


@pytest.mark.slow
def test_a_comment_is_never_too_long(repository: Path) -> None:
    for i in range(60):
        (repository / f"s{i}.synth").write_text(
            SPEC.replace("{{ age }}", "".join(f"{{{{ a{j} }}}}" for j in range(30)))
        )
    code, text = comment(repository)
    assert code == 1 and len(text.encode()) <= 60_000 and "more: `synthc" in text


def test_no_such_revision(repository: Path) -> None:
    command = (sys.executable, "-m", "synthdsl", "ci", "--against", "nowhere")
    assert ran(repository, *command)[0] == 2


@pytest.mark.slow
def test_the_action_looks_in_a_dry_run(repository: Path, tmp_path: Path) -> None:
    change(repository, "years.", "good years.")
    change(repository, "20 {", "30 {")
    output, summary = tmp_path / "output", tmp_path / "summary"
    told = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary), "RUNNER_TEMP": str(tmp_path)}
    code, _, err = ran(repository, "bash", str(ACTION / "look.sh"), AGAINST="main", COMPAT="rows", **told)
    assert (code, err) == (0, "")
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    assert outputs["code"] == "1"
    assert "What this change means" in summary.read_text()
    shown = {"DRY": "true", "REPOSITORY": "a/b", "NUMBER": "7"}
    code, out, _ = ran(repository, "bash", str(ACTION / "comment.sh"), outputs["comment"], **shown)
    assert code == 0 and out.startswith("gh api --method POST repos/a/b/issues/7/comments --field body=@")
    code, out, _ = ran(repository, "bash", str(ACTION / "comment.sh"), outputs["comment"], **shown, FOUND="42")
    assert out.startswith("gh api --method PATCH repos/a/b/issues/comments/42")
    Path(outputs["comment"]).write_text("\n")
    code, out, _ = ran(repository, "bash", str(ACTION / "comment.sh"), outputs["comment"], **shown, FOUND="42")
    assert out.startswith("gh api --method DELETE repos/a/b/issues/comments/42")
    assert ran(repository, "bash", str(ACTION / "comment.sh"), outputs["comment"], **shown) == (0, "", "")


def test_mistakes_are_annotations_of_the_action(repository: Path, tmp_path: Path) -> None:
    change(repository, "{{ age }}", "{{ aeg }}")
    code, out, _ = ran(repository, "bash", str(ACTION / "look.sh"), AGAINST="main", RUNNER_TEMP=str(tmp_path))
    assert code == 0 and "::error file=people.synth,line=7" in out and "code=1" in out


def hooks() -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in (ROOT / ".pre-commit-hooks.yaml").read_text().splitlines():
        if line.startswith("- "):
            found.append({})
        key, _, value = line.lstrip("- ").partition(": ")
        found[-1][key] = value
    return found


@pytest.mark.slow
def test_the_hooks_do_what_they_say(repository: Path) -> None:
    by_id = {hook["id"]: hook for hook in hooks()}
    assert set(by_id) == {"synth-fmt", "synth-check", "synth-lint", "synth-lock"}
    for hook in by_id.values():
        assert re.search(hook["files"], "a/people.synth") and hook["language"] == "python"
        code, out, err = ran(repository, *hook["entry"].split(), "people.synth")
        assert code == 0 or hook["id"] in ("synth-lock", "synth-lint"), (out, err)
    change(repository, "  var age", "      var age")
    ran(repository, *by_id["synth-fmt"]["entry"].split(), "people.synth")
    assert (repository / "people.synth").read_text() == SPEC
    change(repository, "{{ age }}", "{{ aeg }}")
    assert ran(repository, *by_id["synth-check"]["entry"].split(), "people.synth")[0] == 1


def test_git_shows_meaning_where_it_is_told_to(repository: Path) -> None:
    (repository / ".gitattributes").write_text("*.synth diff=synth\n")
    git(repository, "config", "diff.synth.textconv", "sh -c 'synthc fmt - < \"$0\"'")
    git(repository, "config", "diff.synth.xfuncname", "^((dataset|recipe|output|source|expect|type|model) .*)$")
    change(repository, "  var age = integer(18, 90)", "  var   age=integer( 18,90 )")
    code, out, err = ran(repository, "git", "diff", "--", "people.synth")
    assert (code, out) == (0, ""), err
    change(repository, "years.", "good years.")
    out = ran(repository, "git", "diff", "-U0", "--", "people.synth")[1]
    assert "@@ dataset people of 20 {" in out and "+  llm bio" in out and "var" not in out
