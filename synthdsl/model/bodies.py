"""Datasets with a body: where their rows come from, their columns, rules and deliberate violations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.apply import want_type
from synthdsl.model.archive import read_archive
from synthdsl.model.constants import type_of
from synthdsl.model.declare import evaluate, type_reader, typer_of
from synthdsl.model.expr import Expr
from synthdsl.model.files import File
from synthdsl.model.levels import MADE_HERE, MAX_LEVELS, PARENT_RECORD, check_tree, tree_columns
from synthdsl.model.loops import steps_type, type_paid
from synthdsl.model.program import Key, Report
from synthdsl.model.rules import make_rules, make_violations
from synthdsl.model.scope import TypedRow, Workplace
from synthdsl.model.spec import (
    Column,
    ColumnKind,
    Dataset,
    DerivedRows,
    FreshRows,
    Growth,
    Pipeline,
    Rows,
    Source,
)
from synthdsl.model.work import Iterate
from synthdsl.syntax import ast
from synthdsl.types.relations import optional
from synthdsl.types.show import show
from synthdsl.types.terms import (
    STR,
    UNKNOWN,
    Field,
    ListType,
    LiteralType,
    RecordType,
    Type,
)

STEPS = "_steps"
"""Ends the name of the column that holds all rounds of a loop."""

MAX_ROWS = 10**12
"""Row numbers stay far below 2**63; more than this is a slip of the pen."""

_ELSEWHERE: Mapping[type, str] = {
    ast.Give: "It is the result of a recipe; the columns of a dataset are its rows by themselves.",
    ast.Next: "It gives the value of the next round in an 'iterate'.",
    ast.Stop: "It ends an 'iterate' or a 'chat'.",
}

ColumnStatement = ast.Var | ast.TemplateColumn | ast.Llm | ast.Iterate | ast.Chat


def column_statements(item: ast.DatasetDecl) -> dict[str, ColumnStatement]:
    """The statements of a body that make columns, by name; the first of doubles."""
    found: dict[str, ColumnStatement] = {}
    for statement in item.body:
        if isinstance(statement, ColumnStatement):
            found.setdefault(statement.name.text, statement)
    return found


def _own(file: File, item: ast.DatasetDecl) -> Mapping[str, ColumnStatement]:
    found = file.statements.get(item.name.text)
    if found is None:
        found = file.statements[item.name.text] = column_statements(item)
    return found  # type: ignore[return-value]


@dataclass(slots=True)
class BodyRow:
    """The columns of a row while its dataset is being made: own ones are made on demand."""

    file: File
    item: ast.DatasetDecl
    own: Mapping[str, ColumnStatement]
    inherited: Mapping[str, Type]
    is_open: bool = False

    def column(self, name: str) -> Type | None:
        """The type of a column; own ones first."""
        if name in self.own:
            made = self.file.program.get(Key("column", self.file.file, self.item.name.text, name))
            return made.type if isinstance(made, Column) else UNKNOWN
        if name.endswith(STEPS) and isinstance(self.own.get(name.removesuffix(STEPS)), ast.Iterate):
            loop = name.removesuffix(STEPS)
            made = self.file.program.get(Key("column", self.file.file, self.item.name.text, loop))
            known = isinstance(made, Column) and isinstance(made.work, Iterate)
            return steps_type(loop, made.work) if known else ListType(UNKNOWN)
        return self.inherited.get(name)

    def condition(self, name: str) -> Expr | None:
        """The `when` of an `llm` column."""
        statement = self.own.get(name)
        if not isinstance(statement, ast.Llm) or statement.when is None:
            return None
        work = Workplace(lambda d: None)
        return typer_of(self.file, self, work).type_expr(statement.when)

    def names(self) -> Iterable[str]:
        return chain(self.own, self.inherited)


def make_column(file: File, item: ast.DatasetDecl, name: str, moves: Mapping[str, str], report: Report) -> Column:
    """One column of a dataset."""
    own = _own(file, item)
    statement = own[name]
    inherited, fresh = _inherited(file, item)
    if name in inherited:
        # Reported as redefined; the column of the parent row stands in for it, so that this stays one mistake.
        return Column(name, "var", inherited[name], None, False, name, (), "", statement.name.span)
    row = BodyRow(file, item, own, inherited, _is_open(file, item))
    work = Workplace(report, row_number="" if fresh else "rows come from another dataset here.")
    typer = typer_of(file, row, work)
    address = moves.get(f"{item.name.text}.{name}", name)
    match statement:
        case ast.Var(_, type_node, value_node, doc, span):
            value = typer.type_expr(value_node)
            type_: Type = value.type
            if type_node is not None:
                type_ = type_reader(file, report).read(type_node)
                value = want_type(typer, value, type_, f"'{name}'")
            _must_be_data(type_, statement.name.span, name, report)
            return Column(name, "var", type_, value, type_node is not None, address, tuple(work.reads), doc, span)
        case ast.TemplateColumn(_, text, doc, span):
            work.draws = "it can stand in a 'var' only."
            made = typer.type_expr(text)
            return Column(name, "template", STR, made, False, address, tuple(work.reads), doc, span)
        case ast.Llm() | ast.Iterate() | ast.Chat():
            type_, done = type_paid(file, statement, typer, address)
            kind: ColumnKind = {ast.Llm: "llm", ast.Iterate: "iterate", ast.Chat: "chat"}[type(statement)]  # type: ignore[assignment]
            reads = tuple(work.reads)
            return Column(name, kind, type_, None, True, address, reads, statement.doc, statement.span, done)


def _must_be_data(type_: Type, span: Span, name: str, report: Report) -> None:
    from synthdsl.types.terms import DatasetType, MapType, RangeType

    if isinstance(type_, DatasetType | MapType | RangeType):
        what = {"DatasetType": "a whole dataset", "MapType": "a map", "RangeType": "a range"}[type(type_).__name__]
        report(Diagnostic("E0217", f"'{name}' would be {what}; a column holds one value a row.", span))


def _inherited(file: File, item: ast.DatasetDecl) -> tuple[dict[str, Type], bool]:
    """Columns from the parent row and the `each` item; whether rows are fresh (`of N`)."""
    rows = item.rows
    if rows.source is None:
        return {}, True
    known = file.inherited.get(item.name.text)
    if known is not None:
        return known, False
    parent = _parent_row(file, rows.source)
    if parent is None:
        return {}, False
    columns: dict[str, Type] = {f.name: f.type for f in parent.fields}
    if rows.levels is not None:
        levels = evaluate(file, rows.levels, lambda d: None)
        columns = tree_columns(parent, _declared(file, item), levels if isinstance(levels, int) else MAX_LEVELS)
    if rows.each is not None and rows.items is not None:
        work = Workplace(lambda d: None)
        items = typer_of(file, TypedRow(dict(columns)), work).type_expr(rows.items)
        columns[rows.each.text] = items.type.item if isinstance(items.type, ListType) else UNKNOWN
    file.inherited[item.name.text] = columns
    return columns, False


def _is_open(file: File, item: ast.DatasetDecl) -> bool:
    """Whether the rows come from something that was reported as wrong, so that its columns are not known."""
    source = item.rows.source
    return source is not None and _parent_row(file, source) is None


def _parent_row(file: File, node: ast.Expr) -> RecordType | None:
    name = dotted(node)
    type_ = None if name is None else file.dataset(name)
    return None if type_ is None else type_.row


def dotted(node: ast.Expr) -> str | None:
    """`name` or `alias.name` as text."""
    match node:
        case ast.NameRef(name):
            return name
        case ast.Attribute(ast.NameRef(alias), name):
            return f"{alias}.{name.text}"
        case _:
            return None


def _declared(file: File, item: ast.DatasetDecl) -> dict[str, Type | None]:
    """The body's columns with the types that are written, None where none is."""
    reader = type_reader(file, lambda d: None)
    nodes = {name: getattr(statement, "type", None) for name, statement in _own(file, item).items()}
    return {name: None if node is None else reader.read(node) for name, node in nodes.items()}


