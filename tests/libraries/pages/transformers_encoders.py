"""BERT, T5, ViT, CLIP and Whisper from small configurations: three steps of training each."""

import torch
from harness import show
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    CLIPConfig,
    CLIPModel,
    T5Config,
    T5ForConditionalGeneration,
    ViTConfig,
    ViTForImageClassification,
    WhisperConfig,
    WhisperForConditionalGeneration,
)

sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
sizes |= {"intermediate_size": 64}


def train(name, model, **batch):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(3):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    show(f"{name} losses", losses)


torch.manual_seed(0)
ids = torch.randint(2, 100, (2, 8))
images = torch.randn(2, 3, 32, 32)

plain = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
bert = BertConfig(vocab_size=100, max_position_embeddings=32, **sizes, **plain)
mask = torch.ones_like(ids)
mask[1, 5:] = 0
labels = torch.tensor([0, 1])
train(
    "bert", BertForSequenceClassification(bert), input_ids=ids, attention_mask=mask, labels=labels
)

t5 = T5ForConditionalGeneration(
    T5Config(
        vocab_size=100,
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        decoder_start_token_id=0,
        dropout_rate=0.0,
    )
)
train("t5", t5, input_ids=ids, labels=ids)
t5.eval()
show("t5 greedy", t5.generate(input_ids=ids[:1], max_new_tokens=6))
show("t5 beam", t5.generate(input_ids=ids[:1], max_new_tokens=6, num_beams=2))

vit = ViTConfig(image_size=32, patch_size=8, num_labels=5, **sizes)
train("vit", ViTForImageClassification(vit), pixel_values=images, labels=torch.tensor([1, 2]))

text = {"vocab_size": 100, "max_position_embeddings": 16, "eos_token_id": 99, "bos_token_id": 1}
text |= {"pad_token_id": 0, **sizes}
clip = CLIPModel(
    CLIPConfig(
        text_config=text,
        vision_config={"image_size": 32, "patch_size": 8, **sizes},
        projection_dim=16,
    )
)
train("clip", clip, input_ids=ids, pixel_values=images, return_loss=True)

whisper = WhisperForConditionalGeneration(
    WhisperConfig(
        vocab_size=100,
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        num_mel_bins=16,
        max_source_positions=50,
        max_target_positions=32,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=3,
    )
)
train("whisper", whisper, input_features=torch.randn(2, 16, 100), labels=ids)
