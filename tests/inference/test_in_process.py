"""Models in this process, with weights made on the spot: what every provider promises, and what weights can do wrong.

Each part runs where its library, an extra, is installed.
"""

from __future__ import annotations

import json
import struct
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from synthdsl.engine.failing import RunError
from synthdsl.llm.extras import Extras
from synthdsl.llm.providers.gguf_header import trained_context
from synthdsl.llm.reply import CallFailed, Reply
from synthdsl.llm.request import Form, Identity, Message, ModelSpec, Request
from synthdsl.llm.typed.extras import ExtrasReader
from synthdsl.llm.typed.read import Reader
from synthdsl.llm.typed.schema import schema_of
from synthdsl.pipeline import RunSettings, compile_spec, run, surveyed
from synthdsl.types.terms import BOOL, STR, Field, LiteralType, RecordType
from synthdsl.weights import located
from tests.llm.test_faults import outcomes

pytestmark = pytest.mark.slow

LLAMA = pytest.mark.skipif(not find_spec("llama_cpp"), reason="llama-cpp-python is missing")
HUGGING_FACE = pytest.mark.skipif(not find_spec("transformers"), reason="transformers is missing")
BOTH = [pytest.param("llamacpp", marks=LLAMA), pytest.param("transformers", marks=HUGGING_FACE)]
TEXTS = ["a cup of tea, a pot of jam", "write about oil and tea", "user assistant system: 0123456789", '{}[]",.<>|/\n']
TEMPLATE = "{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}<assistant>"


def make_folder(place: Path, seed: int = 1) -> None:
    """A Llama of a few thousand weights with its tokenizer, as transformers keeps them."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    raw.train_from_iterator(
        TEXTS, trainers.BpeTrainer(vocab_size=400, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet)
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, bos_token="<s>", eos_token="</s>")
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(place)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=1024, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(place, safe_serialization=True)


def make(provider: str, folder: Path, seed: int = 1) -> str:
    """Weights in the folder; gives their path in it."""
    if provider == "llamacpp":
        from tests.inference.model import make_model

        make_model(folder / "tiny.gguf", seed)
        return "tiny.gguf"
    make_folder(folder / "tiny", seed)
    return "tiny"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A project folder with weights for each provider that can be asked."""
    found = {}
    for provider, library in (("llamacpp", "llama_cpp"), ("transformers", "transformers")):
        if find_spec(library):
            folder = tmp_path_factory.mktemp(provider)
            make(provider, folder)
            found[provider] = folder
    return found


def model(provider: str, folder: Path, **settings: Any) -> ModelSpec:
    from synthdsl.base.span import Span

    path = "tiny.gguf" if provider == "llamacpp" else "tiny"
    spec = ModelSpec("writer", provider, (("path", path), *settings.items()), Span(str(folder / "x.synth"), 0, 0))
    return located((spec,), folder, {})[0]


def requests(spec: ModelSpec, texts: list[str], **form: Any) -> list[Request]:
    settings = form.pop("settings", (("max_tokens", 12), ("temperature", 0.8)))
    identity = Identity(Form("rows.text", spec, settings, **form))
    said = [
        (Message("user", t),) if form.get("complete") else (Message("system", "Brief."), Message("user", t))
        for t in texts
    ]
    return [identity.request(messages, b"%d" % i) for i, messages in enumerate(said)]


def replies(calls: list[Request]) -> list[Reply]:
    found = outcomes(calls)
    assert all(isinstance(r, Reply) for r in found), found
    return [r for r in found if isinstance(r, Reply)]


@pytest.mark.parametrize("provider", BOTH)
def test_answers_depend_on_the_call_alone(provider: str, weights: dict[str, Path]) -> None:
    calls = requests(model(provider, weights[provider]), ["tea", "jam", "tea", "oil and jam"])
    first = replies(calls)
    assert all(r.usage.input > 3 and r.usage.output <= 12 and "/" not in r.model for r in first)
    assert len({r.text for r in first}) >= 3
    assert [r.text for r in replies(calls[::-1])][::-1] == [r.text for r in first]


@pytest.mark.parametrize("provider", BOTH)
def test_at_temperature_zero_equal_prompts_have_equal_answers(provider: str, weights: dict[str, Path]) -> None:
    spec = model(provider, weights[provider])
    calls = requests(spec, ["tea", "jam", "tea"], settings=(("max_tokens", 8), ("temperature", 0)))
    one, _, again = replies(calls)
    assert one.text == again.text and one.finish in ("length", "stop")


