"""`compression`: how much smaller a column becomes when it is compressed."""

from __future__ import annotations

from synthdsl.dataset.vector import Vector
from synthdsl.ops.aggregates.kept_texts import KeptTexts
from synthdsl.ops.contract import Fold, Operator, Undefined

TEXTS, CHARACTERS = 1_000_000, 16_000_000
COPIES = 1_000


class Compression:
    """Some texts of the column, of which doubles are counted."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        self.kept = KeptTexts(TEXTS, CHARACTERS)

    def update(self, n: int, *vectors: Vector) -> None:
        self.kept.add(n, vectors[0])

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Compression)
        self.kept.join(other.kept)

    def result(self) -> float:
        from synthdsl.base.zstd import CompressionParameter, ZstdCompressor

        raw = compressed = 0
        settings: dict[int, int] = {
            CompressionParameter.compression_level: 3,
            CompressionParameter.window_log: 27,
            CompressionParameter.enable_long_distance_matching: 1,
        }
        press = ZstdCompressor(options=settings)
        for text, count in self.kept.kept():
            line = text.encode("utf-8", "surrogatepass") + b"\n"
            for _ in range(min(count, COPIES)):
                raw += len(line)
                compressed += len(press.compress(line))
        compressed += len(press.flush())
        if not raw:
            raise Undefined("The compression of no rows is undefined.")
        return raw / compressed


OPERATOR = Operator(
    name="compression",
    family="dataset",
    kind="aggregate",
    signatures=("compression(column: text) -> float",),
    doc=(
        "The size of the texts of a column over their size when compressed with zstd: a high ratio means that "
        "texts repeat one another. It rises with the amount of text: only columns of like size can be compared.\n\n"
        "Texts are taken in the order of their hashes, up to 16 million characters of different ones, each at "
        "most 1,000 times. The last digits depend on the version of zstd."
    ),
    examples=(("compression(word)", None),),
    source="RFC 8878",
    fold=Compression,
)
