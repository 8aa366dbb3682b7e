"""Fits arguments to the signatures of an operator: which parameter gets what, and the type of the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.model.expr import Expr
from synthdsl.ops.signature import REQUIRED, Parameter, Shape, Signature
from synthdsl.types.relations import (
    is_bool,
    is_int,
    is_nullable,
    is_number,
    is_text,
    join,
    optional,
    widen,
    without_null,
)
from synthdsl.types.show import show
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    FLOAT,
    INT,
    JSON,
    MESSAGES,
    MODEL,
    NEVER,
    STR,
    TIMESTAMP,
    UNKNOWN,
    DatasetType,
    DateType,
    DurationType,
    JsonType,
    ListType,
    MapType,
    ModelType,
    NeverType,
    RangeType,
    RecordType,
    TimestampType,
    Type,
    UnionType,
    UnknownType,
)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why arguments do not fit a signature: a code, a sentence and the place."""

    code: str
    message: str
    span: Span | None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Fit:
    """Arguments in the order of the parameters, or the misfits.

    given: parameter name (extra positional ones numbered) -> expression; None where the default stands.
    """

    signature: Signature
    given: dict[str, Expr | None] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    variables: dict[str, Type] = field(default_factory=dict)
    misfits: list[Misfit] = field(default_factory=list)
    type_misfits: int = 0

    @property
    def fits(self) -> bool:
        return not self.misfits


def fit(signature: Signature, positional: Sequence[Expr], named: Mapping[str, Expr], span: Span) -> Fit:
    """Bind and unify; every misfit is noted, none is raised."""
    result = Fit(signature)
    _bind(result, positional, named, span)
    if not result.misfits:
        for name, expr in result.given.items():
            if expr is not None:
                _unify_argument(result, name, result.parameters[name], expr)
    return result


def _bind(result: Fit, positional: Sequence[Expr], named: Mapping[str, Expr], span: Span) -> None:
    parameters = result.signature.parameters
    places = [p for p in parameters if not p.named and not p.many]
    rest = next((p for p in parameters if p.many and not p.named), None)
    free = next((p for p in parameters if p.many and p.named), None)
    by_name = {p.name: p for p in parameters if not p.many}
    for parameter in parameters:
        if not parameter.many:
            result.given[parameter.name] = None
            result.parameters[parameter.name] = parameter
    for i, expr in enumerate(positional):
        if i < len(places):
            result.given[places[i].name] = expr
        elif rest is not None:
            name = f"{rest.name}.{i}"
            result.given[name], result.parameters[name] = expr, rest
        else:
            result.misfits.append(
                Misfit(
                    "E0209",
                    f"'{result.signature.name}' takes {_count(len(places))}, {len(positional)} were given.",
                    expr.span,
                    (f"Its signature is `{result.signature.text}`.",),
                )
            )
            return
    for name, expr in named.items():
        if name in by_name:
            if result.given[name] is not None:
                result.misfits.append(Misfit("E0225", f"The argument '{name}' is given twice.", expr.span))
            result.given[name] = expr
        elif free is not None:
            result.given[name], result.parameters[name] = expr, free
        else:
            notes = (*did_you_mean(name, by_name), f"Its signature is `{result.signature.text}`.")
            result.misfits.append(
                Misfit("E0207", f"'{result.signature.name}' has no argument '{name}'.", expr.span, notes)
            )
    # A misspelt argument is one mistake, not a wrong one and a missing one.
    unknown = [n for n in named if n not in by_name] if free is None else []
    meant = {near for name in unknown for near in nearest(name, by_name)}
    for name, parameter in by_name.items():
        if result.given[name] is None and parameter.default is REQUIRED and name not in meant:
            result.misfits.append(
                Misfit(
                    "E0208",
                    f"'{result.signature.name}' lacks its argument '{name}'.",
                    span,
                    (f"Its signature is `{result.signature.text}`.",),
                )
            )


def _count(n: int) -> str:
    return {0: "no positional arguments", 1: "1 positional argument"}.get(n, f"{n} positional arguments")


def _unify_argument(result: Fit, name: str, parameter: Parameter, expr: Expr) -> None:
    if unify(parameter.shape, expr.type, result.variables):
        return
    result.type_misfits += 1
    shown = name.split(".")[0]
    if is_nullable(expr.type) and unify(parameter.shape, without_null(expr.type), dict(result.variables)):
        message = f"'{shown}' of '{result.signature.name}' may be null here ({show(expr.type)})."
        notes = ("Guard it: `x if x != null else ...`, or `coalesce(x, ...)`.",)
        result.misfits.append(Misfit("E0303", message, expr.span, notes))
        return
    wanted = shape_text(parameter.shape)
    message = f"'{shown}' of '{result.signature.name}' wants {wanted}, this is {show(expr.type)}."
    result.misfits.append(Misfit("E0301", message, expr.span, (f"Its signature is `{result.signature.text}`.",)))