@pytest.mark.parametrize("provider", BOTH)
def test_a_text_is_gone_on_from_and_stops_where_it_shall(provider: str, weights: dict[str, Path]) -> None:
    spec = model(provider, weights[provider])
    prompts = ["A cup of", "tea and", "oil", "jam, jam", "a pot"]
    whole = next(r.text for r in replies(requests(spec, prompts, complete=True)) if len(r.text) > 2)
    stop = next(c for c in whole[1:] if c.strip())
    settings = (("max_tokens", 12), ("stop", [stop]), ("temperature", 0.8))
    for reply in replies(requests(spec, prompts, complete=True, settings=settings)):
        assert stop not in reply.text


@LLAMA
def test_typed_answers_are_written_under_a_grammar(weights: dict[str, Path]) -> None:
    answer = RecordType((Field("label", LiteralType(("spam", "ham"))), Field("good", BOOL)))
    form = {"schema": schema_of(answer, "score"), "answer": answer, "settings": (("max_tokens", 200),)}
    for reply in replies(requests(model("llamacpp", weights["llamacpp"]), ["tea", "jam"], **form)):
        read = Reader(answer).read(reply)
        assert read.problem is None and read.value["label"] in ("spam", "ham"), reply


@HUGGING_FACE
@pytest.mark.parametrize("complete", [False, True])
def test_log_probabilities_come_with_the_tokens(weights: dict[str, Path], complete: bool) -> None:
    extras = Extras(STR, logprobs=True)
    calls = requests(model("transformers", weights["transformers"]), ["tea"], logprobs=True, complete=complete)
    (reply,) = replies(calls)
    value = ExtrasReader(extras, complete).read(reply).value
    assert len(value["logprobs"]) == reply.usage.output and all(t["logprob"] < 0 for t in value["logprobs"])


@pytest.mark.parametrize("provider", BOTH)
def test_other_weights_are_asked_again_and_the_same_are_not(provider: str, tmp_path: Path) -> None:
    path = make(provider, tmp_path)
    spec = f"""synth 1

model tiny = {provider}("{path}", temperature=0.8, max_tokens=16)

dataset rows of 4 {{
  var topic = choice(["tea", "jam", "oil"])
  llm text: str(min=0) = tiny \"\"\"Write about {{{{ topic }}}}.\"\"\"
}}

output "out/rows.jsonl" from rows
"""
    (tmp_path / "spec.synth").write_text(spec)
    compiled = compile_spec(tmp_path / "spec.synth")
    assert compiled.ok, compiled.diagnostics
    (before,) = surveyed(compiled)
    assert before.calls == 4
    ran = run(compiled)
    rows = [json.loads(line) for line in (tmp_path / "out/rows.jsonl").read_text().splitlines()]
    assert len(rows) == 4 and sum(s.answered for s in ran.spent) == 4
    (manifest,) = [p for p in (tmp_path / "out").iterdir() if "manifest" in p.name]
    assert str(tmp_path) not in manifest.read_text()
    assert sum(s.answered for s in run(compiled, RunSettings(frozen=True)).spent) == 0
    make(provider, tmp_path, seed=2)
    (again,) = surveyed(compiled)
    assert again.calls == 4 and again.stored == 0


@pytest.mark.parametrize("provider", BOTH)
def test_broken_weights_end_the_run_with_a_reason(provider: str, tmp_path: Path) -> None:
    path = make(provider, tmp_path)
    whole = tmp_path / path if provider == "llamacpp" else tmp_path / path / "model.safetensors"
    whole.write_bytes(whole.read_bytes()[:200])
    (failure, *_) = outcomes(requests(model(provider, tmp_path), ["tea"]))
    assert isinstance(failure, CallFailed) and (failure.code, failure.reach) == ("E0828", "run")


@HUGGING_FACE
def test_a_model_without_a_chat_template_says_so(tmp_path: Path) -> None:
    make("transformers", tmp_path)
    for name in ("chat_template.jinja",):
        (tmp_path / "tiny" / name).unlink(missing_ok=True)
    config = tmp_path / "tiny/tokenizer_config.json"
    config.write_text(json.dumps({k: v for k, v in json.loads(config.read_text()).items() if k != "chat_template"}))
    (failure, *_) = outcomes(requests(model("transformers", tmp_path), ["tea"]))
    assert isinstance(failure, CallFailed) and "no chat template" in failure.message


