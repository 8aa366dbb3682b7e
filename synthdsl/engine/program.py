"""What is done to a row once models are asked: the tasks as nodes, each with what must be done before it.

A program is made of the tasks of a dataset from its first call on, or of the body of a loop or a recipe. It is plain
lookup tables over the plan; rows walk through it in `flow.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from synthdsl.model.bodies import STEPS
from synthdsl.model.expr import ColumnRef, Expr, LocalRef
from synthdsl.model.loops import steps_type
from synthdsl.model.walk import walk
from synthdsl.model.work import Call, Chat, Inner, InnerRule, Invoke, Iterate, Work, expressions, may_drop
from synthdsl.plan.judging import makes
from synthdsl.plan.show import show_expr
from synthdsl.plan.steps import Ask, DatasetPlan, DrawTogether, Judge, Make, Task
from synthdsl.types.terms import Type


@dataclass(slots=True)
class Node:
    """One task for a row.

    bit: 1 << its place in the program. needs: bits of what must be done before. below: bits of all that is made from
    it, itself included. output: the name its value goes by, empty for rules. type: of the value. address: of its draws
    and calls. reads: the names of values that its expressions read. inner: the program of a loop or a recipe.
    dependents: the nodes that may become ready when it is done. keeps: whether its answers are kept for a rule that
    asks again. depth: its place among all nodes of a run, inner ones after outer ones.
    """

    place: int
    what: Expr | Call | Iterate | Chat | Invoke | Judge
    output: str
    type: Type | None
    address: str
    validate: bool
    reads: tuple[str, ...]
    needs: int = 0
    below: int = 0
    dependents: tuple[Node, ...] = ()
    inner: Program | None = None
    keeps: bool = False
    depth: int = 0

    @property
    def bit(self) -> int:
        return 1 << self.place


@dataclass(slots=True)
class Program:
    """Nodes in order. all: the bits of all of them. makers: the node of each value by its name."""

    nodes: list[Node] = field(default_factory=list)
    makers: dict[str, Node] = field(default_factory=dict)
    reads: tuple[str, ...] = ()

    @property
    def all(self) -> int:
        return (1 << len(self.nodes)) - 1


def names_in(exprs: Iterable[Expr]) -> tuple[str, ...]:
    """The columns and locals that expressions read, each once."""
    found: dict[str, None] = {}
    for expr in exprs:
        for node in walk(expr):
            if isinstance(node, ColumnRef):
                found[node.column] = None
            elif isinstance(node, LocalRef):
                found[node.local] = None
    return tuple(found)


def program_of(tasks: Sequence[Task]) -> Program:
    """The program of a dataset's tasks, which begin with its first call."""
    program = Program()
    for task in tasks:
        match task:
            case Make(column, expr, type_, address, validate):
                _add(program, expr, column, type_, address, validate, (expr,))
            case Ask(column, work, type_, address):
                _add(program, work, column, type_, address, True, expressions(work))
                if isinstance(work, Iterate):
                    program.makers[column + STEPS] = program.makers[column]
            case Judge():
                repair = () if task.repair is None else expressions(task.repair)
                _add(program, task, "", None, task.rule, False, (task.condition, *repair))
            case DrawTogether():
                raise TypeError("columns that are drawn together do not wait for a model")
    _link(program)
    return program


def program_of_body(body: Sequence[Inner], rules: Sequence[InnerRule] = ()) -> Program:
    """The program of a loop's or a recipe's statements; each rule stands as soon as what it reads is there."""
    program = Program()
    waiting = _judges(rules, program, {i.local for i in body})
    for inner in body:
        exprs = expressions(inner.make) if isinstance(inner.make, Work) else (inner.make,)
        _add(program, inner.make, inner.local, inner.type, inner.address, inner.declared, exprs)
        waiting = _judges(waiting, program, {i.local for i in body})
    _link(program)
    return program


