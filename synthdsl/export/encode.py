"""A batch of rows of an output as bytes: what workers do. Order, files and disks are `writer.py`'s."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from synthdsl.dataset.vector import take, to_list
from synthdsl.export.encode_csv import CsvEncoder
from synthdsl.export.encode_json import JsonEncoder
from synthdsl.export.problems import Unwritable
from synthdsl.export.spec import SPLIT_COLUMN, Encoded, OutputSpec, Part

if TYPE_CHECKING:
    from synthdsl.dataset.vector import Vector

_SPLIT_NAME = re.compile(r"\w+(\.\w+)*", re.ASCII)


def encode_batch(spec: OutputSpec, columns: Mapping[str, Vector], n: int, splits: Vector | None = None) -> Encoded:
    """n rows of an output as bytes.

    columns: a vector for each of `spec.keys`, by name. splits: the dataset's column `split`, needed where
    `spec.split` is true and the target a folder; ignored elsewhere. The bytes of two batches one after another are
    the bytes of the rows in one batch. Raises Unwritable for a value the encoding cannot hold.
    """
    encoder = JsonEncoder(spec.layout, spec.types)
    if spec.target.encoding == "csv":
        return Encoded((Part("", n, CsvEncoder(spec.layout, spec.types).encode(columns, n)),))
    if not spec.target.folder or not spec.split:
        return Encoded((Part("", n, encoder.encode(columns, n)),))
    if splits is None:
        raise ValueError(f"the rows of {spec.path} are split, but their splits were not given")
    return Encoded(tuple(_parts(encoder, columns, n, splits)))


def _parts(encoder: JsonEncoder, columns: Mapping[str, Vector], n: int, splits: Vector) -> list[Part]:
    import numpy as np

    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(to_list(splits, n)):
        rows_of.setdefault(name, []).append(row)
    parts = []
    for name, chosen in rows_of.items():
        if not isinstance(name, str) or not _SPLIT_NAME.fullmatch(name):
            message = f"A row has the split {name!r}; splits are named by letters, digits and underscores."
            raise Unwritable(message, SPLIT_COLUMN, chosen[0])
        index = np.array(chosen, dtype=np.int64)
        picked = columns if len(chosen) == n else {key: take(v, index) for key, v in columns.items()}
        try:
            parts.append(Part(name, len(chosen), encoder.encode(picked, len(chosen))))
        except Unwritable as error:
            place = None if error.row is None else chosen[error.row]
            raise Unwritable(error.message, error.key, place) from error
    return parts
