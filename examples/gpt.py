"""A small GPT that learns to write Shakespeare's sonnets, a character at a time.

    python examples/gpt.py                         a few minutes on two cores
    python examples/gpt.py --steps 5000 --save gpt.pt
    python examples/gpt.py --autocast              matrix products in bfloat16

The text comes with the example. After A. Radford and others, Language Models are Unsupervised
Multitask Learners (2019), in the size of A. Karpathy's https://github.com/karpathy/nanoGPT
"""

import argparse
import math
import pathlib

from shared import checked, plot, read_text
from tqdm import tqdm

import torchish as torch
import torchish.nn as nn
import torchish.nn.functional as F

SONNETS = pathlib.Path(__file__).parent / "data" / "sonnets.txt"


class Attention(nn.Module):
    def __init__(self, width, heads, dropout):
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        n, length, width = x.shape
        q, k, v = (
            part.view(n, length, self.heads, width // self.heads).transpose(1, 2)
            for part in self.qkv(x).split(width, dim=2)
        )
        p = self.dropout if self.training else 0.0
        y = F.scaled_dot_product_attention(q, k, v, dropout_p=p, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(n, length, width))


class Block(nn.Module):
    def __init__(self, width, heads, dropout):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads, dropout)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
            nn.Dropout(dropout),
        )

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class GPT(nn.Module):
    def __init__(self, chars, length=64, width=128, depth=4, heads=4, dropout=0.0):
        super().__init__()
        self.length = length
        self.tokens = nn.Embedding(chars, width)
        self.places = nn.Embedding(length, width)
        self.blocks = nn.Sequential(*[Block(width, heads, dropout) for _ in range(depth)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, chars, bias=False)
        self.apply(self.start)
        self.head.weight = self.tokens.weight

    @staticmethod
    def start(module):
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def forward(self, x, targets=None):
        places = torch.arange(x.shape[1], device=x.device)
        x = self.tokens(x) + self.places(places)
        logits = self.head(self.norm(self.blocks(x)))
        if targets is None:
            return logits
        return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    @torch.no_grad()
    def write(self, x, count, temperature=0.8, best=20):
        """The characters x (1, length), continued by `count`, each among the `best`."""
        for _ in range(count):
            logits = self(x[:, -self.length :])[:, -1] / temperature
            least = logits.topk(min(best, logits.shape[1])).values[:, -1:]
            logits[logits < least] = -math.inf
            x = torch.cat([x, torch.multinomial(F.softmax(logits, dim=-1), 1)], dim=1)
        return x


def batch(ids, length, size, device):
    """Stretches at random places, and the same stretches one character later."""
    starts = torch.randint(len(ids) - length, (size, 1))
    windows = ids[starts + torch.arange(length + 1)].to(device)
    return windows[:, :-1], windows[:, 1:]


def optimizer_of(net, lr, decay):
    """AdamW, with weight decay for matrices only."""
    matrices = [p for p in net.parameters() if p.dim() >= 2]
    vectors = [p for p in net.parameters() if p.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.95))


def schedule(steps, warm=50):
    """A learning rate that rises, and falls along a cosine to a tenth."""

    def factor(step):
        if step < warm:
            return (step + 1) / warm
        return 0.55 + 0.45 * math.cos(math.pi * (step - warm) / max(1, steps - warm))

    return factor


def train(net, ids, args):
    """The loss of each step, in nats a character."""
    net.train()
    optimizer = optimizer_of(net, args.lr, args.weight_decay)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule(args.steps))
    kind = torch.device(args.device).type
    losses = []
    bar = tqdm(range(args.steps), unit="step")
    for _ in bar:
        x, y = batch(ids, net.length, args.batch_size, args.device)
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=args.autocast):
            _, loss = net(x, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
        bar.set_postfix_str(f"loss {losses[-1]:.3f}", refresh=False)
    return losses


def parse(argv):
    parser = argparse.ArgumentParser(description="Train a small GPT on a text, and let it write.")
    parser.add_argument("--text", type=pathlib.Path, default=SONNETS, help="a file to learn from")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--length", type=int, default=64, help="characters that it looks back on")
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--lr", type=float, default=0.002, help="highest learning rate")
    parser.add_argument("--weight-decay", type=float, default=0.1)
    parser.add_argument("--autocast", action="store_true", help="bfloat16 where it is safe")
    parser.add_argument("--start", default="Shall I", help="what it continues at the end")
    parser.add_argument("--write", type=int, default=400, help="how many characters")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--save", metavar="FILE.pt", help="write the net's state_dict")
    parser.add_argument("--plot", metavar="FILE.png", help="draw the losses, with what it wrote")
    return checked(parser, argv, torch)


def main(argv=None):
    args = parse(argv)
    torch.manual_seed(args.seed)
    text = read_text(args.text, args.length)
    chars = sorted(set(text))
    number = {c: i for i, c in enumerate(chars)}
    if not args.start:
        raise SystemExit("--start needs a character at least")
    if strange := set(args.start) - set(chars):
        raise SystemExit(f"--start has characters that the text has not: {strange}")
    ids = torch.tensor([number[c] for c in text])

    net = GPT(len(chars), args.length, args.width, args.depth, args.heads, args.dropout)
    net.to(args.device)
    print(net)
    print(sum(p.numel() for p in net.parameters()), "parameters")
    losses = train(net, ids, args)
    last = losses[-100:]
    print(f"loss of the last {len(last)} steps: {sum(last) / len(last):.3f}")

    net.eval()
    start = torch.tensor([[number[c] for c in args.start]], device=args.device)
    written = "".join(chars[i] for i in net.write(start, args.write)[0].tolist())
    print(written)
    if args.save:
        torch.save(net.state_dict(), args.save)
        print("wrote", args.save)
    if args.plot:
        plot(args.plot, {"loss": losses}, "loss, nats a character", text=written)
        print("wrote", args.plot)
    return losses


if __name__ == "__main__":
    main()
