"""The meaning of typed expressions said plainly: a recursive evaluator, the oracle of the tests of generated code."""

from __future__ import annotations

from typing import Any

from synthdsl.model import expr as e
from synthdsl.ops.table import operator


def value_of(expr: e.Expr, env: dict[str, Any]) -> Any:
    """The value of an expression; `env` has columns and locals."""
    match expr:
        case e.Value(value):
            return value
        case e.ColumnRef(name) | e.LocalRef(name):
            return env[name]
        case e.FieldOf(base, name):
            found = value_of(base, env)
            return [r[name] for r in found] if isinstance(found, list) else found[name]
        case e.Apply():
            values = [value_of(a, env) for a in expr.arguments]
            first_named = len(values) - len(expr.named)
            named = dict(zip(expr.named, values[first_named:], strict=True))
            scalar = operator(expr.operator).scalar
            assert scalar is not None
            return scalar(*values[:first_named], **named)
        case e.Branch(test, then, other):
            return value_of(then if value_of(test, env) else other, env)
        case e.Both(kind, left, right):
            first = value_of(left, env)
            return value_of(right, env) if bool(first) == (kind == "and") else first
        case e.Collect(body, local, iterable, condition):
            scopes = [{**env, local: item} for item in value_of(iterable, env)]
            return [value_of(body, s) for s in scopes if condition is None or value_of(condition, s)]
        case e.MakeList(items):
            return [value_of(i, env) for i in items]
        case e.MakeRecord(entries):
            record: dict[str, Any] = {}
            for name, entry in entries:
                record.update(value_of(entry, env) if name is None else {name: value_of(entry, env)})
            return record
        case e.MakeMap(keys, values):
            return dict(zip(keys, [value_of(v, env) for v in values], strict=True))
        case e.MakeRange(start, stop):
            return value_of(start, env), value_of(stop, env)
        case e.Let(bindings, body):
            scope = dict(env)
            for local, bound in bindings:
                scope[local] = value_of(bound, scope)
            return value_of(body, scope)
        case e.Text(pieces):
            return rendered(pieces, dict(env))
        case _:
            raise NotImplementedError(type(expr).__name__)


def rendered(pieces: tuple[e.Piece, ...], env: dict[str, Any]) -> str:
    """The text of the pieces; `Assign` changes `env`."""
    out = ""
    for piece in pieces:
        match piece:
            case str():
                out += piece
            case e.Out(value):
                out += str(value_of(value, env))
            case e.Assign(local, value):
                env[local] = value_of(value, env)
            case e.When(arms, other):
                body = next((body for test, body in arms if value_of(test, env)), other)
                out += rendered(body, env)
            case e.Loop(local, iterable, condition, body, other):
                items = [
                    item
                    for item in value_of(iterable, env)
                    if condition is None or value_of(condition, {**env, local: item})
                ]
                for i, item in enumerate(items):
                    env[local] = item
                    n = len(items)
                    meanings = (i + 1, i, i == 0, i == n - 1, n, n - i, n - i - 1)
                    names = ("index", "index0", "first", "last", "length", "revindex", "revindex0")
                    env.update({f"{local}.{k}": v for k, v in zip(names, meanings, strict=True)})
                    out += rendered(body, env)
                if not items:
                    out += rendered(other, env)
    return out
