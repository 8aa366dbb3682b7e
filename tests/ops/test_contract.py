"""One contract for the whole operator catalogue: what every entry of the table promises, whatever its family."""

from __future__ import annotations

import datetime
import math
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.vector import Coded, Constant, Vector, take, to_list
from synthdsl.model.constants import constant
from synthdsl.model.expr import Apply, Expr
from synthdsl.model.walk import walk
from synthdsl.ops.contract import Argument, Between, CallSite, Finite, Operator, Undefined
from synthdsl.ops.signature import REQUIRED, Parameter, Shape, Signature, read_signature
from synthdsl.ops.table import AGGREGATES, TABLE, aggregate, operator
from synthdsl.pipeline import RunSettings, compile_spec, run
from synthdsl.plan.steps import DrawTogether, Make

N = 300
ROWS = 40

EVERY = [(name, operator) for name in TABLE] + [(name, aggregate) for name in AGGREGATES]
FUNCTIONS = [n for n in TABLE if operator(n).kind == "function"]
SAMPLERS = [n for n in TABLE if operator(n).kind == "sampler" and operator(n).runnable]

PREAMBLE = """synth 1

dataset base of 6 {
  var label = choice(["a", "b"])
  var weight = uniform(1, 2)
}
"""
"""For examples over a whole dataset; `base` is also what `D` stands for."""


# --- what an entry says -------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "load"), EVERY, ids=lambda p: p if isinstance(p, str) else "")
def test_an_entry_is_whole(name: str, load: Callable[[str], Operator]) -> None:
    found = load(name)
    assert found.name == name
    assert found.doc.strip().endswith(".")
    assert "you" not in re.findall(r"[a-z]+", found.doc.lower())
    assert found.examples
    assert found.signatures
    for text in found.signatures:
        signature = read_signature(text)
        assert signature.name == name
        assert len({p.name for p in signature.parameters}) == len(signature.parameters)
    if found.kind == "sampler":
        assert found.kernel is not None or not found.runnable
        assert found.scalar is None
    if found.kind == "function" and found.runnable:
        assert found.kernel is not None if found.needs_row else found.scalar is not None


