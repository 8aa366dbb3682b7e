"""`dataset_info.json`, by which LLaMA-Factory finds a dataset and its columns.

Source: https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md. Use: `dataset_dir` is the output's folder,
`dataset` the name of an entry. A folder entry reads all its files, so splits are told apart by an entry a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from synthdsl.export.report import OutputReport
from synthdsl.export.suffix import stem_of

FORMATS = ("alpaca", "sharegpt")

_ALPACA = {"prompt": "instruction", "query": "input", "response": "output", "system": "system", "history": "history"}


def dataset_info_text(report: OutputReport) -> str:
    """The entries for one folder output of a format of `FORMATS`, as indented JSON."""
    name = stem_of(report.spec.path)
    splits = report.splits()
    description = _description(report)
    if len(splits) == 1:
        entries = {name: {"file_name": "data", **description}}
    else:
        entries = {}
        for split, files in splits.items():
            for at, file in enumerate(files):
                entry = f"{name}_{split}" if len(files) == 1 else f"{name}_{split}_{at:05d}"
                entries[entry] = {"file_name": file.path, **description}
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def _description(report: OutputReport) -> Mapping[str, Any]:
    if report.spec.format == "sharegpt":
        return {"formatting": "sharegpt", "columns": {"messages": "conversations"}}
    there = {f.name for f in report.spec.record.fields}
    return {"formatting": "alpaca", "columns": {role: column for role, column in _ALPACA.items() if column in there}}
