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


@dataclass(slots=True)
class InnerScope(Mapping[str, tuple[str, Type]]):
    """The names of a body's statements; asking for one makes it, with what it reads before it.

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
    _path: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> tuple[str, Type]:
        statement = self.statements[name]
        if name not in self.made:
            if name in self._path:
                self._cycle(name)
                return name, UNKNOWN
            self._path.append(name)
            made = self._make(name, statement)
            self._path.pop()
            self.made.setdefault(name, made)
        found = self.made[name]
        return found.local, found.type

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
            self[name]
        return tuple(self.made.values())

    def _make(self, name: str, statement: ColumnStatement) -> Inner:
        outer = self.typer.work
        address = f"{self.address}.{name}"
        # Draws are numbered within their statement: one more elsewhere moves none of them.
        work = outer if self.shared else replace(outer, slots=0)
        typer = replace(self.scope(), work=work)
        local = work.fresh_local(name)
        made = self._typed(statement, typer, name, local, address, work)
        outer.locals, outer.expansions = work.locals, work.expansions
        return made

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

    def _cycle(self, name: str) -> None:
        path = [*self._path[self._path.index(name) :], name]
        span = self.statements[name].name.span
        labels = tuple(Label(self.statements[n].name.span, "through this") for n in path[1:-1])
        message = f"The value depends on itself: {' → '.join(path)}."
        note = "One of the values on this way must do without the next."
        self.typer.report(Diagnostic("E0203", message, span, (note,), labels))


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
