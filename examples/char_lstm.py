"""A character language model: an LSTM that learns to write Shakespeare's sonnets.

    python examples/char_lstm.py                          about a minute on two cores
    python examples/char_lstm.py --steps 3000 --save lstm.pt
    python examples/char_lstm.py --text mine.txt --start "Once"

The text comes with the example. After A. Karpathy, The Unreasonable Effectiveness of Recurrent
Neural Networks, http://karpathy.github.io/2015/05/21/rnn-effectiveness/
"""

import argparse
import itertools
import pathlib

from shared import checked, plot, read_text
from tqdm import tqdm

import torchish as torch
import torchish.nn as nn
import torchish.optim as optim
from torchish.utils.data import DataLoader, Dataset

SONNETS = pathlib.Path(__file__).parent / "data" / "sonnets.txt"


class Windows(Dataset):
    """Every stretch of `length` characters, with the same stretch one character later."""

    def __init__(self, text, length):
        self.chars = sorted(set(text))
        number = {c: i for i, c in enumerate(self.chars)}
        self.ids = torch.tensor([number[c] for c in text])
        self.length = length

    def __len__(self):
        return len(self.ids) - self.length

    def __getitem__(self, i):
        window = self.ids[i : i + self.length + 1]
        return window[:-1], window[1:]


class CharLSTM(nn.Module):
    def __init__(self, chars, width=128, layers=2, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(chars, width)
        self.lstm = nn.LSTM(width, width, layers, batch_first=True, dropout=dropout)
        self.head = nn.Linear(width, chars)

    def forward(self, x, state=None):
        y, state = self.lstm(self.embedding(x), state)
        return self.head(y), state


def train(net, loader, steps, lr, device):
    """The loss of each step, in nats a character."""
    net.train()
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(net.parameters(), lr=lr)
    batches = itertools.chain.from_iterable(itertools.repeat(loader))
    bar = tqdm(itertools.islice(batches, steps), total=steps, unit="step")
    losses = []
    for x, y in bar:
        x, y = x.to(device), y.to(device)
        logits, _ = net(x)
        loss = criterion(logits.flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        bar.set_postfix_str(f"loss {losses[-1]:.3f}", refresh=False)
    return losses


@torch.no_grad()
def write(net, chars, start, length, temperature, device):
    """`start`, continued character by character."""
    net.eval()
    number = {c: i for i, c in enumerate(chars)}
    text = start
    x, state = torch.tensor([[number[c] for c in start]], device=device), None
    for _ in range(length):
        logits, state = net(x, state)
        weights = torch.softmax(logits[0, -1] / temperature, dim=-1)
        x = torch.multinomial(weights, 1).unsqueeze(0)
        text += chars[x.item()]
    return text


def parse(argv):
    parser = argparse.ArgumentParser(description="Train an LSTM to write, a character at a time.")
    parser.add_argument("--text", type=pathlib.Path, default=SONNETS, help="a file to learn from")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--length", type=int, default=64, help="characters that it learns from")
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--lr", type=float, default=0.003, help="learning rate")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--start", default="Shall I", help="what it continues at the end")
    parser.add_argument("--write", type=int, default=400, help="how many characters")
    parser.add_argument("--temperature", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--save", metavar="FILE.pt", help="write the net's state_dict")
    parser.add_argument("--plot", metavar="FILE.png", help="draw the losses, with what it wrote")
    return checked(parser, argv, torch)


def main(argv=None):
    args = parse(argv)
    torch.manual_seed(args.seed)
    windows = Windows(read_text(args.text, args.length), args.length)
    if not args.start:
        raise SystemExit("--start needs a character at least")
    if strange := set(args.start) - set(windows.chars):
        raise SystemExit(f"--start has characters that the text has not: {strange}")
    loader = DataLoader(windows, batch_size=args.batch_size, shuffle=True, drop_last=True)
    net = CharLSTM(len(windows.chars), args.width, dropout=args.dropout).to(args.device)
    print(net)
    losses = train(net, loader, args.steps, args.lr, args.device)
    last = losses[-100:]
    print(f"loss of the last {len(last)} steps: {sum(last) / len(last):.3f}")
    written = write(net, windows.chars, args.start, args.write, args.temperature, args.device)
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
