"""hub: what the `datasets` library gives, without a network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from pathlib import Path
from synthdsl.sources.contract import SourceCall, SourceError
from synthdsl.sources.load import load
from synthdsl.types.terms import INT, STR, Field, ListType, RecordType

row = RecordType((Field("id", INT), Field("tags", ListType(STR))))
spill = Path(sys.argv[1])
table = load(SourceCall("hub", (("name", "owner/pets"), ("key", "id"))), row, Path("."), spill / "a")
print(table.column("id"), table.column("tags"), len(set(table.keys().tolist())))
try:
    load(SourceCall("hub", (("name", "owner/none"),)), row, Path("."), spill / "b")
except SourceError as error:
    print(error.diagnostic.code, error.diagnostic.message)
"""


@pytest.mark.slow
def test_a_dataset_in_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "owner" / "pets"
    folder.mkdir(parents=True)
    (folder / "train.jsonl").write_text('{"id": 1, "tags": ["cat"], "more": 0}\n{"id": 2, "tags": [], "more": 0}\n')
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "spill")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    lines = done.stdout.splitlines()
    assert lines[0] == "[1, 2] [['cat'], []] 2", done.stderr
    assert lines[1].startswith("E0602 owner/none (train) cannot be read: ")