def pool_row(file: File, item: ast.DatasetDecl) -> RecordType:
    """What may be read of a dataset while it grows: its columns with a declared type."""
    fields = tuple(Field(name, type_) for name, type_ in _declared(file, item).items() if type_ is not None)
    return RecordType(fields, item.name.text)


def make_dataset(file: File, item: ast.DatasetDecl, moves: Mapping[str, str], report: Report) -> Dataset | None:
    """A dataset with a body."""
    program = file.program
    own = _own(file, item)
    keys = [Key("column", file.file, item.name.text, n) for n in own]
    rows = _rows(file, item, report)
    program.need(keys)
    inherited, _ = _inherited(file, item)
    _check_names(item, inherited, report)
    name = file.prefix + item.name.text
    columns = _with_steps([program.get(k) for k in keys])
    row = BodyRow(file, item, own, inherited, _is_open(file, item))
    rules = make_rules(file, item, row, columns, report, name if item.rows.grow is not None else "")
    violations = make_violations(file, item, rules, report)
    if violations and "violated" in inherited:
        message = "'violated' is a column of the rows that this dataset is made from."
        report(Diagnostic("E0210", message, violations[0].span, ("Rules are violated in one dataset of a line.",)))
    if rows is None:
        return None
    tree = item.rows.levels is not None
    fields = [Field(n, t) for n, t in inherited.items() if n not in own and not (tree and n == PARENT_RECORD)]
    fields += [Field(c.name, c.type, c.doc) for c in columns]
    if any(r.action == "flag" for r in rules) and "flags" not in inherited:
        fields.append(Field("flags", ListType(STR), "Names of the rules that this row breaks."))
    if violations:
        names = LiteralType(tuple(v.rule for v in violations))
        fields.append(Field("violated", optional(names), "The rule that this row breaks on purpose."))
    address = file.prefix + moves.get(item.name.text, item.name.text)
    given = tuple((n, t) for n, t in inherited.items())
    record = RecordType(tuple(fields), item.name.text)
    archive = read_archive(file, item, row, report)
    return Dataset(name, rows, given, columns, rules, violations, record, address, item.doc, item.span, archive)


