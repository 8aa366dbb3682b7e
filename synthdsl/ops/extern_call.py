"""A function of the person's own Python, declared by `extern`: `package.module:function`.

It is imported at its first call in a run. What it gives has to be a value of the declared type; what it raises is said
with the row, as for any function that has no value for its arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from synthdsl.dataset.validate import fits
from synthdsl.ops.contract import Operator, Undefined
from synthdsl.types.terms import FloatType, Type

NAME = "extern_"
"""What the operator goes by; no spec can write it."""


def _scalar(target: str, type_: Type, *arguments: Any) -> Any:
    function = loaded(target)
    try:
        value = function(*arguments)
    except Exception as error:
        raise Undefined(f"'{target}' raised {type(error).__name__}: {str(error)[:300]}") from None
    if isinstance(type_, FloatType) and type(value) is int:
        value = float(value)
    reason = fits(value, type_)
    if reason:
        raise Undefined(f"'{target}' gave what is none of its type: {reason}.")
    return value


@cache
def loaded(target: str) -> Callable[..., Any]:
    """The function. Raises `Undefined` where there is none."""
    from importlib import import_module

    module, _, name = target.partition(":")
    try:
        found = import_module(module)
    except Exception as error:
        why = f"{type(error).__name__}: {str(error)[:300]}"
        message = f"'{module}' cannot be imported, neither from the project folder nor from what is installed: {why}"
        raise Undefined(message) from None
    for part in name.split("."):
        if not hasattr(found, part):
            raise Undefined(f"The module '{module}' has no '{name}'.")
        found = getattr(found, part)
    if not callable(found):
        raise Undefined(f"'{target}' is no function.")
    return found


OPERATOR = Operator(
    name=NAME,
    family="text",
    kind="function",
    signatures=("extern_(const target: text, result: any, *arguments: any) -> any",),
    doc="A function of the person's own, declared by `extern`.",
    scalar=_scalar,
    effects=True,
)
