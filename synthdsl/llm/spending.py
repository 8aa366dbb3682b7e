"""What calls took: counts, tokens and money by column and model, and the budget that ends a run."""

from __future__ import annotations

from dataclasses import dataclass, field

from synthdsl.llm.latency import Latencies
from synthdsl.llm.prices import Price, price_of
from synthdsl.llm.reply import CallFailed, Reply, Usage
from synthdsl.llm.request import ModelSpec, Request


@dataclass(slots=True)
class Spent:
    """One statement's calls to one model.

    calls: begun. answered, failed: ended. stored: answers that cost nothing, because they were there or another row
    asks the same at this moment. again: failed calls that were tried once more. limited: replies that said "too many"
    (HTTP 429). refused: answers, asked or stored, that did not fit their type. input, output, cached: tokens. cost: in
    the currency of the price, None when there is no price. seconds: of all answered calls together. latencies: of
    each of them.
    """

    column: str
    model: str
    calls: int = 0
    answered: int = 0
    stored: int = 0
    failed: int = 0
    input: int = 0
    output: int = 0
    cached: int = 0
    cost: float | None = None
    seconds: float = 0.0
    again: int = 0
    limited: int = 0
    refused: int = 0
    latencies: Latencies = field(default_factory=Latencies)


@dataclass(slots=True)
class Spending:
    """Of a whole run. counts_money: whether money is counted while calls end, because a budget asks for it."""

    counts_money: bool = False
    models: dict[str, ModelSpec] = field(default_factory=dict)
    spent: dict[tuple[str, str], Spent] = field(default_factory=dict)
    calls: int = 0
    in_flight: int = 0
    cost: float = 0.0
    _prices: dict[str, Price | None] = field(default_factory=dict)

    def of(self, request: Request) -> Spent:
        """The counts of a request's statement and model."""
        key = (request.form.column, request.form.model.alias)
        found = self.spent.get(key)
        if found is None:
            found = self.spent[key] = Spent(*key)
        return found

    def begin(self, request: Request) -> None:
        """A call begins."""
        self.calls += 1
        self.in_flight += 1
        self.of(request).calls += 1

    def end(self, request: Request, reply: Reply) -> None:
        """A call was answered."""
        self.in_flight -= 1
        one, usage = self.of(request), reply.usage
        one.answered += 1
        one.input += usage.input
        one.output += usage.output
        one.cached += usage.cached
        one.seconds += reply.seconds
        one.latencies.add(reply.seconds)
        if self.counts_money:
            price = self.price(request.form.model)
            if price is not None:
                self.cost += price.cost(usage)
        self.models[request.form.model.alias] = request.form.model

    def fail(self, request: Request, failure: CallFailed) -> None:
        """A call ended without an answer."""
        self.in_flight -= 1
        one = self.of(request)
        one.failed += 1
        one.limited += failure.status == 429

    def cancel(self, request: Request) -> None:
        """A call was given up on our side."""
        self.in_flight -= 1

    def sums(self) -> tuple[Spent, ...]:
        """What was spent by column and model, with what it cost. The first price from a list takes a moment."""
        for (_, alias), one in self.spent.items():
            price = self.price(self.models[alias]) if alias in self.models else None
            one.cost = None if price is None else price.cost(Usage(one.input, one.output, one.cached))
        return tuple(one for _, one in sorted(self.spent.items()))

    def price(self, model: ModelSpec) -> Price | None:
        """Per million tokens."""
        if model.alias not in self._prices:
            self._prices[model.alias] = price_of(model)
        return self._prices[model.alias]


@dataclass(frozen=True, slots=True)
class Budget:
    """Where a run stops: so many calls, so much money; None for no bound."""

    calls: int | None = None
    cost: float | None = None

    def allows(self, spending: Spending) -> bool:
        """Whether one more call may begin, counting those in flight at what calls cost on average."""
        if self.calls is not None and spending.calls >= self.calls:
            return False
        if self.cost is None:
            return True
        answered = spending.calls - spending.in_flight
        each = spending.cost / answered if answered > 0 else 0.0
        return spending.cost + each * (spending.in_flight + 1) <= self.cost

    def reached(self, spending: Spending) -> CallFailed:
        """What is said when it is used up."""
        what = f"{spending.calls:,} calls" if self.calls is not None else f"{spending.cost:.4g} spent"
        message = f"The run stopped at its budget: {what} in this run."
        notes = ("All answers are stored: the next run goes on from here.",)
        return CallFailed("E0826", message, "run", notes=notes)
