"""sentence-transformers: a model from its parts, embeddings, similarities, a step of training."""

import tempfile

import torch
from harness import show
from sentence_transformers import SentenceTransformer, losses, models, util
from transformers import BertConfig, BertModel, BertTokenizerFast

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] a cat sat on the mat dog ran in park big small"

with tempfile.TemporaryDirectory() as folder:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS.split()),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(folder)
    with open(f"{folder}/vocab.txt", "w") as file:
        file.write("\n".join(WORDS.split()))
    BertTokenizerFast(vocab_file=f"{folder}/vocab.txt").save_pretrained(folder)
    words = models.Transformer(folder, max_seq_length=16)
    pooling = models.Pooling(32, pooling_mode="mean")
    model = SentenceTransformer(modules=[words, pooling, models.Normalize()], device="cpu")

sentences = ["a cat sat on the mat", "the dog ran in the park", "a big cat"]
embeddings = model.encode(sentences, convert_to_tensor=True)
show("shape", list(embeddings.shape))
show("similarity", util.cos_sim(embeddings, embeddings))
show("search", [hit["corpus_id"] for hit in util.semantic_search(embeddings[:1], embeddings)[0]])

loss = losses.CosineSimilarityLoss(model)
model.eval()
features = [model.tokenize(sentences[:2]), model.tokenize(sentences[1:])]
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
values = []
for _ in range(3):
    value = loss(features, torch.tensor([0.2, 0.9]))
    value.backward()
    optimizer.step()
    optimizer.zero_grad()
    values.append(value.item())
show("losses", values)
