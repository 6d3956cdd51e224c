"""The Trainer: evaluation, checkpoints, and going on from one."""

import tempfile

import torch
from harness import show
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

torch.manual_seed(0)
config = BertConfig(
    vocab_size=100,
    hidden_size=32,
    num_hidden_layers=1,
    num_attention_heads=4,
    intermediate_size=64,
    max_position_embeddings=32,
)


class Sentences(torch.utils.data.Dataset):
    def __init__(self):
        generator = torch.Generator().manual_seed(1)
        self.ids = torch.randint(0, 100, (32, 10), generator=generator)
        self.labels = torch.randint(0, 2, (32,), generator=generator)

    def __len__(self):
        return 32

    def __getitem__(self, i):
        return {"input_ids": self.ids[i], "labels": self.labels[i]}


with tempfile.TemporaryDirectory() as folder:
    arguments = TrainingArguments(
        folder,
        num_train_epochs=2,
        per_device_train_batch_size=8,
        logging_steps=1,
        report_to=[],
        save_steps=4,
        eval_strategy="steps",
        eval_steps=2,
        use_cpu=True,
        disable_tqdm=True,
    )
    trainer = Trainer(
        BertForSequenceClassification(config),
        arguments,
        train_dataset=Sentences(),
        eval_dataset=Sentences(),
    )
    show("loss", trainer.train().training_loss)
    history = trainer.state.log_history
    show("losses", [row["loss"] for row in history if "loss" in row])
    show("norms", [row["grad_norm"] for row in history if "grad_norm" in row])
    show("evaluations", [row["eval_loss"] for row in history if "eval_loss" in row])
    resumed = Trainer(
        BertForSequenceClassification(config),
        arguments,
        train_dataset=Sentences(),
        eval_dataset=Sentences(),
    )
    resumed.train(resume_from_checkpoint=f"{folder}/checkpoint-4")
    show("resumed", resumed.evaluate()["eval_loss"])
