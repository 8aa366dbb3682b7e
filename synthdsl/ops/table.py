"""All operators of the language: name, and the module under `synthdsl.ops` that holds its `OPERATOR`.

`TABLE` holds functions and samplers, which stand in rows; `AGGREGATES` what stands over a whole dataset. A name may
be in both: `mean(xs)` of a list, `mean(col)` of a column. `FILTERS` holds what only templates can name.

One line an operator. Modules are loaded when a spec uses the name, so a spec pays for what it uses.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from synthdsl.ops.contract import Operator

TABLE: dict[str, str] = {
    # symbols: what the compiler lowers syntax to
    "add": "symbols.add",
    "div": "symbols.div",
    "eq": "symbols.eq",
    "ge": "symbols.ge",
    "gt": "symbols.gt",
    "in_": "symbols.in_",
    "le": "symbols.le",
    "lt": "symbols.lt",
    "mul": "symbols.mul",
    "ne": "symbols.ne",
    "neg": "symbols.neg",
    "not_": "symbols.not_",
    "sub": "symbols.sub",
    # choice
    "choice": "choice.choice",
    "covering": "choice.covering",
    "cycle": "choice.cycle",
    "sample": "choice.sample",
    "sentence_from": "choice.sentence_from",
    "shuffle": "choice.shuffle",
    # numbers
    "abs": "numbers.abs",
    "bernoulli": "numbers.bernoulli",
    "beta": "numbers.beta",
    "binomial": "numbers.binomial",
    "ceil": "numbers.ceil",
    "clamp": "numbers.clamp",
    "copula": "numbers.copula",
    "correlated": "numbers.correlated",
    "exp": "numbers.exp",
    "exponential": "numbers.exponential",
    "float": "numbers.float",
    "floor": "numbers.floor",
    "gamma": "numbers.gamma",
    "int": "numbers.int",
    "integer": "numbers.integer",
    "log": "numbers.log",
    "lognormal": "numbers.lognormal",
    "max": "numbers.max",
    "mean": "numbers.mean",
    "median": "numbers.median",
    "min": "numbers.min",
    "mod": "numbers.mod",
    "normal": "numbers.normal",
    "poisson": "numbers.poisson",
    "pow": "numbers.pow",
    "quantile_choice": "numbers.quantile_choice",
    "quantile_exponential": "numbers.quantile_exponential",
    "quantile_lognormal": "numbers.quantile_lognormal",
    "quantile_normal": "numbers.quantile_normal",
    "quantile_uniform": "numbers.quantile_uniform",
    "round": "numbers.round",
    "sd": "numbers.sd",
    "sign": "numbers.sign",
    "sqrt": "numbers.sqrt",
    "sum": "numbers.sum",
    "uniform": "numbers.uniform",
    "zipf": "numbers.zipf",
    # identity
    "hash": "identity.hash",
    "regex": "identity.regex",
    "row": "identity.row",
    "sequence": "identity.sequence",
    "unique_id": "identity.unique_id",
    "uuid": "identity.uuid",
    # time
    "add_months": "time.add_months",
    "date": "time.date",
    "day": "time.day",
    "days_between": "time.days_between",
    "duration": "time.duration",
    "format_date": "time.format_date",
    "hour": "time.hour",
    "make_date": "time.make_date",
    "make_timestamp": "time.make_timestamp",
    "minute": "time.minute",
    "month": "time.month",
    "parse_date": "time.parse_date",
    "parse_timestamp": "time.parse_timestamp",
    "second": "time.second",
    "timestamp": "time.timestamp",
    "to_date": "time.to_date",
    "to_timestamp": "time.to_timestamp",
    "weekday": "time.weekday",
    "year": "time.year",
    "years_between": "time.years_between",
    # people
    "fake": "people.fake",
    # text
    "capitalize": "text.capitalize",
    "contains": "text.contains",
    "ends_with": "text.ends_with",
    "extract": "text.extract",
    "find_all": "text.find_all",
    "format_number": "text.format_number",
    "has_pii": "text.has_pii",
    "join": "text.join",
    "language": "text.language",
    "len": "text.len",
    "lower": "text.lower",
    "mask_pii": "text.mask_pii",
    "matches": "text.matches",
    "max_similarity": "text.max_similarity",
    "pad_left": "text.pad_left",
    "pad_right": "text.pad_right",
    "parse_json": "text.parse_json",
    "perplexity": "text.perplexity",
    "readability": "text.readability",
    "repeat": "text.repeat",
    "replace": "text.replace",
    "replace_matches": "text.replace_matches",
    "run_sql": "text.run_sql",
    "sentences": "text.sentences",
    "similarity": "text.similarity",
    "slug": "text.slug",
    "split": "text.split",
    "starts_with": "text.starts_with",
    "strip": "text.strip",
    "substring": "text.substring",
    "title": "text.title",
    "to_json": "text.to_json",
    "tool_calls": "text.tool_calls",
    "transcript": "text.transcript",
    "upper": "text.upper",
    "valid_json": "text.valid_json",
    "valid_python": "text.valid_python",
    "valid_sql": "text.valid_sql",
    "words": "text.words",
    # lists and records
    "all": "lists.all",
    "any": "lists.any",
    "argmax": "lists.argmax",
    "argmin": "lists.argmin",
    "coalesce": "lists.coalesce",
    "count": "lists.count",
    "distinct": "lists.distinct",
    "first": "lists.first",
    "flatten": "lists.flatten",
    "get": "lists.get",
    "item": "lists.item",
    "last": "lists.last",
    "range": "lists.range",
    "rank": "lists.rank",
    "reverse": "lists.reverse",
    "slice_": "lists.slice_",
    "sort": "lists.sort",
    "vote": "lists.vote",
    "zip": "lists.zip",
}

AGGREGATES: dict[str, str] = {
    # over a dataset (`expect`, `group`, `evaluate`)
    "collect": "aggregates.collect",
    "compression": "aggregates.compression",
    "count": "aggregates.count",
    "distinct": "aggregates.distinct",
    "distinct_n": "aggregates.distinct_n",
    "divergence": "aggregates.divergence",
    "every": "aggregates.every",
    "first": "aggregates.first",
    "last": "aggregates.last",
    "max": "aggregates.max",
    "mean": "aggregates.mean",
    "median": "aggregates.median",
    "min": "aggregates.min",
    "quantile": "aggregates.quantile",
    "sd": "aggregates.sd",
    "self_similarity": "aggregates.self_similarity",
    "share": "aggregates.share",
    "sum": "aggregates.sum",
    "vote": "aggregates.vote",
}

FILTERS: dict[str, str] = {
    # template filters: what Jinja does and no function of the language does in the same way
    "jinja.batch": "jinja.batch",
    "jinja.capitalize": "jinja.capitalize",
    "jinja.center": "jinja.center",
    "jinja.chars": "jinja.chars",
    "jinja.escape": "jinja.escape",
    "jinja.float": "jinja.float",
    "jinja.floordiv": "jinja.floordiv",
    "jinja.indent": "jinja.indent",
    "jinja.int": "jinja.int",
    "jinja.items": "jinja.items",
    "jinja.max": "jinja.max",
    "jinja.min": "jinja.min",
    "jinja.power": "jinja.power",
    "jinja.range": "jinja.range",
    "jinja.replace": "jinja.replace",
    "jinja.reverse": "jinja.reverse",
    "jinja.round": "jinja.round",
    "jinja.sort": "jinja.sort",
    "jinja.sum": "jinja.sum",
    "jinja.title": "jinja.title",
    "jinja.tojson": "jinja.tojson",
    "jinja.truncate": "jinja.truncate",
    "jinja.truth": "jinja.truth",
    "jinja.unique": "jinja.unique",
    "jinja.wordcount": "jinja.wordcount",
    "jinja.wordwrap": "jinja.wordwrap",
}


INNER: dict[str, str] = {"extern_": "extern_call"}
"""What no spec can call by a name of its own."""


@cache
def operator(name: str) -> Operator:
    """The function, sampler or template filter of that name. Raises KeyError when there is none."""
    return _load(TABLE.get(name) or FILTERS.get(name) or INNER[name])


@cache
def aggregate(name: str) -> Operator:
    """The aggregate of that name. Raises KeyError when there is none."""
    return _load(AGGREGATES[name])


def _load(module_name: str) -> Operator:
    module = import_module(f"synthdsl.ops.{module_name}")
    found = module.OPERATOR
    assert isinstance(found, Operator)
    return found
