"""Providers that are one draw and one pure function: identifiers and hashes, without a step through Faker.

They are known by the code of Faker's own methods, as the ways to draw are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from synthdsl.ops.identity.uuid import OPERATOR as UUID
from synthdsl.ops.people.still import still_generator

if TYPE_CHECKING:
    from synthdsl.dataset.address import Draw
    from synthdsl.dataset.vector import Vector

Kernel = Callable[["Draw"], "Vector"]


@cache
def direct_kernel(locale: str, provider: str) -> Kernel | None:
    """What makes the column of a provider called without arguments; None for all but a few."""
    function = getattr(getattr(still_generator(locale), provider, None), "__func__", None)
    return _kernels().get(getattr(function, "__code__", None))


@cache
def _kernels() -> dict[Any, Kernel]:
    from faker.providers.misc import Provider as Misc

    assert UUID.kernel is not None
    return {
        Misc.uuid4.__code__: UUID.kernel,
        Misc.md5.__code__: _hashes("md5"),
        Misc.sha1.__code__: _hashes("sha1"),
        Misc.sha256.__code__: _hashes("sha256"),
    }


def _hashes(name: str) -> Kernel:
    """Hashes of the digits of a float, as Faker makes them."""
    function = getattr(hashlib, name)

    def kernel(draw: Draw) -> Vector:
        return [function(repr(u).encode(), usedforsecurity=False).hexdigest() for u in draw.uniform().tolist()]

    return kernel
