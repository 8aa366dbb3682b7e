"""Well-formed specs at random: every statement, names that are mostly there, types that are mostly right."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random


def _forms() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("random_forms.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, form = line.split(maxsplit=1)
            found.setdefault(kind, []).append(form)
    return {kind: tuple(forms) for kind, forms in found.items()}


FORMS = _forms()
SMALL = {
    "int": "0", "float": "0.5", "share": "0.5", "bool": "true", "str": '"s"', "pattern": '"[a-z]{{2}}"',
    "date": "2025-03-01", "time": "to_timestamp(2025-03-01)", "ints": "[3, 4]", "floats": "[0.5]", "strs": '["p", "q"]',
    "bools": "[true]", "dates": "[2025-03-01]", "rec": '{{ n: 1, s: "t" }}', "recs": '[{{ n: 1, s: "t" }}]',
    "map": '{{"a": 1}}', "any": "1", "bare": "1",
}  # fmt: skip
DECLARED = {
    "int": ("int", "int(min=0)", "int(1..5)", "int?"),
    "float": ("float", "float(0..1)"),
    "str": ("str", "str(max=12)", 'str(pattern="[a-z ]*")', '"low" | "high"', "Level"),
    "bool": ("bool",),
    "date": ("date",),
    "time": ("timestamp",),
    "ints": ("list[int]", "list[int](min=1, max=3)"),
    "strs": ("list[str]",),
    "rec": ("{ n: int, s: str }", "Item"),
    "recs": ("list[Item]",),
}
TEXTS = (
    "{{ NAME }}",
    "{% if NAME %}yes{% else %}no{% endif %}",
    "{% for x in LIST %}{{ loop.index }}: {{ x }}\n  {% endfor %}",
    "{% set k = NAME %}{{ k }}{{ k | upper if false else NAME }}",
    "{{ LIST | length }} {{ LIST | join(', ') }}",
    "{{ NAME | string | upper | replace('A', 'b') }}",
    "{{ words_t(STR, 2) }}",
    "{{ STR[0:3] | title }} {{ NAME != none }}",
    "plain text",
)
DRAWS = re.compile(
    r"integer|poisson|binomial|zipf|choice|cycle|row|uniform|normal|exponential|beta|gamma|bernoulli|uuid|regex|unique_id"
    r"|sequence|faker|sentence_from|date\(2020|timestamp\(2025|shuffle|sample"
)
STEADY = {kind: tuple(f for f in forms if not DRAWS.search(f)) for kind, forms in FORMS.items()}
SCALARS = ("int", "float", "str", "bool", "date")
HOLE = re.compile(r"\{\{|\}\}|\{(\w+)\}")


@dataclass
class Scope:
    """Columns by kind of type."""

    names: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, name: str) -> None:
        self.names.setdefault(kind, []).append(name)


@dataclass
class Writer:
    """One spec being written. errors: how often a name or a type is wrong. forms: what may stand here."""

    random: Random
    errors: float
    forms: dict[str, tuple[str, ...]] = field(default_factory=lambda: STEADY)
    scope: Scope = field(default_factory=Scope)

    def expr(self, kind: str, depth: int) -> str:
        """An expression that mostly has the kind of type asked for."""
        if self.random.random() < self.errors:
            kind = self.random.choice(list(FORMS))
        kinds = SCALARS if kind == "bare" else (kind,)
        known = [n for k in kinds for n in self.scope.names.get(k, [])]
        if known and self.random.random() < 0.4:
            return self.random.choice(known)
        form = self.random.choice(self.forms[kind]) if depth > 0 else SMALL[kind]

        def fill(hole: re.Match[str]) -> str:
            if hole.group(1) is None:
                return hole.group()[0]
            inner = self.expr(hole.group(1), depth - 1)
            # Within `t"..."` a text has the other quotes.
            return inner.replace('"', "'") if form.startswith('t"{{') else inner

        return HOLE.sub(fill, form)

    def name(self, kind: str | None = None) -> str:
        """A column, or a value where there is none; sometimes what is not there."""
        if self.random.random() < self.errors:
            return "missing"
        known = [n for k, ns in self.scope.names.items() if k == kind or (not kind and k in SCALARS) for n in ns]
        return self.random.choice(known) if known else {"strs": "['p', 'q']"}.get(kind or "", "'s'")

    def text(self) -> str:
        """The text of a template."""
        parts = [self.random.choice(TEXTS) for _ in range(self.random.randint(1, 3))]
        filled = " ".join(parts).replace("LIST", self.name("strs")).replace("STR", self.name("str"))
        return filled.replace("NAME", self.name())

    def var(self, name: str) -> str:
        kind = self.random.choice(list(DECLARED))
        type_ = f": {self.random.choice(DECLARED[kind])}" if self.random.random() < 0.3 else ""
        self.forms = FORMS
        line = f"  var {name}{type_} = {self.expr(kind, self.random.randint(1, 3))}"
        self.forms = STEADY
        self.scope.add(kind, name)
        return line

    def statement(self, number: int) -> str:
        name = f"c{number}"
        match self.random.random():
            case p if p < 0.65:
                return self.var(name)
            case p if p < 0.78:
                line = f'  template {name} = """{self.text()}"""'
                self.scope.add("str", name)
                return line
            case _:
                end = self.random.choice(("", " else drop", " else drop", " else drop", " else flag", " else fail"))
                return f"  rule {name}: {self.expr('bool', 2)}{end}"

    def paid(self) -> list[str]:
        """Statements with calls, which are only checked."""
        return [
            f'  llm p1: str = gpt """Say {{{{ {self.name()} }}}}."""',
            f'  llm p2: list[Item]? = gpt when {self.expr("bool", 1)} {{\n    user """{self.text()}"""\n  }}',
            f'  iterate p3: str = {self.expr("str", 1)} times 3 {{\n    llm q: str = gpt """{{{{ p3 }}}}"""\n'
            f"    stop when {self.expr('bool', 1)}\n    next q\n  }}",
            '  chat p4 turns 1..3 {\n    user = gpt """Ask."""\n    assistant = gpt """Answer."""\n  }',
        ]

    def dataset(self, name: str, parents: list[tuple[str, Scope]]) -> str:
        header = self.random.choice(("of 20", "of rows", "of 9 accepted within 30", "of 0"))
        self.scope = Scope()
        if parents and self.random.random() < 0.7:
            parent, above = self.random.choice(parents)
            self.scope = Scope({k: list(v) for k, v in above.names.items()})
            lists = above.names.get("ints", [])
            forms = [f"from {parent}", f"of 2 from {parent}", f"of 2 accepted within 5 from {parent}"]
            each = [f"from {parent} each i_{name} in {self.random.choice(lists)}"] if lists else []
            header = self.random.choice([*forms, *each])
        lines = [self.statement(int(f"{ord(name[0])}{i}")) for i in range(self.random.randint(1, 7))]
        if self.random.random() < 0.05:
            lines += self.paid()
        if self.random.random() < 0.5:
            self.random.shuffle(lines)
        return f"dataset {name} {header} {{\n" + "\n".join(lines) + "\n}"

    def result(self, name: str, number: int) -> str:
        """An output or an expectation of a dataset, in whose scope the writer is."""
        match self.random.randint(0, 4):
            case 0:
                condition = self.random.choice(
                    (f"count() > {self.random.randint(0, 9)}", f"mean({self.expr('int', 1)}) < 3",
                     f"share({self.expr('bool', 1)}) <= 1", f"every({self.expr('bool', 2)})",
                     "distinct(row) > 0" if self.random.random() < self.errors else "count() >= 0")
                )  # fmt: skip
                return f"expect {name} {{\n  e{number}: {condition}\n}}"
            case 1:
                keys = f"{{\n  user = {self.expr('str', 1)}\n  assistant = {self.expr('str', 1)}\n}}"
                return f'output "o{number}.jsonl" from {name} as chat {keys}'
            case 2:
                suffix = self.random.choice(("jsonl", "csv", "parquet", "jsonl.zst"))
                keys = f"{{\n  a = {self.expr('any', 2)}\n  b = {self.expr('any', 1)}\n}}"
                return f'output "o{number}.{suffix}" from {name} {keys}'
            case _:
                return f'output "o{number}{self.random.choice((".jsonl", ""))}" from {name}'


HEAD = """synth 1

