"""What is asked of a model that its provider cannot do: found in the whole spec, before anything runs.

In: the `Spec`, whose models are known. A model that comes by a recipe's parameter is the one that is given there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.llm.table import PROVIDERS
from synthdsl.model.expr import Expr, LocalRef, ModelName, Value
from synthdsl.model.spec import Dataset, Spec
from synthdsl.model.walk import walk
from synthdsl.model.work import Call, Invoke, Iterate, Work

_WORDS = {
    "complete": ("a raw completion", "Write messages instead of `complete`."),
    "logprobs": ("log probabilities", "Leave out `logprobs = true`, or ask a model of another provider."),
    "tools": ("calls of tools", "Leave out `tools`, or ask a model of another provider."),
}


def beyond_models(spec: Spec) -> Iterator[Diagnostic]:
    """The findings, in the order of the spec."""
    lacks = {m.name: (m.provider, PROVIDERS[m.provider].lacks) for m in spec.models if m.provider in PROVIDERS}
    if not any(missing for _, missing in lacks.values()):
        return
    for dataset in spec.datasets:
        for column in dataset.columns if isinstance(dataset, Dataset) else ():
            if column.work is None:
                continue
            for call, names in _calls(column.work, {}):
                for name in sorted(names):
                    provider, missing = lacks.get(name, ("", frozenset()))
                    for what in sorted(missing & _asked(call)):
                        words, way_out = _WORDS[what]
                        message = (
                            f"The column '{column.name}' asks the model '{name}' for {words}; '{provider}' has none."
                        )
                        yield Diagnostic("E0325", message, call.model.span, (way_out,))


def _asked(call: Call) -> set[str]:
    extras = call.extras
    asked = {"complete"} if call.is_completion else set()
    if extras is not None:
        asked |= ({"logprobs"} if extras.logprobs else set()) | ({"tools"} if extras.tools else set())
    return asked


def _calls(work: Work, bound: Mapping[str, set[str]]) -> Iterator[tuple[Call, set[str]]]:
    """All calls, each with the models that it may ask. bound: the models that a recipe's parameters stand for."""
    match work:
        case Call():
            yield work, _models(work.model, bound)
        case Invoke():
            inner = {**bound, **{local: _models(value, bound) for local, value in work.bindings}}
            for one in work.body:
                if isinstance(one.make, Work):
                    yield from _calls(one.make, inner)
        case Iterate():
            for one in work.body:
                if isinstance(one.make, Work):
                    yield from _calls(one.make, bound)
        case _:
            pass


def _models(expr: Expr, bound: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    for node in walk(expr):
        match node:
            case Value(ModelName(name)):
                found.add(name)
            case LocalRef(local):
                found |= bound.get(local, set())
            case _:
                pass
    return found
