"""Statements inside a loop or a recipe: made on demand, so that their order in the text means nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.model.apply import want_type
from synthdsl.model.declare import type_reader
from synthdsl.model.expr import Expr
from synthdsl.model.files import File
from synthdsl.model.scope import Workplace
from synthdsl.model.typer import Typer
from synthdsl.model.work import Inner, Work
from synthdsl.syntax import ast
from synthdsl.types.terms import STR, UNKNOWN, Type

ColumnStatement = ast.Var | ast.TemplateColumn | ast.Llm | ast.Iterate | ast.Chat

MakePaid = Callable[[File, "ColumnStatement", Typer, str], tuple[Type, Work | None]]
"""Types a statement that calls models: file, statement, typer, address → type of its value, what is done."""


class _NotYetError(Exception):
    """A statement reads one of the same body that is not made yet."""

    def __init__(self, scope: object, name: str) -> None:
        super().__init__(name)
        self.scope = scope
        self.name = name


@dataclass(slots=True, eq=False)
class InnerScope(Mapping[str, tuple[str, Type]]):
    """The names of a body's statements; asking for one makes it, after what it reads. Nothing recurses.

    typer: of what stands around the body. address: under which the statements' draws and calls go.
    shared: whether draws are numbered through the whole body, as in a function, which has no addresses of its own.
    made: in an order in which each comes after what it reads.
    """

    file: File
    typer: Typer
    address: str
    statements: Mapping[str, ColumnStatement]
    paid: MakePaid
    shared: bool = False
    made: dict[str, Inner] = field(default_factory=dict)
    _making: bool = False

    def __getitem__(self, name: str) -> tuple[str, Type]:
        if name not in self.statements:
            raise KeyError(name)
        if name not in self.made:
            if self._making:
                raise _NotYetError(self, name)
            self._settle(name)
        found = self.made[name]
        return found.local, found.type

    def __contains__(self, name: object) -> bool:
        return name in self.statements

    def __iter__(self) -> Iterator[str]:
        return iter(self.statements)

    def __len__(self) -> int:
        return len(self.statements)

    def scope(self) -> Typer:
        """A typer that sees the names."""
        return self.typer.with_locals(self)

    def body(self) -> tuple[Inner, ...]:
        """All statements, each after what it reads; those that are free to move go by name."""
        for name in sorted(self.statements):
            self._settle(name)
        return tuple(self.made.values())

    def _settle(self, first: str) -> None:
        """Make a statement, and before it those that it reads."""
        stack = [first]
        while stack:
            name = stack[-1]
            if name in self.made:
                stack.pop()
                continue
            self._making = True
            try:
                self._make(name)
            except _NotYetError as other:
                if other.scope is not self:
                    raise
                if other.name in stack:
                    self._cycle(stack[stack.index(other.name) :])
                else:
                    stack.append(other.name)
            finally:
                self._making = False

    def _make(self, name: str) -> None:
        outer, statement = self.typer.work, self.statements[name]
        # What is found is told once the statement is made: it may have to wait for another and be read again.
        found: list[Diagnostic] = []
        # Draws are numbered within their statement: one more elsewhere moves none of them.
        work = replace(outer, report=found.append, slots=outer.slots if self.shared else 0)
        typer = replace(self.scope(), work=work)
        local = work.fresh_local(name)
        self.made[name] = self._typed(statement, typer, name, local, f"{self.address}.{name}", work)
        outer.locals, outer.expansions = work.locals, work.expansions
        if self.shared:
            outer.slots = work.slots
        for diagnostic in found:
            outer.report(diagnostic)

    def _typed(
        self, statement: ColumnStatement, typer: Typer, name: str, local: str, address: str, work: Workplace
    ) -> Inner:
        match statement:
            case ast.Var(_, type_node, value_node):
                value = typer.type_expr(value_node)
                type_ = value.type
                if type_node is not None:
                    type_ = type_reader(self.file, work.report).read(type_node)
                    value = want_type(typer, value, type_, f"'{name}'")
                return Inner(local, name, value, type_, address, type_node is not None)
            case ast.TemplateColumn(_, text):
                return Inner(local, name, typer.type_expr(text), STR, address, False)
            case _:
                type_, done = self.paid(self.file, statement, typer, address)
                return Inner(local, name, _nothing(statement) if done is None else done, type_, address, True)

    def _cycle(self, names: Sequence[str]) -> None:
        """Report a cycle at its first statement; what stands in for the values fits everywhere."""
        spans = [self.statements[n].name.span for n in names]
        labels = tuple(Label(span, "through this") for span in spans[1:])
        message = f"The value depends on itself: {' → '.join([*names, names[0]])}."
        note = "One of the values on this way must do without the next."
        self.typer.report(Diagnostic("E0203", message, spans[0], (note,), labels))
        for name in names:
            self.made[name] = Inner(name, name, _nothing(self.statements[name]), UNKNOWN, self.address, False)


def _nothing(statement: ColumnStatement) -> Expr:
    """Stands in for what was reported."""
    from synthdsl.model.expr import Value

    return Value(None, UNKNOWN, statement.span)


def statements_of(
    body: Sequence[ast.Statement], typer: Typer, parameters: Sequence[ast.Parameter] = ()
) -> dict[str, ColumnStatement]:
    """The statements of a body that make values, by name; doubles, those of parameters too, are reported."""
    found: dict[str, ColumnStatement] = {}
    places = {p.name.text: p.name.span for p in parameters}
    for statement in body:
        if not isinstance(statement, ColumnStatement):
            continue
        name = statement.name
        if name.text in places:
            label = Label(places[name.text], "first here")
            typer.report(Diagnostic("E0202", f"'{name.text}' is declared twice.", name.span, labels=(label,)))
            continue
        places[name.text] = name.span
        found[name.text] = statement
    return found
