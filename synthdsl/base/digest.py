"""Stable 64-bit mixing and content hashes, the ground of every identity in the project.

`mix64` is the finaliser of SplitMix64 (Steele, Lea, Flood 2014, variant 13 of Stafford's mixers).
The same arithmetic over arrays is in `dataset/address.py`; a test holds the two together.
"""

from __future__ import annotations

import hashlib

MASK = 0xFFFF_FFFF_FFFF_FFFF
GOLDEN = 0x9E37_79B9_7F4A_7C15


def mix64(x: int) -> int:
    """A bijection of 64-bit integers in which every input bit flips each output bit half the time."""
    x &= MASK
    x = ((x ^ (x >> 30)) * 0xBF58_476D_1CE4_E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D0_49BB_1331_11EB) & MASK
    return x ^ (x >> 31)


def hash64(*parts: str | int) -> int:
    """A 64-bit hash of a sequence of strings and integers; no two sequences share an encoding."""
    h = hashlib.blake2b(digest_size=8)
    for part in parts:
        data = part.encode() if isinstance(part, str) else b"i" + str(part).encode()
        h.update(len(data).to_bytes(8, "little"))
        h.update(data)
    return int.from_bytes(h.digest(), "little")


def digest(text: str | bytes) -> str:
    """A content digest, 32 hexadecimal digits of BLAKE2b."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.blake2b(data, digest_size=16).hexdigest()
