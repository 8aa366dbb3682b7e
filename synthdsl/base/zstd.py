"""Zstandard: the module of the standard library, which Pythons before 3.14 have as `backports.zstd`.

Imported where a frame is read or written, not at the head of a file: a check reads none.
"""

import sys

if sys.version_info >= (3, 14):
    from compression.zstd import CompressionParameter, ZstdCompressor, ZstdDecompressor
else:
    from backports.zstd import CompressionParameter, ZstdCompressor, ZstdDecompressor

__all__ = ["CompressionParameter", "ZstdCompressor", "ZstdDecompressor"]
