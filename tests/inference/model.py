"""A model of a few thousand weights, made on the spot: random ones, so it writes nonsense, but real answers come of it.

The first dimension of all embeddings is large and constant, so that the first column of the output matrix is a bias of
each token: letters are likely, single bytes are not, and the end comes after some ten tokens.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np

DIM, LAYERS, HEADS, HIDDEN, CONTEXT = 64, 2, 4, 128, 2048
LETTERS = 'abcdefghijklmnopqrstuvwxyz ,.!?"{}[]:0123456789_-\n'
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


def make_model(path: Path, seed: int = 1) -> None:
    """Write a Llama in GGUF with its vocabulary and chat template."""
    rng = np.random.default_rng(seed)
    kinds = gguf.TokenType
    tokens = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    tokens += [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    tokens += [("\u2581" if letter == " " else letter, kinds.NORMAL) for letter in LETTERS]
    count = len(tokens)
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(DIM)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(DIM // HEADS)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([text for text, _ in tokens])
    writer.add_token_scores([-float(at) for at in range(count)])
    writer.add_token_types([int(kind) for _, kind in tokens])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(TEMPLATE)

    def weights(*shape: int) -> Any:
        return (rng.normal(size=shape) / np.sqrt(shape[-1])).astype(np.float32)

    embedding = rng.normal(size=(count, DIM)).astype(np.float32)
    embedding[:, 0] = 8.0
    output = (weights(count, DIM) * 3).astype(np.float32)
    output[:, 0] = -2.0
    output[259:, 0] = 0.3
    output[2, 0] = 0.75
    ones = np.ones(DIM, dtype=np.float32)
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", ones)
    writer.add_tensor("output.weight", output)
    for layer in range(LAYERS):
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", ones)
        writer.add_tensor(f"blk.{layer}.ffn_norm.weight", ones)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", weights(DIM, DIM))
        writer.add_tensor(f"blk.{layer}.ffn_gate.weight", weights(HIDDEN, DIM))
        writer.add_tensor(f"blk.{layer}.ffn_up.weight", weights(HIDDEN, DIM))
        writer.add_tensor(f"blk.{layer}.ffn_down.weight", weights(DIM, HIDDEN))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
