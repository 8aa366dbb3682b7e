"""Every diagnostic code, in one table.

A code is for ever: it is never reused for another meaning. Each has a page `explain/CODE.md` with an
example that fails and the same one mended; a test runs both.

E01 text and syntax · E02 names · E03 types · E04 templates · E05 rules · E06 sources and files ·
E07 outputs · E08 running · E09 in the language, not runnable by this version · W0x warnings of the same families ·
L0 doubts of the linter: L00 waivers, L01 calls, L02 prompts, L03 rows, L04 the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """An error stops the compiler; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Code:
    """The kebab-case name and severity of a code."""

    name: str
    severity: Severity


def _error(name: str) -> Code:
    return Code(name, Severity.ERROR)


def _warning(name: str) -> Code:
    return Code(name, Severity.WARNING)


CODES: dict[str, Code] = {
    # text and syntax
    "E0101": _error("unexpected-token"),
    "E0102": _error("unterminated-string"),
    "E0103": _error("unclosed-bracket"),
    "E0104": _error("unexpected-character"),
    "E0105": _error("missing-edition"),
    "E0106": _error("unsupported-edition"),
    "E0107": _error("bad-escape"),
    "E0108": _error("bad-number"),
    "E0109": _error("bad-date"),
    "E0110": _error("nesting-too-deep"),
    "E0111": _error("file-too-large"),
    "E0112": _error("not-utf8"),
    "E0113": _error("unexpected-end"),
    "E0114": _error("mixed-record-and-map"),
    "E0115": _error("reserved-word"),
    "E0116": _error("unknown-statement"),
    "E0117": _error("stray-bracket"),
    "E0118": _error("invisible-character"),
    # names
    "E0201": _error("unknown-name"),
    "E0202": _error("duplicate-name"),
    "E0203": _error("dependency-cycle"),
    "E0204": _error("unknown-function"),
    "E0205": _error("unknown-type"),
    "E0206": _error("unknown-field"),
    "E0207": _error("unknown-argument"),
    "E0208": _error("missing-argument"),
    "E0209": _error("too-many-arguments"),
    "E0210": _error("redefined-column"),
    "E0211": _error("unknown-module"),
    "E0212": _error("not-exported"),
    "E0213": _error("import-cycle"),
    "E0214": _error("path-outside-project"),
    "E0215": _error("unknown-provider"),
    "E0216": _error("not-a-dataset"),
    "E0217": _error("not-a-value"),
    "E0218": _error("misplaced-statement"),
    "E0219": _error("builtin-name"),
    "E0220": _error("unknown-role"),
    "E0221": _error("unknown-setting"),
    "E0222": _error("unknown-step"),
    "E0223": _error("bad-move"),
    "E0224": _error("bad-name-case"),
    "E0225": _error("duplicate-argument"),
    "E0226": _error("unknown-faker-provider"),
    "E0227": _error("unknown-locale"),
    "E0228": _error("draw-outside-var"),
    "E0230": _error("no-ancestor"),
    "E0231": _error("bad-test"),
    # types
    "E0301": _error("type-mismatch"),
    "E0302": _error("bad-operands"),
    "E0303": _error("nullable-use"),
    "E0304": _error("match-not-exhaustive"),
    "E0305": _error("unreachable-arm"),
    "E0306": _error("not-constant"),
    "E0307": _error("bad-refinement"),
    "E0308": _error("recursive-type"),
    "E0309": _error("argument-out-of-range"),
    "E0310": _error("bad-weights"),
    "E0311": _error("empty-choice"),
    "E0312": _error("no-common-type"),
    "E0313": _error("ambiguous-union"),
    "E0314": _error("missing-param-value"),
    "E0315": _error("bad-param-value"),
    "E0316": _error("secret-in-spec"),
    "E0317": _error("type-needed"),
    "E0318": _error("bad-regex"),
    "E0319": _error("row-outside-of-n"),
    "E0320": _error("bad-format-string"),
    "E0321": _error("out-of-bounds"),
    "E0322": _error("constant-overflow"),
    "E0323": _error("type-too-large"),
    "E0324": _error("unanswerable-type"),
    "E0325": _error("model-cannot"),
    # templates
    "E0401": _error("template-syntax"),
    "E0402": _error("template-not-allowed"),
    "E0403": _error("unknown-filter"),
    "E0404": _error("template-type"),
    "E0405": _error("template-recursion"),
    "E0406": _error("template-too-large"),
    # rules
    "E0501": _error("unsatisfiable-rule"),
    "E0502": _error("conflicting-rules"),
    "E0503": _error("rule-needs-else"),
    "E0504": _error("bad-else"),
    "E0505": _error("rule-without-draws"),
    "E0506": _error("unknown-rule"),
    "E0507": _error("cannot-violate"),
    "E0508": _error("share-out-of-range"),
    "E0509": _error("useless-remedy"),
    # sources and files
    "E0601": _error("file-not-found"),
    "E0602": _error("unreadable-file"),
    "E0603": _error("bad-encoding"),
    "E0604": _error("malformed-row"),
    "E0605": _error("column-not-in-file"),
    "E0606": _error("value-does-not-fit"),
    "E0607": _error("empty-source"),
    "E0608": _error("duplicate-key"),
    "E0609": _error("unknown-reader"),
    "E0610": _error("query-failed"),
    "E0611": _error("unknown-file-suffix"),
    "E0612": _error("corrupt-archive"),
    "E0613": _error("extra-not-installed"),
    "E0614": _error("lock-conflict"),
    "E0615": _error("bad-lock"),
    "E0616": _error("not-as-locked"),
    # outputs
    "E0701": _error("unknown-format"),
    "E0702": _error("missing-output-key"),
    "E0703": _error("unknown-output-key"),
    "E0704": _error("output-key-type"),
    "E0705": _error("output-collision"),
    "E0706": _error("output-outside-project"),
    "E0707": _error("output-suffix"),
    "E0708": _error("output-conflicting-keys"),
    "E0709": _error("nested-value-in-csv"),
    # running
    "E0801": _error("row-failed"),
    "E0802": _error("rule-never-holds"),
    "E0803": _error("too-few-accepted"),
    "E0804": _error("rule-failed"),
    "E0805": _error("expectation-failed"),
    "E0806": _error("cannot-write"),
    "E0807": _error("disk-full"),
    "E0808": _error("interrupted"),
    "E0809": _error("refinement-broken"),
    "E0810": _error("unique-exhausted"),
    "E0812": _error("worker-died"),
    "E0814": _error("plan-outdated"),
    "E0813": _error("rows-failed"),
    "E0816": _error("too-few-rows"),
    "E0817": _error("too-many-rows"),
    "E0818": _error("pool-stopped"),
    "E0820": _error("key-refused"),
    "E0821": _error("model-unknown"),
    "E0822": _error("server-unreachable"),
    "E0823": _error("call-refused"),
    "E0824": _error("server-failing"),
    "E0825": _error("broken-answer"),
    "E0826": _error("budget-reached"),
    "E0827": _error("answer-missing"),
    "E0828": _error("provider-missing"),
    "E0829": _error("variable-missing"),
    "E0830": _error("answer-not-json"),
    "E0831": _error("answer-of-another-type"),
    "E0832": _error("answer-cut-off"),
    "E0833": _error("answer-filtered"),
    "E0834": _error("answer-refused"),
    "E0835": _error("answer-empty"),
    "E0836": _error("answer-without-logprobs"),
    "E0840": _error("store-unusable"),
    "E0841": _error("store-newer"),
    "E0842": _error("store-damaged"),
    "E0843": _error("store-full"),
    "E0844": _error("store-locked"),
    "E0845": _error("bad-cassette-line"),
    "E0846": _error("no-known-run"),
    "E0850": _error("assertion-failed"),
    "E0851": _error("test-stopped"),
    "E0852": _error("snapshot-differs"),
    # in the language, not runnable by this version
    "E0905": _error("step-not-runnable"),
    "E0906": _error("evaluate-not-runnable"),
    "E0911": _error("function-not-runnable"),
    # warnings
    "W0201": _warning("unused-column"),
    "W0202": _warning("unused-declaration"),
    "W0501": _warning("rule-always-holds"),
    "W0502": _warning("low-acceptance"),
    "W0601": _warning("untyped-source"),
    "W0602": _warning("source-changed"),
    "W0701": _warning("no-output"),
    "W0801": _warning("other-library"),
    "W0840": _warning("store-set-aside"),
    "W0901": _warning("unreached-calls"),
    # doubtful (lint)
    "L0001": _warning("bad-waiver"),
    "L0002": _warning("waiver-ended"),
    "L0003": _warning("waiver-for-nothing"),
    "L0101": _warning("judge-is-writer"),
    "L0102": _warning("samples-at-zero-temperature"),
    "L0103": _warning("no-max-tokens"),
    "L0104": _warning("no-price"),
    "L0105": _warning("moving-model-name"),
    "L0106": _warning("unencrypted-server"),
    "L0107": _warning("typed-answer-without-retries"),
    "L0108": _warning("hot-judge"),
    "L0109": _warning("no-temperature"),
    "L0201": _warning("same-prompt-for-every-row"),
    "L0202": _warning("single-braces"),
    "L0203": _warning("json-asked-by-hand"),
    "L0204": _warning("verdict-before-reason"),
    "L0205": _warning("source-in-system-prompt"),
    "L0206": _warning("long-shared-prefix-last"),
    "L0207": _warning("equal-prompts"),
    "L0301": _warning("few-different-prompts"),
    "L0302": _warning("split-without-dedup"),
    "L0303": _warning("split-apart-siblings"),
    "L0304": _warning("first-rows-of-a-file"),
    "L0305": _warning("dropped-rows-not-made-up"),
    "L0306": _warning("no-expectation"),
    "L0307": _warning("personal-column-goes-out"),
    "L0308": _warning("chosen-is-rejected"),
    "L0401": _warning("undocumented-dataset"),
    "L0402": _warning("undocumented-file"),
    "L0403": _warning("fixed-size"),
    "L0404": _warning("unused-import"),
    "L0405": _warning("flag-that-nobody-sees"),
    "L0406": _warning("unused-recipe"),
}