def test_checking_a_spec_loads_nothing_heavy() -> None:
    heavy = ("numpy", "faker", "duckdb", "orjson", "synthdsl.base.zstd", "rich", "networkx", "pyarrow", "jinja2")
    code = (
        "import sys\n"
        "from synthdsl.ops.table import AGGREGATES, TABLE, aggregate, operator\n"
        "[operator(n) for n in TABLE], [aggregate(n) for n in AGGREGATES]\n"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


# --- examples ------------------------------------------------------------------------------------


@cache
def compiled(name: str, folder: Path) -> tuple[Any, list[tuple[str, Any]]]:
    """A spec with a column for each example of an operator, compiled."""
    examples = list(operator(name).examples)
    columns = [f"  var e{i} = {text}" for i, (text, _) in enumerate(examples)]
    path = folder / f"{name}.synth"
    path.write_text("\n".join([PREAMBLE, f"dataset d of {ROWS} {{", *columns, "}", ""]))
    return compile_spec(path), examples


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


@pytest.mark.parametrize("name", [n for n in TABLE if operator(n).runnable])
def test_the_examples_compile_and_give_what_they_say(name: str, folder: Path) -> None:
    spec, examples = compiled(name, folder)
    assert [d.message for d in spec.diagnostics if d.is_error] == []
    table = run(spec, RunSettings(collect=("d",), write=False)).outcome.tables["d"]
    for i, (text, expected) in enumerate(examples):
        values = table.column(f"e{i}")
        assert len(values) == ROWS
        if expected is not None:
            assert all(v == expected and isinstance(v, bool) == isinstance(expected, bool) for v in values), text


# --- functions: the kernel is the scalar, row by row ----------------------------------------------


WORDS = ["", "a", "router", "Tv box", "ünï", "12", " 7 ", "a,b", "The quick brown fox.", "x" * 30]


def random_value(shape: Shape, chance: random.Random, kind: str) -> Any:
    """A value of a shape; `kind` settles what `number`, `S` and `T` stand for in this call."""
    match shape.name:
        case "number" | "N":
            return _number(chance, "int" if kind == "int" else "float")
        case "int":
            return chance.choice([0, 1, 2, 3, -1, chance.randint(-40, 40)])
        case "float":
            return _number(chance, "float")
        case "bool":
            return chance.random() < 0.5
        case "text" | "str":
            return chance.choice(WORDS)
        case "date":
            return datetime.date(1950, 1, 1) + datetime.timedelta(days=chance.randint(0, 40_000))
        case "timestamp":
            return datetime.datetime(1950, 1, 1) + datetime.timedelta(seconds=chance.randint(0, 10**9), microseconds=7)
        case "duration":
            return datetime.timedelta(days=chance.randint(-50, 50), seconds=chance.choice([0, 0, 5]))
        case "scalar" | "S" | "T" | "U" | "V" | "any":
            inner = {"int": "int", "float": "float", "text": "text", "date": "date"}[kind]
            return random_value(Shape(inner), chance, kind)
        case "list":
            item = shape.item or Shape("int")
            return [random_value(item, chance, kind) for _ in range(chance.randint(0, 5))]
        case _:
            raise LookupError(shape.name)


def _number(chance: random.Random, kind: str) -> float:
    if kind == "int":
        return chance.choice([0, 1, -1, 2, 7, chance.randint(-1000, 1000), chance.randint(-(2**40), 2**40)])
    return chance.choice([0.0, 0.5, 1.0, -2.5, chance.uniform(-20, 20), chance.uniform(0, 1e6)])


def literals(name: str) -> dict[str, list[Any]]:
    """Values for constant parameters, as the documented examples write them."""
    found: dict[str, list[Any]] = {}
    for text, _ in operator(name).examples:
        for literal in re.findall(r'"((?:[^"\\]|\\.)*)"', text):
            found.setdefault("text", []).append(literal)
    return found


KNOWN_CONSTANTS = {
    ("format_date", "format"): ["%d %B %Y", "%A %-d/%m/%y week %V", "%j%%"],
    ("parse_date", "format"): ["%Y-%m-%d"],
    ("parse_timestamp", "format"): [None],
    ("quantile_choice", "options"): [{"low": 1, "high": 3}],
}


def arguments(name: str, signature: Signature, kind: str, chance: random.Random) -> list[list[Any]] | None:
    """Columns of N arguments; those of constant parameters have one value. None where a shape has no sample."""
    columns: list[list[Any]] = []
    for parameter in signature.parameters:
        many = 2 if parameter.many else 1
        for _ in range(many):
            column = _column(name, parameter, kind, chance)
            if column is None:
                return None
            columns.append(column)
    return columns


def _column(name: str, parameter: Parameter, kind: str, chance: random.Random) -> list[Any] | None:
    if (name, parameter.name) in KNOWN_CONSTANTS:
        return [chance.choice(KNOWN_CONSTANTS[name, parameter.name])] * N
    if parameter.const or parameter.shape.name in ("regex", "range", "map"):
        if parameter.default is not REQUIRED:
            return [parameter.default] * N
        known = literals(name).get("text")
        return [known[-1]] * N if known and parameter.shape.name in ("text", "str", "regex") else None
    if parameter.default is not REQUIRED and chance.random() < 0.4:
        return [parameter.default] * N
    try:
        if chance.random() < 0.3:
            return [random_value(parameter.shape, chance, kind)] * N
        return [random_value(parameter.shape, chance, kind) for _ in range(N)]
    except LookupError:
        return None


def representations(column: list[Any]) -> Iterator[Vector]:
    """The ways a column of values can be handed to a kernel."""
    yield list(column)
    if all(v == column[0] and type(v) is type(column[0]) for v in column):
        yield Constant(column[0])
    types = set(map(type, column))
    if types == {int} or types == {float} or types == {bool}:
        yield np.array(column)
    elif types == {datetime.date}:
        yield np.array(column, dtype="datetime64[D]")
    elif types == {datetime.datetime}:
        yield np.array(column, dtype="datetime64[us]")
    elif types == {datetime.timedelta}:
        yield np.array(column, dtype="timedelta64[us]")
    values: list[Any] = []
    codes = []
    for v in column:
        at = next((i for i, w in enumerate(values) if w == v and type(w) is type(v)), None)
        if at is None:
            at = len(values)
            values.append(v)
        codes.append(at)
    yield Coded(np.array(codes, dtype=np.int64), values)


def outcomes(scalar: Callable[..., Any], columns: list[list[Any]]) -> list[Any]:
    """The value for each row, `Undefined` (the class) where there is none."""
    out: list[Any] = []
    for row in zip(*columns, strict=True):
        try:
            out.append(scalar(*row))
        except Undefined:
            out.append(Undefined)
    return out


def same(found: Any, expected: Any) -> bool:
    """Equal in value and kind; an int may come as the float of a column of floats."""
    if isinstance(expected, float) and isinstance(found, float):
        return found == expected or (math.isnan(found) and math.isnan(expected))
    if isinstance(expected, list) and isinstance(found, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return found == expected and isinstance(found, bool) == isinstance(expected, bool)


WITH_BOTH = [
    n
    for n in FUNCTIONS
    if (o := operator(n)).kernel is not None and o.scalar is not None and o.runnable and not o.needs_row
]


@pytest.mark.parametrize("name", WITH_BOTH)
def test_the_kernel_gives_what_the_scalar_gives(name: str) -> None:
    found = operator(name)
    assert found.scalar is not None
    assert found.kernel is not None
    chance = random.Random(name)
    tried = 0
    for text in found.signatures:
        signature = read_signature(text)
        generic = re.search(r"\b(any|scalar|number|S|T|U|V|N)\b", text)
        for kind in ("int", "float", "text", "date") if generic else ("int",):
            columns = arguments(name, signature, kind, chance)
            if columns is None or not columns:
                continue
            last = signature.parameters[-1]
            names = tuple("ab") if last.many and last.named else ()
            tried += _compare(_with_names(found, names), columns, chance)
    assert tried, "no sample values for its parameters"


def _with_names(found: Operator, names: tuple[str, ...]) -> Operator:
    """The operator with its last arguments given by these names."""
    if not names:
        return found
    scalar, kernel = found.scalar, found.kernel
    assert scalar is not None
    assert kernel is not None

    def named_scalar(*row: Any) -> Any:
        return scalar(*row[: -len(names)], **dict(zip(names, row[-len(names) :], strict=True)))

    def named_kernel(n: int, *vectors: Vector) -> Vector:
        return kernel(n, *vectors[: -len(names)], **dict(zip(names, vectors[-len(names) :], strict=True)))

    return replace(found, scalar=named_scalar, kernel=named_kernel)


def _compare(found: Operator, columns: list[list[Any]], chance: random.Random) -> int:
    assert found.scalar is not None
    expected = outcomes(found.scalar, columns)
    good = [i for i, v in enumerate(expected) if v is not Undefined]
    kept = [[c[i] for i in good] for c in columns]
    wanted = [expected[i] for i in good]
    if good:
        choices = [list(representations(c)) for c in kept]
        for turn in range(max(map(len, choices))):
            vectors = [c[min(turn, len(c) - 1)] for c in choices]
            check_rows(found, vectors, wanted)
            vectors = [chance.choice(c) for c in choices]
            check_rows(found, vectors, wanted)
    if len(good) < len(expected):
        assert found.kernel is not None
        vectors = [next(v for v in reversed(list(representations(c))) if not isinstance(v, Constant)) for c in columns]
        with pytest.raises(Undefined):
            found.kernel(N, *vectors)
    return len(good)


def check_rows(found: Operator, vectors: list[Vector], wanted: list[Any]) -> None:
    assert found.kernel is not None
    n = len(wanted)
    if all(isinstance(v, Constant) for v in vectors):
        return
    whole = to_list(found.kernel(n, *vectors), n)
    bad = [(i, whole[i], wanted[i]) for i in range(n) if not same(whole[i], wanted[i])]
    assert not bad, bad[:3]
    part = np.arange(n // 3, n)
    tail = to_list(found.kernel(len(part), *[take(v, part) for v in vectors]), len(part))
    assert all(map(same, tail, wanted[n // 3 :]))


# --- samplers -------------------------------------------------------------------------------------


def calls(name: str, folder: Path) -> list[Apply]:
    """The draws of this sampler in its compiled examples, those whose arguments are all constant."""
    spec, _ = compiled(name, folder)
    assert spec.plan is not None
    out = []
    for task in spec.plan.dataset("d").tasks:
        for made in task.columns if isinstance(task, DrawTogether) else (task,):
            if isinstance(made, Make):
                out.extend(e for e in walk(made.expr) if isinstance(e, Apply) and e.operator == name)
    return [c for c in out if all(constant(a) is not None for a in c.arguments)]


def drawn(call: Apply, start: int, stop: int, vectors: list[Vector] | None = None) -> list[Any]:
    """The values of a call for some rows, at a place of its own."""
    found = operator(call.operator)
    assert found.kernel is not None
    given: list[Vector] = vectors if vectors is not None else [_known(a) for a in call.arguments]
    plain = len(given) - len(call.named)
    row = [np.arange(start, stop)] if found.needs_row else []
    draw = Draw(stream(11, "d", call.operator), number_keys(start, stop))
    named = dict(zip(call.named, given[plain:], strict=True))
    return to_list(found.kernel(draw, *row, *given[:plain], **named), stop - start)


def _known(argument: Expr) -> Constant:
    found = constant(argument)
    assert found is not None
    return found


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_draw_does_not_depend_on_the_batch(name: str, folder: Path) -> None:
    for call in calls(name, folder):
        whole = drawn(call, 0, N)
        cuts = [0, 1, 2, 130, N]
        assert [v for a, b in pairwise(cuts) for v in drawn(call, a, b)] == whole
        assert drawn(call, 0, 0) == []


@pytest.mark.parametrize("name", SAMPLERS)
def test_parameters_by_row_give_what_constant_ones_give(name: str, folder: Path) -> None:
    for call in calls(name, folder):
        varying: list[Vector] = []
        for argument, parameter in zip(call.arguments, _parameters(call), strict=False):
            value = _known(argument).value
            varies = not parameter.const and isinstance(value, bool | int | float | str | list)
            varies = varies and parameter.shape.name not in ("map", "regex", "range", "dataset")
            varying.append([value] * N if varies else Constant(value))
        if len(varying) == len(call.arguments) and any(isinstance(v, list) for v in varying):
            assert drawn(call, 0, N, varying) == drawn(call, 0, N)


def _parameters(call: Apply) -> list[Parameter]:
    for text in operator(call.operator).signatures:
        signature = read_signature(text)
        if len(signature.parameters) == len(call.arguments) and not any(p.many for p in signature.parameters):
            return list(signature.parameters)
    return []


@pytest.mark.parametrize("name", SAMPLERS)
def test_draws_lie_in_the_domain_with_its_frequencies(name: str, folder: Path) -> None:
    found = operator(name)
    if found.domain is None:
        return
    for call in calls(name, folder):
        parameters = _parameters(call)
        if not parameters:
            continue
        site = CallSite(
            {p.name: Argument(a.type, constant(a), True) for p, a in zip(parameters, call.arguments, strict=True)}
        )
        domain = found.domain(site)
        match domain:
            case Between(low, high):
                assert all(low <= v <= high for v in drawn(call, 0, 2000))
            case Finite(members):
                _check_frequencies(members, drawn(call, 0, 20_000))


def _check_frequencies(members: tuple[tuple[Any, float], ...], values: list[Any]) -> None:
    assert math.isclose(math.fsum(p for _, p in members), 1.0, rel_tol=1e-9)
    assert all(p > 0 for _, p in members)
    counts = Counter(map(repr, values))
    assert set(counts) <= {repr(v) for v, _ in members}
    common = [(counts[repr(v)], p * len(values)) for v, p in members if p * len(values) >= 10]
    if len(common) > 1:
        statistic = sum((seen - wanted) ** 2 / wanted for seen, wanted in common)
        # Mean k and variance 2k: five standard deviations above.
        assert statistic < len(common) + 5 * math.sqrt(2 * len(common))
