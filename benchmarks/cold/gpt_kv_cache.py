"""Greedy and sampled writing by a small GPT with a cache of keys and values that grows."""

import torch
import torch.nn as nn
import torch.nn.functional as F

VOCAB, CONTEXT, WIDTH, HEADS = 50, 64, 64, 4


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.proj = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.mlp = nn.Sequential(
            nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH)
        )

    def forward(self, x, past):
        b, t, c = x.shape
        q, k, v = (
            part.view(b, t, HEADS, c // HEADS).transpose(1, 2)
            for part in self.qkv(self.ln1(x)).split(c, dim=-1)
        )
        if past is not None:
            k, v = torch.cat((past[0], k), dim=2), torch.cat((past[1], v), dim=2)
        scores = q @ k.transpose(-2, -1) * (c // HEADS) ** -0.5
        if t > 1:
            scores = scores.masked_fill(torch.ones(t, t).triu(1).bool(), float("-inf"))
        x = x + self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, t, c))
        return x + self.mlp(self.ln2(x)), (k, v)


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(VOCAB, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.ModuleList([Block() for _ in range(3)])
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCAB, bias=False)

    def forward(self, idx, pasts=None):
        begin = 0 if pasts is None else pasts[0][0].shape[2]
        x = self.tokens(idx) + self.places(torch.arange(begin, begin + idx.shape[1]))
        kept = []
        for i, block in enumerate(self.blocks):
            x, past = block(x, None if pasts is None else pasts[i])
            kept.append(past)
        return self.head(self.norm(x)), kept


torch.manual_seed(0)
model = GPT().eval()
prompt = torch.randint(0, VOCAB, (1, 6))
with torch.inference_mode():
    logits, pasts = model(prompt)
    written = prompt
    for _ in range(40):
        token = logits[:, -1].argmax(-1, keepdim=True)
        written = torch.cat([written, token], 1)
        logits, pasts = model(token, pasts)
    print(written[0].tolist())
    print(pasts[0][0].shape, logits.norm())
    whole, _ = model(written)
    print(torch.allclose(whole[:, -1], logits[:, -1], atol=1e-4))
    logits, pasts = model(prompt.expand(3, -1))
    for _ in range(20):
        probs = F.softmax(logits[:, -1] / 0.8, dim=-1)
        token = torch.multinomial(probs, 1)
        logits, pasts = model(token, pasts)
    print(token.view(-1).tolist(), logits.shape)
