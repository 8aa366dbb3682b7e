"""Times: draws from ranges, parts, arithmetic on the calendar, formats both ways."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.vector import Coded, Constant, Records, Vector, to_list
from synthdsl.ops.contract import Argument, CallSite, Finite, Undefined
from synthdsl.ops.table import operator
from synthdsl.ops.time.calendar import coded_days
from synthdsl.types.terms import DATE, STR, TIMESTAMP, IntType

DAY = datetime.timedelta(days=1)
NEW_YEAR, LAST_DAY = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)


def value(name: str, *arguments: Any) -> Any:
    scalar = operator(name).scalar
    assert scalar is not None
    return scalar(*arguments)


def values(name: str, *vectors: Vector, n: int) -> list[Any]:
    kernel = operator(name).kernel
    assert kernel is not None
    return to_list(kernel(n, *vectors), n)


def undefined(name: str, *arguments: Any) -> str:
    with pytest.raises(Undefined) as caught:
        value(name, *arguments)
    return str(caught.value)


def codes(name: str, types: dict[str, Any] | None = None, **known: Any) -> list[str]:
    check = operator(name).check
    assert check is not None
    arguments = {k: Argument(STR, Constant(v)) for k, v in known.items()}
    arguments |= {k: Argument(t) for k, t in (types or {}).items()}
    return [p.code for p in check(CallSite(arguments))]


def draw(name: str, between: Vector, n: int = 20_000) -> list[Any]:
    kernel = operator(name).kernel
    assert kernel is not None
    return to_list(kernel(Draw(stream(9, "time", name), number_keys(0, n)), between), n)


def moments(n: int = 400) -> list[datetime.datetime]:
    chance = random.Random(1)
    micro = datetime.timedelta(microseconds=1)
    span = (datetime.datetime(9999, 12, 31) - datetime.datetime(1, 1, 1)) // micro
    some = [datetime.datetime(1, 1, 1) + chance.randint(0, span) * micro for _ in range(n - 6)]
    return [
        *some,
        datetime.datetime(1969, 12, 31, 23, 59, 59, 999_999),
        datetime.datetime(1970, 1, 1),
        datetime.datetime(2024, 2, 29, 12, 0),
        datetime.datetime(2000, 12, 31, 0, 30),
        datetime.datetime(1, 1, 1),
        datetime.datetime(9999, 12, 31, 23, 59, 59, 999_999),
    ]


MOMENTS = moments()
DAYS = [m.date() for m in MOMENTS]
MOMENT_ARRAY = np.array(MOMENTS, dtype="datetime64[us]")
DAY_ARRAY = np.array(DAYS, dtype="datetime64[D]")


# --- draws ----------------------------------------------------------------------------------------


def test_dates_cover_the_range_evenly_with_both_ends() -> None:
    found = draw("date", Constant((NEW_YEAR, NEW_YEAR + 9 * DAY)))
    counts = Counter(found)
    assert sorted(counts) == [NEW_YEAR + i * DAY for i in range(10)]
    assert all(abs(count - 2000) < 250 for count in counts.values())
    assert set(map(type, found)) == {datetime.date}


def test_timestamps_over_dates_cover_whole_days_in_seconds() -> None:
    found = draw("timestamp", Constant((NEW_YEAR, NEW_YEAR)), 200_000)
    assert min(found) < datetime.datetime(2025, 1, 1, 0, 0, 10)
    assert max(found) > datetime.datetime(2025, 1, 1, 23, 59, 50)
    assert {m.date() for m in found} == {NEW_YEAR}
    assert {m.microsecond for m in found} == {0}
    assert {m.second for m in found} == set(range(60))
    hours = Counter(m.hour for m in found)
    assert all(abs(hours[h] - 200_000 / 24) < 500 for h in range(24))


def test_timestamps_over_timestamps_take_whole_seconds_inside() -> None:
    start = datetime.datetime(2025, 1, 1, 10, 0, 0, 500_000)
    stop = datetime.datetime(2025, 1, 1, 10, 0, 3, 500_000)
    found = set(draw("timestamp", Constant((start, stop)), 1000))
    assert found == {datetime.datetime(2025, 1, 1, 10, 0, s) for s in (1, 2, 3)}
    with pytest.raises(Undefined):
        draw("timestamp", Constant((start, start + datetime.timedelta(microseconds=9))), 3)


@pytest.mark.parametrize("name", ["date", "timestamp"])
def test_ranges_may_vary_by_row(name: str) -> None:
    n = 3000
    starts = [NEW_YEAR + (i % 50) * DAY for i in range(n)]
    ranges = Records({"start": np.array(starts, dtype="datetime64[D]"), "stop": Constant(LAST_DAY)})
    found = draw(name, ranges, n)
    assert all(s <= (f.date() if name == "timestamp" else f) <= LAST_DAY for s, f in zip(starts, found, strict=True))
    even = draw(name, Constant((NEW_YEAR, LAST_DAY)), n)
    assert found[::50] == even[::50]
    listed = draw(name, [{"start": s, "stop": LAST_DAY} for s in starts], n)
    assert listed == found


def test_a_range_that_runs_backwards_is_found() -> None:
    assert codes("date", between=(LAST_DAY, NEW_YEAR)) == ["E0309"]
    assert codes("timestamp", between=(NEW_YEAR, LAST_DAY)) == []
    backwards = Records({"start": [NEW_YEAR, LAST_DAY], "stop": [LAST_DAY, NEW_YEAR]})
    with pytest.raises(Undefined) as caught:
        draw("date", backwards, 2)
    assert caught.value.at == 1


def test_the_domain_of_a_short_range_is_exact() -> None:
    domain = operator("date").domain
    assert domain is not None
    call = CallSite({"between": Argument(DATE, Constant((NEW_YEAR, NEW_YEAR + DAY)))})
    assert domain(call) == Finite(((NEW_YEAR, 0.5), (NEW_YEAR + DAY, 0.5)))
    assert domain(CallSite({"between": Argument(DATE)})) is None


# --- parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["year", "month", "day", "weekday", "hour", "minute", "second"])
def test_parts_by_array_are_parts_by_row(name: str) -> None:
    plain = (lambda m: m.isoweekday()) if name == "weekday" else (lambda m: getattr(m, name))
    assert values(name, MOMENT_ARRAY, n=400) == [plain(m) for m in MOMENTS]
    assert values(name, MOMENTS, n=400) == [plain(m) for m in MOMENTS]
    if name in ("year", "month", "day", "weekday"):
        assert values(name, DAY_ARRAY, n=400) == [plain(d) for d in DAYS]
    coded = Coded(np.array([0, 1, 0]), MOMENTS[:2])
    assert values(name, coded, n=3) == [plain(MOMENTS[i]) for i in (0, 1, 0)]
    result = operator(name).result
    assert result is not None
    bounds = result(CallSite({}), IntType())
    assert isinstance(bounds, IntType)
    assert all(bounds.low <= plain(m) <= bounds.high for m in MOMENTS)  # type: ignore[operator]


def test_days_and_moments_turn_into_each_other() -> None:
    assert values("to_date", MOMENT_ARRAY, n=400) == DAYS
    midnight = [datetime.datetime(d.year, d.month, d.day) for d in DAYS]
    assert values("to_timestamp", DAY_ARRAY, n=400) == midnight
    assert [value("to_timestamp", d) for d in DAYS] == midnight


def test_days_are_coded_whatever_their_span() -> None:
    for array in (DAY_ARRAY, DAY_ARRAY[:0], np.array(["2025-01-02", "2025-01-01"], dtype="datetime64[D]")):
        coded = coded_days(array)
        assert to_list(coded, len(array)) == array.tolist()
        assert list(coded.values) == sorted(set(coded.values))


# --- arithmetic on the calendar -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ((2025, 1, 31), 1, (2025, 2, 28)),
        ((2024, 1, 31), 1, (2024, 2, 29)),
        ((2024, 2, 29), 12, (2025, 2, 28)),
        ((2025, 3, 31), -1, (2025, 2, 28)),
        ((2025, 12, 15), 1, (2026, 1, 15)),
        ((2025, 1, 15), -13, (2023, 12, 15)),
        ((9999, 11, 30), 1, (9999, 12, 30)),
    ],
)
def test_months_are_added_within_the_month(start: Any, months: int, end: Any) -> None:
    day, expected = datetime.date(*start), datetime.date(*end)
    assert value("add_months", day, months) == expected
    assert values("add_months", np.array([day], dtype="datetime64[D]"), Constant(months), n=1) == [expected]
    moment = datetime.datetime(*start, 13, 5, 7, 42)
    found = values("add_months", np.array([moment], dtype="datetime64[us]"), np.array([months]), n=1)
    assert found == [datetime.datetime(*end, 13, 5, 7, 42)] == [value("add_months", moment, months)]


@pytest.mark.parametrize("months", [1, -120_000, 10**12])
def test_months_outside_the_calendar_are_undefined(months: int) -> None:
    last = datetime.date(9999, 12, 1)
    assert undefined("add_months", last, months)
    with pytest.raises(Undefined):
        values("add_months", np.array([last], dtype="datetime64[D]"), Constant(months), n=1)


def test_ages_and_days() -> None:
    born = datetime.date(2000, 2, 29)
    assert value("years_between", born, datetime.date(2025, 2, 28)) == 24
    assert value("years_between", born, datetime.date(2025, 3, 1)) == 25
    assert value("years_between", datetime.date(2025, 3, 1), born) == -25
    assert value("days_between", NEW_YEAR, LAST_DAY) == 364
    noon, next_morning = datetime.datetime(2025, 1, 1, 12), datetime.datetime(2025, 1, 2, 11)
    assert value("days_between", noon, next_morning) == 0
    assert value("days_between", next_morning, noon) == 0
    for name in ("years_between", "days_between"):
        other = DAY_ARRAY[::-1]
        expected = [value(name, a, b) for a, b in zip(DAYS, DAYS[::-1], strict=True)]
        assert values(name, DAY_ARRAY, other, n=400) == expected
        assert values(name, DAY_ARRAY, Constant(born), n=400) == [value(name, d, born) for d in DAYS]


def test_durations_add_up_their_parts() -> None:
    assert value("duration", 1, 2, 3, 4, 5) == datetime.timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)
    assert value("duration", 0, 0.5, -12, 0, 0) == datetime.timedelta()
    assert value("duration", 0, 0, 0, 0, 1e-6) == datetime.timedelta(microseconds=1)
    assert undefined("duration", 0, 200_000_000, 0, 0, 0)
    assert undefined("duration", 0, 1e300, 0, 0, 0)
    zero = Constant(0)
    found = values("duration", zero, np.array([1, 2]), Constant(0.5), zero, np.array([0.25, 1.0]), n=2)
    assert found == [value("duration", 0, 1, 0.5, 0, 0.25), value("duration", 0, 2, 0.5, 0, 1.0)]
    with pytest.raises(Undefined):
        values("duration", zero, np.array([1, 200_000_000]), zero, zero, zero, n=2)


def test_impossible_days_are_undefined() -> None:
    assert undefined("make_date", 2025, 2, 29) == "There is no day 2025-2-29."
    assert undefined("make_date", 0, 1, 1)
    assert undefined("make_date", 2025, 2**40, 1)
    assert undefined("make_timestamp", 2025, 1, 1, 24, 0, 0)


# --- formats --------------------------------------------------------------------------------------

PORTABLE = [
    "%Y-%m-%d",
    "%d/%m/%y",
    "%A, %d %B",
    "%a %b %j",
    "%u %w",
    "%G-W%V",
    "100%% %H:%M:%S.%f",
    "%I %p",
    "%F %T",
    "",
]


@pytest.mark.parametrize("template", PORTABLE)
def test_formats_are_those_of_strftime(template: str) -> None:
    """Python's own needs a year of four digits on some machines."""
    recent = [m for m in MOMENTS if m.year >= 1000]
    expected = [m.strftime(template.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S")) for m in recent]
    assert [value("format_date", m, template) for m in recent] == expected
    array = np.array(recent, dtype="datetime64[us]")
    assert values("format_date", array, Constant(template), n=len(recent)) == expected
    assert codes("format_date", {"t": TIMESTAMP}, format=template) == []


def test_years_have_four_digits_and_padding_can_be_left_out() -> None:
    early = datetime.datetime(7, 3, 1, 14, 5)
    assert value("format_date", early, "%Y-%m-%d") == "0007-03-01"
    assert value("format_date", early, "%-d.%-m. %-I:%M %p") == "1.3. 2:05 PM"


def test_a_date_is_written_once_a_day() -> None:
    kernel = operator("format_date").kernel
    assert kernel is not None
    found = kernel(
        5, np.array(["2025-01-01", "2025-01-02"] * 2 + ["2025-01-01"], dtype="datetime64[D]"), Constant("%d")
    )
    assert isinstance(found, Coded)
    assert list(found.values) == ["01", "02"]
    assert to_list(found, 5) == ["01", "02", "01", "02", "01"]


@pytest.mark.parametrize("template", ["%Q", "%", "%-B", "%-", "%z", "%s", "%E"])
def test_unknown_directives_are_found(template: str) -> None:
    assert codes("format_date", {"t": TIMESTAMP}, format=template) == ["E0320"]


def test_a_date_has_no_time_of_day() -> None:
    assert codes("format_date", {"t": DATE}, format="%H:%M") == ["E0320"]
    assert codes("parse_date", format="%Y-%m-%d %H") == ["E0320"]


@pytest.mark.parametrize("template", ["%d %B", "%Y %j", "%Y %Y", "%Y %q"])
def test_formats_that_cannot_be_read_by_are_found(template: str) -> None:
    assert codes("parse_date", format=template) == ["E0320"]
    assert codes("parse_timestamp", format=template) == ["E0320"]


@settings(max_examples=100, deadline=None)
@given(st.datetimes(), st.sampled_from(["%Y-%m-%d %H:%M:%S.%f", "%d. %B %Y, %I:%M:%S %p, %f", "%f%S%M%H %b %A %d%m%Y"]))
def test_what_is_written_is_read_back(moment: datetime.datetime, template: str) -> None:
    assert value("parse_timestamp", value("format_date", moment, template), template) == moment


@pytest.mark.parametrize(
    ("text", "template", "expected"),
    [
        (" 2025-03-01 ", "%Y-%m-%d", (2025, 3, 1)),
        ("1 march 2025", "%d %B %Y", (2025, 3, 1)),
        ("sat 1-MAR-25", "%a %d-%b-%y", (2025, 3, 1)),
        ("3/1/69", "%m/%d/%y", (1969, 3, 1)),
        ("2025", "%Y", (2025, 1, 1)),
    ],
)
def test_dates_are_read(text: str, template: str, expected: Any) -> None:
    assert value("parse_date", text, template) == datetime.date(*expected)


@pytest.mark.parametrize("text", ["", "2025-02-30", "2025-3", "2025-03-01x", "٢٠٢٥-03-01", "0000-01-01"])
def test_other_texts_are_no_dates(text: str) -> None:
    assert undefined("parse_date", text, "%Y-%m-%d")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-01", (2025, 3, 1)),
        ("2025-03-01T14:30", (2025, 3, 1, 14, 30)),
        ("2025-03-01 14:30:05.25", (2025, 3, 1, 14, 30, 5, 250_000)),
        ("2025-03-01T14:30:00Z", (2025, 3, 1, 14, 30)),
        ("2025-03-01T01:30:00+02:00", (2025, 2, 28, 23, 30)),
        ("2025-03-01T23:30:00-0130", (2025, 3, 2, 1, 0)),
        ("2025-03-01t00:00:00.123456789", (2025, 3, 1, 0, 0, 0, 123_456)),
    ],
)
def test_iso_times_are_read_into_utc(text: str, expected: Any) -> None:
    assert value("parse_timestamp", text, None) == datetime.datetime(*expected)


@pytest.mark.parametrize("text", ["", "14:30", "2025-03-01T25:00", "2025-13-01", "0001-01-01T00:00+05:00", "today"])
def test_other_texts_are_no_times(text: str) -> None:
    assert undefined("parse_timestamp", text, None)


def test_hours_of_twelve() -> None:
    assert value("parse_timestamp", "2025-03-01 12:05 AM", "%Y-%m-%d %I:%M %p") == datetime.datetime(2025, 3, 1, 0, 5)
    assert value("parse_timestamp", "2025-03-01 12:05 PM", "%Y-%m-%d %I:%M %p") == datetime.datetime(2025, 3, 1, 12, 5)
    assert undefined("parse_timestamp", "2025-03-01 13:05 PM", "%Y-%m-%d %I:%M %p")