def shape_text(shape: Shape) -> str:
    """A shape in words, for messages."""
    words = {
        "number": "a number",
        "N": "a number",
        "text": "text",
        "str": "text",
        "regex": "a regular expression",
        "scalar": "a value that can be ordered",
        "S": "a value that can be ordered",
        "T": "a value",
        "dataset": "a dataset",
    }
    if shape.name == "list":
        inner = shape.item
        if inner is None or inner.name in ("T", "U", "any"):
            return "a list"
        plural = {"number": "numbers", "N": "numbers", "text": "text", "str": "text", "S": "ordered values"}
        return f"a list of {plural.get(inner.name, inner.name)}"
    return words.get(shape.name, shape.name)


def unify(shape: Shape, type_: Type, variables: dict[str, Type]) -> bool:
    """Whether a type has this shape; binds type variables in `variables`."""
    if isinstance(type_, UnknownType):
        if len(shape.name) == 1:
            variables.setdefault(shape.name, UNKNOWN)
        return True
    if shape.optional:
        type_ = without_null(type_)
        if is_nullable(type_):
            if len(shape.name) == 1:
                variables.setdefault(shape.name, NEVER)
            return True
    elif is_nullable(type_) and shape.name not in ("any", "T", "U"):
        return False
    return _unify(shape, type_, variables)


def _unify(shape: Shape, type_: Type, variables: dict[str, Type]) -> bool:
    match shape.name:
        case "any":
            return True
        case "number" | "N":
            return is_number(type_) and _bind_number(shape.name, type_, variables)
        case "float":
            return is_number(type_)
        case "int":
            return is_int(type_)
        case "text" | "str" | "regex":
            return is_text(type_)
        case "bool":
            return is_bool(type_)
        case "date":
            return isinstance(type_, DateType)
        case "timestamp":
            return isinstance(type_, TimestampType)
        case "duration":
            return isinstance(type_, DurationType)
        case "scalar" | "S":
            return is_scalar(type_) and (shape.name == "scalar" or _bind_variable(shape.name, type_, variables))
        case "T" | "U" | "V":
            return _bind_variable(shape.name, type_, variables)
        case "list":
            if not isinstance(type_, ListType):
                return False
            return shape.item is None or isinstance(type_.item, NeverType) or unify(shape.item, type_.item, variables)
        case "map":
            return isinstance(type_, MapType) and (shape.item is None or unify(shape.item, type_.key, variables))
        case "range":
            return isinstance(type_, RangeType) and (shape.item is None or unify(shape.item, type_.item, variables))
        case "record":
            return isinstance(type_, RecordType | UnionType)
        case "dataset":
            if isinstance(type_, DatasetType):
                variables["dataset"] = type_.row
                return True
            return False
        case "json":
            return isinstance(type_, JsonType)
        case "model":
            return isinstance(type_, ModelType)
        case "messages":
            return isinstance(type_, ListType) and isinstance(type_.item, RecordType | NeverType)
        case _:
            raise ValueError(f"unknown shape {shape.name}")


def _bind_number(name: str, type_: Type, variables: dict[str, Type]) -> bool:
    plain = INT if is_int(type_) else FLOAT
    known = variables.get(name)
    variables[name] = FLOAT if FLOAT in (plain, known) else INT
    return True


def _bind_variable(name: str, type_: Type, variables: dict[str, Type]) -> bool:
    known = variables.get(name)
    joined = type_ if known is None else join(known, type_)
    if joined is None and known is not None:
        joined = join(widen(known), widen(type_))
    if joined is None:
        return False
    variables[name] = joined
    return True


def is_scalar(type_: Type) -> bool:
    """Whether its values can be ordered."""
    return (
        is_number(type_)
        or is_text(type_)
        or is_bool(type_)
        or isinstance(type_, DateType | TimestampType | DurationType)
    )


_RESULTS: dict[str, Type] = {
    "int": INT,
    "float": FLOAT,
    "bool": BOOL,
    "str": STR,
    "text": STR,
    "date": DATE,
    "timestamp": TIMESTAMP,
    "duration": DURATION,
    "json": JSON,
    "any": UNKNOWN,
    "messages": MESSAGES,
    "model": MODEL,
    "record": RecordType(()),
}


def result_type(shape: Shape, variables: Mapping[str, Type]) -> Type:
    """The type a result shape stands for once the variables are bound."""
    inner: Type
    if shape.name == "list":
        inner = ListType(result_type(shape.item, variables) if shape.item else UNKNOWN)
    elif shape.name == "number":
        inner = variables.get("number", FLOAT)
    elif shape.name == "dataset":
        inner = variables.get("dataset", UNKNOWN)
    elif len(shape.name) == 1:
        inner = variables.get(shape.name, UNKNOWN)
    else:
        inner = _RESULTS[shape.name]
    return optional(inner) if shape.optional else inner
