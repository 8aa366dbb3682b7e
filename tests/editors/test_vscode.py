"""The files for editors: the TextMate grammar against the compiler's scanner, the extension, its package."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from synthdsl.base.span import Source
from synthdsl.highlight import CLAUSES, DECLARATIONS, STATEMENTS
from synthdsl.lsp.features import PREVIEW
from synthdsl.syntax.parsing import parse_tree
from synthdsl.syntax.place import DECLARATIONS as DECLARING
from synthdsl.syntax.place import STATEMENTS as STATING
from synthdsl.syntax.tables import load
from synthdsl.syntax.tree import tokens
from tests.lsp.test_highlight import ROOT, SPECS

EDITORS = ROOT / "grammar" / "editors"
VSCODE = EDITORS / "vscode"
GRAMMAR = VSCODE / "synth.tmLanguage.json"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")


def test_the_lists_of_words_are_those_of_the_compiler() -> None:
    assert set(DECLARATIONS.split("|")) == {"synth", *DECLARING}
    assert set(STATEMENTS.split("|")) == set(STATING)
    others = {"and", "or", "not", "in", "if", "else", "implies", "match", "true", "false", "null", "synth"}
    assert set(CLAUSES.split("|")) == set(load().keywords) - set(DECLARING) - set(STATING) - others
    patterns = json.dumps(json.loads(GRAMMAR.read_text()))
    assert f"^(?:{DECLARATIONS.removeprefix('synth|')})" in patterns
    assert f"(?:{STATEMENTS})" in patterns and f"(?:{CLAUSES})" in patterns


@needs_node
@pytest.mark.skipif(
    not (VSCODE / "node_modules" / "vscode-textmate").is_dir(),
    reason="vscode-textmate is not installed: npm install --prefix grammar/editors/vscode",
)
def test_the_grammar_agrees_with_the_compiler_on_all_specs() -> None:
    texts = [p.read_text(encoding="utf-8") for p in SPECS]
    asked = json.dumps({"grammar": str(GRAMMAR), "texts": texts})
    script = Path(__file__).parent / "tokens.js"
    done = subprocess.run(
        [str(NODE), script, VSCODE / "node_modules"], input=asked, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    keywords = set(load().keywords.values())
    for spec, text, found in zip(SPECS, texts, json.loads(done.stdout), strict=True):
        scopes = [""] * (len(text) + 1)
        for start, end, scope in found:
            scopes[start:end] = [scope] * (end - start)
        tree, _ = parse_tree(Source("x", text))
        for token in tokens(tree.root):
            scope = scopes[token.end - 1]
            place = f"{spec.name}:{text.count(chr(10), 0, token.start) + 1} {text[token.start : token.end]}: {scope}"
            word = (" keyword." in scope and ".synth" in scope) or "constant.language" in scope
            if token.kind in keywords:
                assert word, place
            elif token.kind == "NAME":
                assert not word and "string" not in scope, place
            elif token.kind in ("STRING", "TSTRING"):
                assert "string" in scope, place


def _run_extension(words: list[str]) -> dict[str, Any]:
    script = Path(__file__).parent / "extension_test.js"
    command = [str(NODE), script, VSCODE / "extension.js", json.dumps(words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@needs_node
def test_the_extension_starts_the_projects_own_server() -> None:
    told = _run_extension(["python", "-m", "synthdsl"])
    assert told["server"] == {"command": "python", "args": ["-m", "synthdsl", "lsp"]}
    assert (told["started"], told["stopped"], told["errors"]) == (2, 2, [])
    (terminal,) = told["terminals"]
    assert terminal["shellPath"] == "python"
    assert terminal["shellArgs"] == ["-m", "synthdsl", "preview", "/a b/x.synth", "--dataset", "tickets"]
    assert _run_extension([])["server"] == {"command": "synthc", "args": ["lsp"]}


@needs_node
def test_a_missing_server_is_told_of() -> None:
    (message,) = dict.fromkeys(_run_extension(["missing"])["errors"])
    assert "pip install" in message


def _packager() -> ModuleType:
    spec = importlib.util.spec_from_file_location("package_vscode", EDITORS / "package_vscode.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_package(tmp_path: Path) -> None:
    packager = _packager()
    folder = tmp_path / "vscode"
    shutil.copytree(VSCODE, folder, ignore=shutil.ignore_patterns("node_modules"))
    with pytest.raises(FileNotFoundError, match="npm install"):
        packager.package(tmp_path / "x.vsix", folder)
    library = folder / "node_modules" / "vscode-languageclient"
    library.mkdir(parents=True)
    (library / "package.json").write_text('{"dependencies": {}}')
    (library / "node.js").write_text("module.exports = {};")
    (library / "LICENSE").write_text("MIT")
    packager.package(tmp_path / "x.vsix", folder)
    packager.package(tmp_path / "y.vsix", folder)
    assert (tmp_path / "x.vsix").read_bytes() == (tmp_path / "y.vsix").read_bytes()
    with zipfile.ZipFile(tmp_path / "x.vsix") as made:
        names = made.namelist()
        known = set(re.findall(r'Extension="(\.\w+)"', made.read("[Content_Types].xml").decode()))
        manifest = made.read("extension.vsixmanifest").decode()
    assert 'Id="synth"' in manifest and 'Value="^1.82.0"' in manifest
    assert {"extension/package.json", "extension/extension.js", "extension/synth.tmLanguage.json"} <= set(names)
    assert "extension/node_modules/vscode-languageclient/LICENSE.txt" in names
    assert {Path(n).suffix for n in names} - {".xml"} <= known


def test_what_editors_call_is_what_the_server_offers() -> None:
    described = json.loads((VSCODE / "package.json").read_text())
    assert PREVIEW in {c["command"] for c in described["contributes"]["commands"]}
    assert PREVIEW in (EDITORS / "neovim" / "synth.lua").read_text()
    helix = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text())
    (language,) = helix["language"]
    server = helix["language-server"][language["language-servers"][0]]
    assert (server["command"], server["args"], language["file-types"]) == ("synthc", ["lsp"], ["synth"])