@pytest.mark.parametrize(
    ("path", "code"), [("missing.gguf", "E0601"), ("../tiny.gguf", "E0214"), ("/etc/passwd", "E0214")]
)
def test_weights_lie_in_the_project(path: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "tiny.gguf").write_bytes(b"GGUF")
    text = f'synth 1\n\nmodel m = llamacpp("{path}")\n\ndataset d of 1 {{\n  llm a: str = m "{{{{ row }}}}"\n}}\n'
    (tmp_path / "project/pyproject.toml").write_text("")
    (tmp_path / "project/d.synth").write_text(text + '\noutput "out/d.jsonl" from d\n')
    compiled = compile_spec(tmp_path / "project/d.synth")
    assert compiled.ok
    with pytest.raises(RunError) as caught:
        run(compiled)
    assert caught.value.diagnostic.code == code


def test_weights_elsewhere_are_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from synthdsl.llm.request import Env

    spec = ModelSpec("m", "llamacpp", (("path", Env("WEIGHTS_HERE")),))
    with pytest.raises(RunError) as caught:
        located((spec,), tmp_path, {})
    assert caught.value.diagnostic.code == "E0829"
    (tmp_path / "a.gguf").write_bytes(b"GGUF one")
    (first,) = located((spec,), tmp_path / "p", {"WEIGHTS_HERE": str(tmp_path / "a.gguf")})
    (tmp_path / "b.gguf").write_bytes(b"GGUF two")
    (second,) = located((spec,), tmp_path / "p", {"WEIGHTS_HERE": str(tmp_path / "b.gguf")})
    keys = {Identity(Form("d.c", m)).key((Message("user", "x"),), b"") for m in (first, second)}
    assert len(keys) == 2 and first.place.endswith("a.gguf")


def test_weights_that_are_not_here_keep_nobody_from_planning(tmp_path: Path) -> None:
    text = 'synth 1\n\nmodel m = llamacpp("tiny.gguf")\n\ndataset d of 3 {\n  llm a: str = m "{{ row }}"\n}\n'
    (tmp_path / "d.synth").write_text(text + '\noutput "out/d.jsonl" from d\n')
    (asked,) = surveyed(compile_spec(tmp_path / "d.synth"))
    assert asked.calls == 3


def test_the_header_of_a_gguf_file_tells_how_much_it_was_trained_on(tmp_path: Path) -> None:
    def text(value: bytes) -> bytes:
        return struct.pack("<Q", len(value)) + value

    array = struct.pack("<IIQ", 9, 8, 2) + text(b"a") + text(b"bc")
    pairs = [
        text(b"general.name") + struct.pack("<I", 8) + text(b"tiny"),
        text(b"tokens") + array,
        text(b"flags") + struct.pack("<IIQ", 9, 7, 3) + b"\x01\x00\x01",
        text(b"scale") + struct.pack("<If", 6, 1.0),
        text(b"llama.context_length") + struct.pack("<II", 4, 2048),
    ]
    whole = b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs)) + b"".join(pairs)
    path = tmp_path / "a.gguf"
    path.write_bytes(whole)
    assert trained_context(path) == 2048
    for cut in range(0, len(whole), 3):
        path.write_bytes(whole[:cut])
        assert trained_context(path) is None
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60) + b"\xff" * 200)
    assert trained_context(path) is None
    assert trained_context(tmp_path / "none.gguf") is None


@HUGGING_FACE
def test_two_models_at_once_write_what_each_writes_alone(tmp_path: Path) -> None:
    make("transformers", tmp_path)
    source = """synth 1
model a = transformers("tiny", temperature=0.9, max_tokens=40)
model b = transformers("tiny", temperature=0.7, max_tokens=40)
dataset rows of 8 {
  llm x: str = a "one {{ row }}"
  llm y: str = b "two {{ row }}"
}
output "out.jsonl" from rows
"""
    (tmp_path / "spec.synth").write_text(source)
    made = []
    for _ in range(3):
        run(compile_spec(tmp_path / "spec.synth"))
        made.append((tmp_path / "out.jsonl").read_bytes())
        for stored in (tmp_path / ".synth").glob("answers.sqlite*"):
            stored.unlink()
    assert made[0] == made[1] == made[2]


@HUGGING_FACE
def test_a_prompt_that_does_not_fit_is_told(weights: dict[str, Path]) -> None:
    (found,) = outcomes(requests(model("transformers", weights["transformers"]), ["zq " * 1500]))
    assert isinstance(found, CallFailed) and (found.code, found.reach) == ("E0823", "row")


@LLAMA
def test_a_gguf_file_without_a_chat_template_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gguf

    monkeypatch.setattr(gguf.GGUFWriter, "add_chat_template", lambda *_: None)
    make("llamacpp", tmp_path)
    (found,) = outcomes(requests(model("llamacpp", tmp_path), ["q"]))
    assert isinstance(found, CallFailed) and (found.code, found.reach) == ("E0823", "run")