def _with_steps(columns: list[Column]) -> tuple[Column, ...]:
    """The columns, and after each loop the one of its steps."""
    found: list[Column] = []
    for column in columns:
        found.append(column)
        if isinstance(column.work, Iterate):
            name, type_ = column.name + STEPS, steps_type(column.name, column.work)
            doc = f"All rounds of `{column.name}`."
            found.append(Column(name, "steps", type_, None, False, name, (column.name,), doc, column.span))
    return tuple(found)


def _check_names(item: ast.DatasetDecl, inherited: Mapping[str, Type], report: Report) -> None:
    seen: dict[str, ast.Name] = {}
    rules: dict[str, ast.Name] = {}
    for statement in item.body:
        if isinstance(statement, ast.Stop | ast.Next | ast.Give):
            word = type(statement).__name__.lower()
            notes = (_ELSEWHERE[type(statement)],)
            report(Diagnostic("E0218", f"'{word}' cannot stand in a dataset.", statement.span, notes))
            continue
        if isinstance(statement, ast.Violate):
            continue
        name = statement.name
        table = rules if isinstance(statement, ast.Rule) else seen
        if name.text in table:
            kind = "rule" if isinstance(statement, ast.Rule) else "column"
            label = Label(table[name.text].span, "first here")
            report(Diagnostic("E0202", f"The {kind} '{name.text}' is declared twice.", name.span, labels=(label,)))
        table.setdefault(name.text, name)
        if isinstance(statement, ast.Rule):
            continue
        if name.text in inherited and not (item.rows.levels is not None and name.text in MADE_HERE):
            message = f"'{name.text}' is a column of the rows that this dataset is made from."
            report(Diagnostic("E0210", message, name.span, ("Give the new column another name.",)))
        if name.text in ("flags", "violated"):
            message = f"'{name.text}' is a column that the compiler itself makes."
            note = f"Give the column another name; an output can write it under the key '{name.text}'."
            report(Diagnostic("E0219", message, name.span, (note,)))
        if name.text[:1].isupper():
            report(Diagnostic("E0224", f"Only types begin with a capital: write '{name.text.lower()}'.", name.span))


