"""Whole specs that exercise the language, and the shape in which the tests see what was read."""

from __future__ import annotations

from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Source
from synthdsl.syntax import ast, parse

EVERYTHING = '''synth 1

## What the file is about.
## On two lines.

import std.judge (pairwise, Grade as Mark)
import "./telecom.synth" as telecom

## How many.
param rows: int(min=1) = 1_000
param name: str
model writer = openai("gpt-4o-mini", temperature=0.9)
type Severity = "low" | "medium" | "high"

type Pair = {
  question: str(min=10)
  ## A sentence.
  evidence: list[str](max=3)?
  other: telecom.Thing
}

template greeting(name: str, mood: str = "calm") = """
  Hello {{ name }}
  """
source topics: { topic: str, level: "a" | "b" } = jsonl("topics.jsonl") |> chunk(words=3)
extern overlap(a: str, b: str) -> float = "pkg.mod:f"

dataset tickets of rows accepted within 3 * rows {
  ## The age.
  var age: int = integer(18, 90)
  var fault = match product {
    "router" | "modem" => choice(["no signal", "reboots"]),
    _ => "unknown",
  }
  template body = "{{ greeting(customer, mood) }}"
  llm answers: list[str] = m for m in panel when age > 3 """{{ task }}"""
  llm raw: str = writer complete "Once"
  llm grade: Mark = writer {
    system """You grade."""
    user "{{ a }}"
    temperature = 0
    examples = topics |> sample(3)
  }
  llm hard: str = evolve(body, by=writer)
  rule adult: age >= 18
  rule polite: not contains(body, "x") implies age in [1, 2] else repair body by writer """Again"""
  rule short: len(body) < 9 else retry answers 2
  rule flagged: true else flag
  violate adult 5%
  iterate text: str = body times 4 {
    stop when text == "x"
    next text
  }
  chat talk turns 2..5 {
    user = writer """You"""
    assistant = writer
    stop when contains(user, "[DONE]")
  }
}

dataset facts of 2 from tickets each pair in pairs {}
dataset tree from topics levels 3 each x in parent.children {}
dataset pool of 5 accepted within 9 grow from topics batch 2 keep best age per topic, level {}
dataset clean = tickets |> dedup(body) |> take(3, by=age)

expect clean {
  enough: count() >= 200
}

output "out/x.jsonl" from clean as chat {
  user = body
}
output "out/y.jsonl" from clean
evaluate clean against topics {
  drift = divergence(body, topics.topic)
}

test "a title" {
  given tickets { age = 3, talk = [] }
  reply answers = ["x"]
  assert age == 3
}

recipe evolve(seed: str, by: model, rounds: int = 3) -> str {
  give seed
}
recipe polish(d: dataset, key: column[str]) -> dataset = d |> dedup(key)
moved tickets.note -> tickets.praise
'''


def read(text: str) -> tuple[ast.Module, list[Diagnostic]]:
    """A text of edition 1."""
    return parse(Source("x.synth", "synth 1\n" + text))


def declaration(text: str) -> Any:
    """The only declaration of a text without mistakes."""
    module, diagnostics = read(text)
    assert diagnostics == []
    assert len(module.items) == 1
    return module.items[0]


def statement(text: str) -> Any:
    """A statement, read in the body of a dataset."""
    (found,) = declaration(f"dataset d of 3 {{\n{text}\n}}").body
    return found


def expression(text: str) -> Any:
    """An expression, read as the value of a var."""
    return statement(f"var x = {text}").value


def shown(node: Any) -> Any:
    """An expression as nested tuples, without places."""
    match node:
        case ast.Literal(value):
            return value
        case ast.NameRef(name):
            return f"${name}"
        case ast.Unary(op, operand):
            return (op, shown(operand))
        case ast.Binary(op, left, right):
            return (shown(left), op, shown(right))
        case ast.Compare(first, ops, rest):
            pairs = zip(ops, rest, strict=True)
            return (shown(first), *(part for op, operand in pairs for part in (op, shown(operand))))
        case ast.Conditional(then, test, other):
            return ("if", shown(test), shown(then), shown(other))
        case ast.Attribute(base, name):
            return (shown(base), ".", name.text)
        case ast.Index(base, index):
            return (shown(base), "[]", shown(index))
        case ast.Slice(base, start, stop):
            return (shown(base), "[:]", shown(start), shown(stop))
        case ast.Call(function, arguments):
            return (shown(function), "()", *map(shown, arguments))
        case ast.Argument(None, value):
            return shown(value)
        case ast.Argument(name, value):
            return (f"{name.text}=", shown(value))
        case ast.ListDisplay(items):
            return list(map(shown, items))
        case ast.MapDisplay(items):
            return {shown(key): shown(value) for key, value in items}
        case ast.RecordDisplay(entries):
            return {e.name.text if e.name else "...": shown(e.value) for e in entries}
        case ast.Comprehension(body, target, iterable, condition, bare):
            return ("for", shown(body), target.text, shown(iterable), shown(condition), bare)
        case ast.Range(start, stop):
            return (shown(start), "..", shown(stop))
        case ast.Pipeline(head, steps):
            return (shown(head), "|>", *map(shown, steps))
        case ast.Match(subject, arms):
            return ("match", shown(subject), *((tuple(map(shown, a.patterns)), shown(a.value)) for a in arms))
        case ast.TemplateText(text):
            return f"t:{text}"
        case ast.Missing():
            return "?"
        case _:
            return node
