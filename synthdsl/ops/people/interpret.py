"""Reading a provider's method: its Python source, run on terms instead of values.

In: a bound provider method and plain arguments. Out: the term of what it returns. Only a part of Python is
understood (assignments, conditions, loops over what is certain, calls of other provider methods, text functions);
everything else raises `Unsupported`. So a method is either turned into columns exactly or left to Faker itself:
nothing is recognised by its name.
"""

from __future__ import annotations

import ast
import inspect
import operator
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any

from synthdsl.ops.people import rewrite
from synthdsl.ops.people.calls import call
from synthdsl.ops.people.context import Closure, Context
from synthdsl.ops.people.drawn import (
    Drawn,
    Join,
    Unsupported,
    certain,
    is_term,
    join,
    over,
)
from synthdsl.ops.people.operators import binary, operator_of
from synthdsl.ops.people.scope import Scope

MOST_TURNS = 2_000


class _Return(Exception):  # noqa: N818 (the way out of nested statements)
    def __init__(self, value: Any) -> None:
        self.value = value


class _Break(Exception):  # noqa: N818
    pass


class _Continue(Exception):  # noqa: N818
    pass


@cache
def _definition(function: FunctionType) -> ast.FunctionDef:
    """The syntax of a function. Raises `Unsupported` where its source is not at hand."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError) as error:
        raise Unsupported("no source") from error
    found = tree.body[0]
    if not isinstance(found, ast.FunctionDef):
        raise Unsupported("not a function")
    return found


@cache
def _signature(function: FunctionType) -> inspect.Signature:
    return inspect.signature(function, follow_wrapped=False)


def run_function(context: Context, function: FunctionType, owner: type | None, args: Any, kwargs: Any) -> Any:
    """What a Python function returns for these arguments, as a value or term of the context's scope.

    owner: the class whose body holds the function, None for one of a module.
    """
    bound = _signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    names = dict(bound.arguments)
    definition = _definition(function)
    if any(isinstance(n, ast.Yield | ast.YieldFrom | ast.Await) for n in ast.walk(definition)):
        raise Unsupported("a generator")
    run = _Run(context, names, function, owner)
    try:
        run.block(definition.body)
    except _Return as found:
        return found.value
    return None


@dataclass(slots=True)
class _Run:
    """One call of one function: its local names and where its global ones are found."""

    context: Context
    names: dict[str, Any]
    function: FunctionType
    owner: type | None

    @property
    def scope(self) -> Scope:
        return self.context.scope

    def block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.context.scope.budget.step()
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                pass
            case ast.Expr(value=value):
                self.value(value)
            case ast.Return(value=value):
                raise _Return(self.value(value) if value else None)
            case ast.Assign(targets=[target], value=value):
                self.assign(target, self.value(value))
            case ast.AnnAssign(target=target, value=value) if value:
                self.assign(target, self.value(value))
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                if isinstance(self.names[name], list):
                    raise Unsupported("a list changed in place")
                self.names[name] = binary(self.context, operator_of(op), self.names[name], self.value(value))
            case ast.If(test=test, body=body, orelse=orelse):
                self.block(body if self.truth(test) else orelse)
            case ast.For(target=target, iter=items, body=body, orelse=[]):
                self.loop(target, items, body)
            case ast.While(test=test, body=body, orelse=[]):
                self.repeat(test, body)
            case ast.Try(body=body, finalbody=[]):
                self.block(body)
            case ast.Break():
                raise _Break
            case ast.Continue():
                raise _Continue
            case _:
                raise Unsupported(type(node).__name__)

    def loop(self, target: ast.expr, items: ast.expr, body: list[ast.stmt]) -> None:
        for item in self.items(self.value(items)):
            self.assign(target, item)
            try:
                self.block(body)
            except _Continue:
                continue
            except _Break:
                break

    def repeat(self, test: ast.expr, body: list[ast.stmt]) -> None:
        turns = 0
        while self.truth(test):
            turns += 1
            if turns > MOST_TURNS:
                raise Unsupported("a long loop")
            try:
                self.block(body)
            except _Continue:
                continue
            except _Break:
                break

    def items(self, value: Any) -> Iterator[Any]:
        """What iterating over a value gives; the value's length is certain."""
        if isinstance(value, rewrite.Split):
            value = value.items()
        value = certain(value) if is_term(value) else value
        if isinstance(value, set | frozenset):
            raise Unsupported("the order of a set")
        return iter(value)

    def assign(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(id=name):
                self.names[name] = value
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                if isinstance(value, Drawn):
                    self._unpack(elts, [_items(value, i, len(elts)) for i in range(len(elts))])
                else:
                    self._unpack(elts, list(self.items(value)))
            case ast.Subscript(value=ast.Name(id=name), slice=at):
                held = self.names[name]
                if not isinstance(held, list) or id(held) not in self.context.lists:
                    raise Unsupported("a change of what is not its own")
                held[certain(self.value(at))] = value
            case _:
                raise Unsupported("an unusual assignment")

    def _unpack(self, targets: list[ast.expr], values: list[Any]) -> None:
        if len(targets) != len(values):
            raise Unsupported("an unequal assignment")
        for target, value in zip(targets, values, strict=True):
            self.assign(target, value)

    def truth(self, node: ast.expr) -> bool:
        """Whether a condition holds; forks where that depends on a draw."""
        return self.decided(self.value(node))

    def decided(self, value: Any) -> bool:
        """Whether a value counts as true; forks where that depends on a draw."""
        if isinstance(value, Join):
            if any(all(rewrite.leaves(part)) for part in value.parts):
                return True
            raise Unsupported("the truth of a text")
        if isinstance(value, Drawn):
            value = certain(over(bool, value)) if value.plain else certain(value, bool)
        return bool(value)

    def value(self, node: ast.expr) -> Any:
        self.context.scope.budget.step()
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute(value=inner, attr=attr):
                return self.attribute(self.value(inner), attr)
            case ast.Call():
                return self.call(node)
            case ast.BinOp(left=left, op=op, right=right):
                return binary(self.context, operator_of(op), self.value(left), self.value(right))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.truth(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return over(operator.neg, self.value(operand))
            case ast.BoolOp(op=op, values=values):
                return self.logic(isinstance(op, ast.And), values)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                return self.compare(left, ops, comparators)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self.truth(test) else orelse)
            case ast.JoinedStr(values=values):
                return join(self.formatted(v) for v in values)
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                return self.display(node, elts)
            case ast.Dict(keys=keys, values=values):
                return self.record(keys, values)
            case ast.Subscript(value=inner, slice=at):
                return self.subscript(self.value(inner), at)
            case ast.Lambda(args=arguments, body=body):
                return Closure(lambda values: self.applied(arguments, body, values))
            case ast.ListComp(elt=elt, generators=[one]) | ast.GeneratorExp(elt=elt, generators=[one]):
                return self.comprehension(elt, one)
            case _:
                raise Unsupported(type(node).__name__)

    def formatted(self, node: ast.expr) -> Any:
        """One part of an f-string."""
        if not isinstance(node, ast.FormattedValue):
            return self.value(node)
        spec = certain(self.value(node.format_spec)) if node.format_spec else ""
        conversion = chr(node.conversion) if node.conversion > 0 else ""
        return rewrite.as_text(self.value(node.value), spec, conversion)

    def name(self, name: str) -> Any:
        if name in self.names:
            return self.names[name]
        cells = dict(zip(self.function.__code__.co_freevars, self.function.__closure__ or (), strict=True))
        if name in cells:
            return cells[name].cell_contents
        if name in self.function.__globals__:
            return self.function.__globals__[name]
        builtins = self.function.__globals__["__builtins__"]
        found = builtins if isinstance(builtins, dict) else vars(builtins)
        if name not in found:
            raise Unsupported(f"the name {name}")
        return found[name]

    def attribute(self, value: Any, name: str) -> Any:
        """`value.name` where that is a constant of Faker, a method of a provider or a text function."""
        if name.startswith("__") and not name.endswith("__") and self.owner:
            name = f"_{self.owner.__name__.lstrip('_')}{name}"
        return self.context.attribute(value, name)

    def call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            return self.context.parent(self.names.get("self"), self.owner)
        function = self.value(node.func)
        args: list[Any] = []
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                args.extend(self.items(self.value(arg.value)))
            else:
                args.append(self.value(arg))
        kwargs: dict[str, Any] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                kwargs.update(self.value(keyword.value))
            else:
                kwargs[keyword.arg] = self.value(keyword.value)
        return call(self.context, function, args, kwargs)

    def logic(self, conjunction: bool, nodes: list[ast.expr]) -> Any:
        value: Any = None
        for node in nodes[:-1]:
            value = self.value(node)
            if self.decided(value) != conjunction:
                return value
        return self.value(nodes[-1])

    def compare(self, left: ast.expr, ops: list[ast.cmpop], comparators: list[ast.expr]) -> Any:
        a = self.value(left)
        value: Any = True
        for op, node in zip(ops, comparators, strict=True):
            b = self.value(node)
            value = binary(self.context, operator_of(op), a, b)
            if len(ops) > 1 and not certain(value):
                return False
            a = b
        return value

    def display(self, node: ast.expr, elts: list[ast.expr]) -> Any:
        items: list[Any] = []
        for element in elts:
            if isinstance(element, ast.Starred):
                items.extend(self.items(self.value(element.value)))
            else:
                items.append(self.value(element))
        return tuple(items) if isinstance(node, ast.Tuple) else self.context.owned(items)

    def record(self, keys: list[ast.expr | None], values: list[ast.expr]) -> Any:
        found: dict[Any, Any] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                raise Unsupported("a dict from another")
            found[certain(self.value(key))] = self.value(value)
        return found

    def subscript(self, value: Any, at: ast.expr) -> Any:
        if isinstance(at, ast.Slice):
            low, high, step = (certain(self.value(x)) if x else None for x in (at.lower, at.upper, at.step))
            index: Any = slice(low, high, step)
        else:
            index = self.value(at)
        if isinstance(value, rewrite.Split):
            if index == 0:
                return rewrite.first_item(value.text, value.separator)
            value = value.items()
        if isinstance(value, Join):
            raise Unsupported("a part of a joined text")
        if isinstance(value, list) and not is_term(index):
            return self.context.owned(value[index])
        return binary(self.context, operator.getitem, value, index)

    def applied(self, arguments: ast.arguments, body: ast.expr, values: list[Any]) -> Any:
        """What a lambda gives."""
        if len(arguments.args) != len(values) or arguments.vararg or arguments.kwonlyargs:
            raise Unsupported("an unusual lambda")
        names = {**self.names, **dict(zip((a.arg for a in arguments.args), values, strict=True))}
        return _Run(self.context, names, self.function, self.owner).value(body)

    def comprehension(self, element: ast.expr, one: ast.comprehension) -> Any:
        held = dict(self.names)
        found: list[Any] = []
        for item in self.items(self.value(one.iter)):
            self.assign(one.target, item)
            if all(self.truth(condition) for condition in one.ifs):
                found.append(self.value(element))
        self.names = held
        return self.context.owned(found)


def _items(value: Drawn, index: int, size: int) -> Any:
    """Item `index` of every outcome, each of which has `size` items."""

    def item(outcome: Any) -> Any:
        if is_term(outcome) or len(outcome) != size:
            raise Unsupported("an unequal assignment")
        return outcome[index]

    return over(item, value)
