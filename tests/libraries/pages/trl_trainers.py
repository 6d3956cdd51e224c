"""Trainers of trl: fine-tuning, with LoRA, by preferences, of a reward, by rewards (GRPO)."""

import tempfile

import datasets
import torch
from datasets import Dataset
from harness import show
from peft import LoraConfig
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    PreTrainedTokenizerFast,
)
from trl import (
    DPOConfig,
    DPOTrainer,
    GRPOConfig,
    GRPOTrainer,
    RewardConfig,
    RewardTrainer,
    SFTConfig,
    SFTTrainer,
)

datasets.disable_progress_bars()
words = ["<pad>", "<eos>", "<unk>", "the", "cat", "sat", "on", "a", "mat", "dog", "ran", "to"]
words += ["house", "big", "red", "is", "was", "and"]
table = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="<unk>"))
table.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer = PreTrainedTokenizerFast(
    tokenizer_object=table, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
)
config = LlamaConfig(
    vocab_size=len(words),
    hidden_size=16,
    intermediate_size=32,
    num_hidden_layers=2,
    num_attention_heads=2,
    num_key_value_heads=1,
    max_position_embeddings=64,
    pad_token_id=0,
    eos_token_id=1,
    bos_token_id=1,
    num_labels=1,
)
texts = ["the cat sat on a mat", "a dog ran to the house", "the big red dog", "the cat is big"]
pairs = {
    "prompt": ["the cat", "a dog"] * 4,
    "chosen": ["sat on a mat", "ran to the house"] * 4,
    "rejected": ["is red", "was a mat"] * 4,
}


def seeded(kind=LlamaForCausalLM):
    torch.manual_seed(0)
    return kind(config)


def train(name, trainer, options, data, *keys, models=(), **parts):
    with tempfile.TemporaryDirectory() as folder:
        kind, chosen = options
        arguments = kind(
            folder,
            per_device_train_batch_size=2,
            max_steps=4,
            logging_steps=1,
            learning_rate=1e-3,
            report_to=[],
            save_strategy="no",
            use_cpu=True,
            bf16=False,
            disable_tqdm=True,
            gradient_checkpointing=False,
            **chosen,
        )
        data = Dataset.from_dict(data)
        made = trainer(
            *models, args=arguments, train_dataset=data, processing_class=tokenizer, **parts
        )
        made.train()
        rows = [row for row in made.state.log_history if "loss" in row]
        show(name, [[row[key] for key in ("loss", "grad_norm", *keys)] for row in rows])


short = {"max_length": 16}
train(
    "tuned",
    SFTTrainer,
    (SFTConfig, short),
    {"text": texts * 2},
    "entropy",
    models=[seeded()],
)
train(
    "tuned by LoRA",
    SFTTrainer,
    (SFTConfig, short | {"packing": True}),
    {"text": texts * 4},
    models=[seeded()],
    peft_config=LoraConfig(r=2, target_modules=["q_proj", "v_proj"]),
)
train(
    "by preferences",
    DPOTrainer,
    (DPOConfig, short),
    pairs,
    "rewards/margins",
    "logps/chosen",
    models=[seeded(), seeded()],
)
train(
    "a reward",
    RewardTrainer,
    (RewardConfig, short),
    {k: pairs[k] for k in ("chosen", "rejected")},
    "margin",
    models=[seeded(LlamaForSequenceClassification)],
)


def different_words(completions, **kwargs):
    return [float(len(set(c.split()))) for c in completions]


train(
    "by rewards",
    GRPOTrainer,
    (GRPOConfig, {"num_generations": 2, "max_completion_length": 6}),
    {"prompt": pairs["prompt"]},
    "reward",
    "entropy",
    models=[seeded(), different_words],
)
