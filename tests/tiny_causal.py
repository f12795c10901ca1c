"""A causal language model of two small layers with random weights, its byte-level tokenizer, and adapters of it."""

from __future__ import annotations

from pathlib import Path

TEMPLATE = (
    "{% for one in messages %}<|start|>{{ one.role }}\n{{ one.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
)


def tiny_model(folder: Path, *, seed: int = 0, template: str | None = TEMPLATE, width: int = 32) -> Path:
    """Writes one; the vocabulary is padded beyond the tokenizer's, as those of published models are."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    bytes_ = Tokenizer(models.BPE(vocab={letter: at for at, letter in enumerate(letters)}, merges=[]))
    bytes_.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bytes_.decoder = decoders.ByteLevel()
    bytes_.add_special_tokens(["<|end|>", "<|start|>"])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bytes_, eos_token="<|end|>", pad_token="<|end|>")
    tokenizer.chat_template = template
    torch.manual_seed(seed)
    config = Qwen2Config(
        vocab_size=264,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=16_384,
        eos_token_id=256,
        bos_token_id=None,
    )
    model = Qwen2ForCausalLM(config)
    model.lm_head.weight.data *= 20  # so that an adapter below it can say anything at all
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def tiny_adapter(folder: Path, model: Path, *, seed: int = 1) -> Path:
    """An adapter of that model that changes what it says."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(model, local_files_only=True)
    config = LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "down_proj"], init_lora_weights=False)
    torch.manual_seed(seed)
    get_peft_model(base, config).save_pretrained(folder)
    return folder
