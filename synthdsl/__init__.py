"""synthdsl: a small declarative language for synthetic datasets, and its compiler.

import synthdsl

result = synthdsl.load("tickets.synth").run(params={"rows": 100})
result.to_pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synthdsl.api import CompileError, Result, SpecFile, load

__all__ = ["CompileError", "Result", "SpecFile", "load"]


def __getattr__(name: str) -> Any:
    # The compiler is loaded when it is first asked for, so that importing the package costs nothing.
    if name in __all__:
        from synthdsl import api

        return getattr(api, name)
    raise AttributeError(f"module 'synthdsl' has no attribute {name!r}")
