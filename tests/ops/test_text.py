"""Functions on text: values at the edges, checks, types."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest

from synthdsl.dataset.vector import Constant
from synthdsl.ops.contract import Argument, CallSite, Undefined
from synthdsl.ops.table import operator
from synthdsl.ops.text.corpus import nearest_in
from synthdsl.ops.text.likeness import MEASURES
from synthdsl.types.terms import STR, IntType, ListType, StrType


def call(name: str, *arguments: Any) -> Any:
    scalar = operator(name).scalar
    assert scalar is not None
    return scalar(*arguments)


def codes(name: str, **known: Any) -> list[str]:
    check = operator(name).check
    assert check is not None
    return [p.code for p in check(CallSite({k: Argument(STR, Constant(v)) for k, v in known.items()}))]


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("len", ("",), 0),
        ("len", ("👍é",), 2),
        ("len", ([[], []],), 2),
        ("words", (" \n\t",), 0),
        ("words", ("it's a well-known fact",), 4),
        ("lower", ("ÀÉ",), "àé"),
        ("upper", ("ß",), "SS"),
        ("title", ("don't STOP o’clock x2y",), "Don't Stop O’clock X2y"),
        ("title", ("",), ""),
        ("capitalize", ("élan VITAL",), "Élan VITAL"),
        ("strip", ("\u00a0 x \n", None), "x"),
        ("strip", ("xyaxy", "xy"), "a"),
        ("replace", ("aaa", "aa", "b"), "ba"),
        ("replace", ("abc", "x", "y"), "abc"),
        ("replace_matches", ("a1b22", r"\d+", r"\1"), r"a\1b\1"),
        ("split", ("a,b,", ","), ["a", "b", ""]),
        ("split", ("", ","), [""]),
        ("split", ("", None), []),
        ("split", ("\u3000a b", None), ["a", "b"]),
        ("join", (["x"], "-"), "x"),
        ("contains", ("abc", ""), True),
        ("contains", ([{"a": 1}], {"a": 1}), True),
        ("starts_with", ("", "a"), False),
        ("ends_with", ("ab", "ab"), True),
        ("matches", ("two\nlines", r"^lines"), False),
        ("matches", ("two\nlines", r"(?m)^lines"), True),
        ("find_all", ("", r"x*"), [""]),
        ("find_all", ("ab", r"(x)?[ab]"), ["", ""]),
        ("extract", ("key: ", r"key: (\w)?"), None),
        ("extract", ("Ünï", r"\w+"), "Ünï"),
        ("substring", ("abc", -10, 2), "ab"),
        ("substring", ("abc", 2, 1), ""),
        ("repeat", ("", 5), ""),
        ("pad_left", ("abc", 2, " "), "abc"),
        ("pad_right", ("a", 3, "."), "a.."),
        ("slug", ("", "-"), ""),
        ("slug", ("Łódź & Straße — №7", "-"), "lodz-strasse-no7"),
        ("slug", ("日本", "-"), ""),
        ("format_number", (0.125, 2, ",", "."), "0.12"),
        ("format_number", (10**18, 0, " ", "."), "1 000 000 000 000 000 000"),
        ("format_number", (-0.5, 1, ",", "."), "-0.5"),
        ("format_number", (999.999, 2, ",", "."), "1,000.00"),
        ("valid_python", ("def f(:\n  pass",), False),
        ("valid_python", ("match x:\n  case 1: pass",), True),
        ("valid_python", ("type X = int",), False),
        ("valid_python", ("x = '\\d'",), True),
        ("valid_python", ("a\0b",), False),
        ("valid_python", ("-" * 90_000 + "1",), False),
        ("valid_python", ("",), True),
        ("parse_json", ('{"a": [1, 2.5, null, "é"]} ',), {"a": [1, 2.5, None, "é"]}),
        ("parse_json", ("NaN",), None),
        ("parse_json", ('"\\ud800"',), None),
        ("parse_json", ("[" * 100_000,), None),
        ("parse_json", ("{'a': 1}",), None),
        ("valid_json", ("null",), True),
        ("valid_json", ("1 2",), False),
        ("valid_json", ("01",), False),
        ("to_json", ({"b": 1, "a": [True, None, "ü\n"]},), '{"b":1,"a":[true,null,"ü\\n"]}'),
        ("to_json", (datetime.date(2025, 1, 2),), '"2025-01-02"'),
        ("to_json", (datetime.datetime(2025, 1, 2, 3, 4, 5),), '"2025-01-02T03:04:05"'),
        ("to_json", (datetime.timedelta(minutes=1, milliseconds=500),), "60.5"),
        ("transcript", ([{"role": "user", "content": "a\nb"}],), "user: a\nb"),
    ],
)
def test_values(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    found = call(name, *arguments)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("replace", ("abc", "", "x")),
        ("split", ("abc", "")),
        ("repeat", ("a", -1)),
        ("repeat", ("ab", 10_000_000)),
        ("replace", ("a" * 10_000, "a", "b" * 10_000)),
        ("join", (["a" * 6_000_000] * 2, "")),
        ("pad_left", ("a", 4, "ab")),
        ("pad_right", ("a", 20_000_000, " ")),
        ("format_number", (1.0, 21, ",", ".")),
        ("matches", ("a", "(")),
        ("matches", ("a" * 1_000_001, "b")),
        ("readability", ("123 !",)),
        ("valid_python", ("#" * 100_001,)),
        ("to_json", (2**70,)),
    ],
)
def test_undefined_values(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(Undefined) as undefined:
        call(name, *arguments)
    assert str(undefined.value).endswith(".")


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("replace", {"old": ""}, ["E0309"]),
        ("replace", {"old": "a"}, []),
        ("split", {"separator": ""}, ["E0309"]),
        ("split", {"separator": None}, []),
        ("repeat", {"times": -1}, ["E0309"]),
        ("pad_left", {"fill": "ab"}, ["E0309"]),
        ("pad_right", {"fill": ""}, ["E0309"]),
        ("format_number", {"digits": -1}, ["E0309"]),
        ("matches", {"pattern": r"(a+)+$"}, ["E0318"]),
        ("find_all", {"pattern": r"^(\w+\s?)*$"}, ["E0318"]),
        ("extract", {"pattern": r"(?s)<answer>(.*?)</answer>"}, []),
        ("replace_matches", {"pattern": r"\s+"}, []),
    ],
)
def test_checks(name: str, known: dict[str, Any], expected: list[str]) -> None:
    assert codes(name, **known) == expected


def test_the_type_of_len_knows_the_bounds_of_the_list() -> None:
    result = operator("len").result
    assert result is not None
    assert result(CallSite({"items": Argument(ListType(STR, 2, 5))}), STR) == IntType(2, 5)
    assert result(CallSite({"text": Argument(StrType(max=9))}), STR) == IntType(0, 9)
    assert result(CallSite({"text": Argument(STR)}), STR) == IntType(0, None)


def test_len_counts_the_rows_of_a_dataset() -> None:
    class Table:
        rows = 12

    assert call("len", Table()) == 12


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three", ["One.", "Two!", "Three"]),
        ('She said "Go." Then she left.', ['She said "Go."', "Then she left."]),
        ("It is 3.5 km. J. K. Rowling wrote it.", ["It is 3.5 km.", "J. K. Rowling wrote it."]),
        (
            "No. See no. 3 on Jan. 5. He said no. Then no one",
            ["No.", "See no. 3 on Jan. 5.", "He said no.", "Then no one"],
        ),
        ("See Fig. 3. Then I. Done.", ["See Fig. 3.", "Then I.", "Done."]),
        ("Well... no. Well... No.", ["Well... no.", "Well...", "No."]),
        ("A title\n\nA text without end", ["A title", "A text without end"]),
        ("今日は。元気？はい", ["今日は。", "元気？", "はい"]),
        (" \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert call("sentences", text) == expected


def test_syllables() -> None:
    from synthdsl.ops.text.flesch import syllables

    known = {"make": 1, "table": 2, "makes": 1, "boxes": 2, "jumped": 1, "wanted": 2, "called": 1, "agreed": 2}
    known |= {"the": 1, "beautiful": 3, "antique": 2, "rhythm": 1, "apples": 2, "sh": 1}
    assert {word: syllables(word) for word in known} == known


def test_readability_ranks_texts() -> None:
    easy = "The cat sat on the mat. It was a good cat."
    hard = "Comprehensive organisational transformation necessitates interdisciplinary collaboration."
    assert call("readability", hard) < 0 < 80 < call("readability", easy)


def test_perplexity_is_documented_but_does_not_run() -> None:
    found = operator("perplexity")
    assert not found.runnable and found.scalar is None and found.kernel is None


PERSONAL = [
    ("Write to ann.b+x@mail.example.org, please.", "Write to [EMAIL], please."),
    ("+49 (30) 123-4567", "[PHONE]"),
    ("Call (212) 555-0100 or 212-555-0100 or 1-212-555-0100!", "Call [PHONE] or [PHONE] or [PHONE]!"),
    ("Tel. 030 1234567", "Tel. [PHONE]"),
    ("Card 4111-1111-1111-1111.", "Card [CARD]."),
    ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [IBAN]"),
    ("His number is 078-05-1120", "His number is [SSN]"),
    ("from 192.168.0.255", "from [IP]"),
]
NOT_PERSONAL = [
    "",
    "On 2025-01-31 at 12:30:15.123 there were 1,234,567 rows.",
    "Order 4111 1111 1111 1112",
    "DE89 3704 0044 0532 0130 01",
    "000-12-3456 and 900-12-3456",
    "Version 1.2.3.400 and 1.2.3.4.5",
    "@home user@host and a@b.c",
    "x" * 5_000 + "@" + "y" * 5_000,
    "3.14159265358979323846",
]


@pytest.mark.parametrize(("text", "masked"), PERSONAL)
def test_personal_data_are_found_by_their_form(text: str, masked: str) -> None:
    assert call("has_pii", text) is True
    assert call("mask_pii", text) == masked


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_what_only_looks_like_personal_data_stays(text: str) -> None:
    assert call("has_pii", text) is False
    assert call("mask_pii", text) == text


def test_looking_for_personal_data_takes_time_by_length() -> None:
    import time

    for text in ("a" * 200_000, "1 " * 100_000, "+1" * 100_000, "a@" * 100_000, "AA00 0000 " * 20_000, "a." * 100_000):
        begun = time.process_time()
        call("mask_pii", text)
        assert time.process_time() - begun < 20


def test_the_language_of_a_text() -> None:
    texts = {
        "en": "The quick brown fox jumps over the lazy dog.\nAnd then it sleeps.",
        "fr": "Je voudrais une tasse de café, s'il vous plaît.",
        "es": "¿Dónde está la biblioteca de la universidad?",
        "zh": "今天的天气非常好，我们去公园吧。",
    }
    assert {k: call("language", v) for k, v in texts.items()} == {k: k for k in texts}
    assert call("language", " \n") == "und" == call("language", "42")


@pytest.mark.parametrize(
    "text", ["select 1; select 2", "with t as (select 1) select * from t", "insert into t values (1)"]
)
def test_sql_is_told_from_text(text: str) -> None:
    assert call("valid_sql", text) is True


@pytest.mark.parametrize("text", ["", " -- nothing", "select from where", "hello", "'", "(" * 10_000, "\0", "\ud800"])
def test_text_is_told_from_sql(text: str) -> None:
    assert call("valid_sql", text) is False


@pytest.mark.parametrize("metric", ["token_set", "rouge_l", "levenshtein"])
def test_the_nearest_of_a_growing_list_is_that_of_comparing_with_each(metric: str) -> None:
    chance = random.Random(3)
    words = ["tea", "jam", "oil", "rice", "salt", "red", "old"]
    texts = [" ".join(chance.choices(words, k=chance.randint(0, 6))) for _ in range(120)]
    queries = [" ".join(chance.choices(words, k=chance.randint(0, 6))) for _ in range(10)]
    finders = {n: nearest_in(texts[:n], metric) for n in (1, 7, 7, 30, 31, 90, 120)}
    finders[50] = nearest_in(texts[:50], metric)
    other = nearest_in(["oil", *texts[:20]], metric)
    compare = MEASURES[metric]
    for query in queries:
        for n, find in finders.items():
            assert find(query) == max(compare(query, t) for t in texts[:n])
        assert other(query) == max(compare(query, t) for t in ["oil", *texts[:20]])
