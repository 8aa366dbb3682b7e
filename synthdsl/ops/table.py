"""All operators of the language: name, and the module under `synthdsl.ops` that holds its `OPERATOR`.

One line an operator. Modules are loaded when a spec uses the name, so a spec pays for what it uses.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from synthdsl.ops.contract import Operator

TABLE: dict[str, str] = {
    # choice
    # numbers
    "clamp": "numbers.clamp",
    "uniform": "numbers.uniform",
    # identity
    # time
    # people
    # text
    # lists and records
    # over a dataset (`expect`, `group`, `evaluate`)
}


@cache
def operator(name: str) -> Operator:
    """The operator of that name. Raises KeyError when there is none."""
    module = import_module(f"synthdsl.ops.{TABLE[name]}")
    found = module.OPERATOR
    assert isinstance(found, Operator)
    return found
