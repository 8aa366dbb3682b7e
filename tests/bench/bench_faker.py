"""Faker's columns against Faker called once a value, in one process.

    python -m tests.bench.bench_faker [--rows 100000] [--calls 3000] [LOCALE.PROVIDER ...]

Prints, for each provider, how it is made, the time until the first column is there (Faker loaded, the method read),
rows a second after that, Faker's own values a second, and the number of distinct values of both for `--calls` rows.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.vector import to_list
from synthdsl.ops.people.catalogue import provider_type
from synthdsl.ops.people.direct import direct_kernel
from synthdsl.ops.people.fake import fake
from synthdsl.ops.people.programs import read_column, read_running_text, request

DEFAULT = (
    "en_US.name en_US.address en_US.email en_US.company_email en_US.phone_number en_US.company en_US.job "
    "en_US.sentence en_US.paragraph en_US.text de_DE.name de_DE.address de_DE.email ja_JP.name ja_JP.address "
    "ja_JP.email ru_RU.name ru_RU.address ru_RU.email zh_CN.address ar_SA.name fr_FR.address en_US.person "
    "en_US.date_of_birth en_US.ssn en_US.uuid4 en_US.profile en_US.iban en_US.credit_card_number"
)


def seconds(call: Callable[[], Any], times: int = 3) -> float:
    """The shortest of several runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--calls", type=int, default=3_000)
    options.add_argument("providers", nargs="*", default=DEFAULT.split())
    chosen = options.parse_args()
    print(f"{'provider':26}{'made by':10}{'first':>9}{'rows/s':>13}{'Faker/s':>11}{'times':>8}   distinct (Faker's)")
    for name in chosen.providers:
        locale, provider = name.split(".")
        _line(locale, provider, chosen.rows, chosen.calls)


def _line(locale: str, provider: str, rows: int, calls: int) -> None:
    draw = Draw(stream(1, "d", "c"), number_keys(0, rows))
    few = Draw(stream(1, "d", "c"), number_keys(0, calls))
    first = seconds(lambda: fake(few, locale, provider, {}), 1)
    made_by = _made_by(locale, provider)
    measured = draw if made_by != "Faker" else few
    ours = measured.n / seconds(lambda: fake(measured, locale, provider, {}))
    distinct = len(set(map(str, to_list(fake(few, locale, provider, {}), calls))))
    theirs, others = _faker(locale, provider, calls)
    times = f"{ours / theirs:8.1f}" if theirs else f"{'':8}"
    name = f"{locale}.{provider}"
    print(f"{name:26}{made_by:10}{first:8.3f}s{ours:13,.0f}{theirs:11,.0f}{times}   {distinct} ({others})")


def _made_by(locale: str, provider: str) -> str:
    if provider == "person" or direct_kernel(locale, provider):
        return "columns"
    asked = request(locale, provider, provider_type(locale, provider), {})
    return "columns" if read_running_text(asked) or read_column(asked) else "Faker"


def _faker(locale: str, provider: str, calls: int) -> tuple[float, int]:
    """Faker's own values a second, and how many are distinct; zeros for what it does not have."""
    from faker import Faker

    faker = Faker(locale)
    faker.seed_instance(1)
    call = getattr(faker, provider, None)
    if call is None:
        return 0.0, 0
    found = [str(call()) for _ in range(calls)]
    return calls / seconds(lambda: [call() for _ in range(calls)], 1), len(set(found))


if __name__ == "__main__":
    main()