def _rows(file: File, item: ast.DatasetDecl, report: Report) -> Rows | None:
    rows = item.rows
    count = _count(file, rows.of, report)
    within = _count(file, rows.within, report)
    if count is not None and within is not None and within < count:
        assert rows.within is not None
        message = f"{count} accepted rows cannot come out of {within} tried."
        report(Diagnostic("E0309", message, rows.within.span))
    if rows.grow is not None:
        growth = _growth(file, rows, report)
        return FreshRows(count or 0, within, rows.span, growth)
    if rows.source is None:
        if rows.of is None:
            report(
                Diagnostic("E0208", "A dataset says where its rows come from.", rows.span, ("`of 100`, or `from D`",))
            )
            return None
        return FreshRows(count or 0, within, rows.span)
    name = dotted(rows.source)
    key = None if name is None else file.lookup(name)
    if name is None or key is None or key.kind not in ("dataset", "source"):
        _no_dataset(file, rows.source, name, report)
        return None
    parent = file.program.get(key)
    if not isinstance(parent, Dataset | Pipeline | Source):
        return None
    each = items = each_type = levels = None
    if rows.each is not None and rows.items is not None:
        work = Workplace(report, draws="it can stand in a 'var' only.", row_number="rows come from a dataset here.")
        above = {f.name: f.type for f in parent.row.fields}
        if rows.levels is not None:
            levels = _levels(file, item, parent.row, report)
            above = tree_columns(parent.row, _declared(file, item), levels or MAX_LEVELS)
        typer = typer_of(file, TypedRow(above), work)
        items = typer.iterable(typer.type_expr(rows.items))
        each, each_type = rows.each.text, items.type.item if isinstance(items.type, ListType) else UNKNOWN
    file.program.used.add(key)
    return DerivedRows(parent.id, count, each, each_type, items, within, rows.span, levels)


def _levels(file: File, item: ast.DatasetDecl, roots: RecordType, report: Report) -> int | None:
    """How many levels a tree has."""
    assert item.rows.levels is not None
    check_tree(item, roots, _declared(file, item), report)
    value = _count(file, item.rows.levels, report)
    if value is not None and not 1 <= value <= MAX_LEVELS:
        report(Diagnostic("E0309", f"A tree has 1 to {MAX_LEVELS} levels.", item.rows.levels.span))
        return None
    return value


def _growth(file: File, rows: ast.Rows, report: Report) -> Growth | None:
    """`grow from SEEDS batch SIZE`, which takes no parent; that it has a limit of tries is read with the syntax."""
    assert rows.grow is not None
    if rows.source is not None:
        report(Diagnostic("E0216", "A dataset that grows has fresh rows, so no 'from' besides.", rows.source.span))
    batch = _count(file, rows.batch, report)
    name = dotted(rows.grow)
    key = None if name is None else file.lookup(name)
    if name is None or key is None or key.kind not in ("dataset", "source"):
        _no_dataset(file, rows.grow, name, report)
        return None
    seeds = file.program.get(key)
    file.program.used.add(key)
    if batch is None or not isinstance(seeds, Dataset | Pipeline | Source):
        return None
    if batch == 0:
        assert rows.batch is not None
        report(Diagnostic("E0309", "A round has at least one row.", rows.batch.span))
        return None
    return Growth(seeds.id, batch, rows.grow.span)


def _no_dataset(file: File, node: ast.Expr, name: str | None, report: Report) -> None:
    if name is not None and file.is_broken(name):
        return
    known = [n for n in (*file.items, *file.imported) if (k := file.key(n)) and k.kind in ("dataset", "source")]
    if name is None:
        note = "Fresh rows are counted by `of`, as in `of 100`."
        report(Diagnostic("E0216", "Rows come from a dataset or source by name.", node.span, (note,)))
    elif file.is_declared(name):
        notes = (f"Fresh rows are counted by `of {name}`.",) if file.kind(name) == "a param" else ()
        report(Diagnostic("E0216", f"'{name}' is {file.kind(name)}, not a dataset or source.", node.span, notes))
    else:
        report(Diagnostic("E0201", f"There is no dataset or source '{name}'.", node.span, did_you_mean(name, known)))


def _count(file: File, node: ast.Expr | None, report: Report) -> int | None:
    if node is None:
        return None
    value = evaluate(file, node, report)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        message = f"A number of rows is an integer, this is {show(type_of(value))}."
        report(Diagnostic("E0301", message, node.span))
        return None
    if not 0 <= value <= MAX_ROWS:
        report(Diagnostic("E0309", f"A number of rows lies between 0 and {MAX_ROWS:,}.", node.span))
        return None
    return value
