"""A GRU encoder and an attention decoder that learns to reverse short number sequences."""

import random

import torch
import torch.nn as nn
import torch.nn.functional as F

SOS, EOS, VOCAB, HIDDEN, MAX = 0, 1, 12, 32, 8


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCAB, HIDDEN)
        self.gru = nn.GRU(HIDDEN, HIDDEN)

    def forward(self, x, hidden):
        return self.gru(self.embedding(x).view(1, 1, -1), hidden)


class AttnDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCAB, HIDDEN)
        self.attn = nn.Linear(2 * HIDDEN, MAX)
        self.combine = nn.Linear(2 * HIDDEN, HIDDEN)
        self.gru = nn.GRU(HIDDEN, HIDDEN)
        self.out = nn.Linear(HIDDEN, VOCAB)

    def forward(self, x, hidden, encoded):
        embedded = self.embedding(x).view(1, 1, -1)
        weights = F.softmax(self.attn(torch.cat((embedded[0], hidden[0]), 1)), dim=1)
        context = torch.bmm(weights.unsqueeze(0), encoded.unsqueeze(0))
        y = F.relu(self.combine(torch.cat((embedded[0], context[0]), 1)).unsqueeze(0))
        y, hidden = self.gru(y, hidden)
        return F.log_softmax(self.out(y[0]), dim=1), hidden, weights


def encode(encoder, source):
    hidden = torch.zeros(1, 1, HIDDEN)
    outputs = torch.zeros(MAX, HIDDEN)
    for i in range(source.size(0)):
        output, hidden = encoder(source[i], hidden)
        outputs[i] = output[0, 0]
    return outputs, hidden


random.seed(0)
torch.manual_seed(0)
encoder, decoder = Encoder(), AttnDecoder()
enc_opt = torch.optim.SGD(encoder.parameters(), lr=0.05)
dec_opt = torch.optim.SGD(decoder.parameters(), lr=0.05)
criterion = nn.NLLLoss()
total = 0.0
for step in range(1, 61):
    numbers = [random.randint(2, VOCAB - 1) for _ in range(random.randint(2, 5))]
    source = torch.tensor([*numbers, EOS])
    target = torch.tensor([*reversed(numbers), EOS])
    enc_opt.zero_grad()
    dec_opt.zero_grad()
    encoded, hidden = encode(encoder, source)
    word, loss = torch.tensor([[SOS]]), 0
    forced = random.random() < 0.5
    for i in range(target.size(0)):
        output, hidden, _ = decoder(word, hidden, encoded)
        loss = loss + criterion(output, target[i].view(1))
        if forced:
            word = target[i]
        else:
            word = output.topk(1)[1].squeeze().detach()
            if word.item() == EOS:
                break
    loss.backward()
    enc_opt.step()
    dec_opt.step()
    total += loss.item() / target.size(0)
    if step % 15 == 0:
        print(f"{step} {total / 15:.4f}")
        total = 0.0
with torch.no_grad():
    encoded, hidden = encode(encoder, torch.tensor([3, 7, 5, EOS]))
    output, hidden, weights = decoder(torch.tensor([[SOS]]), hidden, encoded)
    print(weights, output.topk(2)[0])