param rows: int(min=0) = 12

model gpt = simulated()

type Level = "low" | "high"

type Item = { n: int, s: str }

template words_t(text: str, n: int) = \"\"\"{% for w in text | list %}{{ w }}{{ n }}{% endfor %}\"\"\"

source table: { n: int, s: str } = csv("t.csv")
"""
TABLE = "n,s\n1,a\n2,b\n3,\n"


def random_spec(random: Random) -> str:
    """A whole file."""
    writer = Writer(random, random.choice((0.0, 0.0, 0.01, 0.05)))
    writer.scope = Scope({"int": ["a"], "str": ["b"]})
    parts = [f"recipe recipe_r(a: int, b: str) -> str {{\n  give {writer.expr('str', 1)}\n}}"]
    known = [("table", Scope({"int": ["n"], "str": ["s"]}))]
    for number, name in enumerate("defg"[: random.randint(1, 4)]):
        parts.append(writer.dataset(name, known))
        known.append((name, writer.scope))
        parts += [writer.result(name, 10 * number + i) for i in range(random.randint(1, 2))]
    if random.random() < 0.1:
        parts.append("dataset z = d |> filter(true) |> take(3)")
    if random.random() < 0.3:
        random.shuffle(parts)
    return "\n\n".join([HEAD, *parts]) + "\n"