def _judges(rules: Sequence[InnerRule], program: Program, own: set[str]) -> list[InnerRule]:
    """Add the rules whose values are made; the others. own: the names that the body makes."""
    left: list[InnerRule] = []
    for rule in rules:
        exprs = (rule.condition, *(() if rule.repair is None else expressions(rule.repair)))
        if any(name in own and name not in program.makers for name in names_in(exprs)):
            left.append(rule)
            continue
        judge = Judge(
            rule.name, rule.condition, rule.action, show_expr(rule.condition), rule.target, rule.times, rule.repair
        )
        _add(program, judge, "", None, rule.name.rsplit(".", 1)[-1], False, exprs)
    return left


def _add(
    program: Program,
    what: Expr | Call | Iterate | Chat | Invoke | Judge,
    output: str,
    type_: Type | None,
    address: str,
    validate: bool,
    exprs: Iterable[Expr],
) -> None:
    node = Node(len(program.nodes), what, output, type_, address, validate, names_in(exprs))
    if isinstance(what, Iterate | Invoke):
        node.inner = program_of_body(what.body, what.rules if isinstance(what, Invoke) else ())
    program.nodes.append(node)
    if output:
        program.makers[output] = node


def _link(program: Program) -> None:
    nodes = program.nodes
    gates = calls = 0
    direct: list[int] = []
    for node in nodes:
        needs = 0
        for name in node.reads:
            maker = program.makers.get(name)
            if maker is not None and maker is not node:
                needs |= maker.bit
        direct.append(needs)
        if isinstance(node.what, Judge) and node.what.target is not None:
            target = program.makers[node.what.target]
            needs |= target.bit
            target.keeps = target.keeps or node.what.action == "retry"
        # A call waits for the rules before it, and what may drop the row for the calls before it: which calls are made
        # depends on values, never on time.
        if isinstance(node.what, Work | Judge):
            needs |= gates
        judges = isinstance(node.what, Judge) and node.what.action != "flag"
        if judges or (isinstance(node.what, Iterate | Invoke) and may_drop(node.what)):
            needs |= calls
            gates |= node.bit
        if isinstance(node.what, Work):
            calls |= node.bit
        node.needs = needs
    for node in nodes:
        node.dependents = tuple(n for n in nodes if n.needs & node.bit)
    for node in reversed(nodes):
        node.below = node.bit
        for other in nodes:
            if direct[other.place] & node.bit:
                node.below |= other.below
    program.reads = tuple(dict.fromkeys(n for node in nodes for n in node.reads))


def tail_of(tasks: Sequence[Task]) -> tuple[tuple[Task, ...], tuple[Task, ...]]:
    """The tasks that wait for no model, and those that do; rules that flag are among the latter where there are any."""
    if not any(isinstance(t, Ask) for t in tasks):
        return tuple(tasks), ()
    head: list[Task] = []
    tail: list[Task] = []
    late: set[str] = set()
    for task in tasks:
        if isinstance(task, Ask) or _reads(task) & late or (isinstance(task, Judge) and task.action == "flag"):
            tail.append(task)
            late |= makes(task)
        else:
            head.append(task)
    return tuple(head), tuple(tail)


def _reads(task: Task) -> set[str]:
    match task:
        case Make(_, expr):
            return set(names_in((expr,)))
        case DrawTogether(columns, rules):
            return set(names_in([*(c.expr for c in columns), *(r.condition for r in rules)]))
        case Ask(_, work):
            return set(names_in(expressions(work)))
        case Judge(_, condition, repair=repair):
            return set(names_in((condition, *(() if repair is None else expressions(repair)))))


def number_nodes(program: Program, start: int = 0) -> int:
    """Give every node its depth; the next free number."""
    for node in program.nodes:
        node.depth = start
        start += 1
        if node.inner is not None:
            start = number_nodes(node.inner, start)
    return start


BLOCK_ROWS = 1_024
"""Rows of a block that waits for models: numpy's overhead vanishes, and calls begin at once."""


def is_paid(plan: DatasetPlan) -> bool:
    """Whether rows of the dataset wait for models."""
    return any(isinstance(t, Ask) for t in plan.tasks)


def types_of(program: Program) -> dict[str, Type]:
    """The types of the values that a program makes, by name."""
    found: dict[str, Type] = {}
    for node in program.nodes:
        if node.output and node.type is not None:
            found[node.output] = node.type
            if isinstance(node.what, Iterate):
                found[node.output + STEPS] = steps_type(node.output, node.what)
    return found
