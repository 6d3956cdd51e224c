"""An error that nobody looked for comes at the next look outside of any `try`, or at exit."""

import sys

import torchish as torch


def step(i):
    return torch.ones(3).index_select(0, i)


def innocent():
    try:
        return torch.ones(2).add(1).tolist()
    except Exception as e:
        return f"caught {type(e).__name__}"


good, bad = torch.tensor([1]), torch.tensor([5])
for start in (*[good] * 6, bad):
    moved = step((start * 1).add(0))
    if start is not bad:
        moved.tolist()
print(innocent())
if sys.argv[1:] == ["look"]:
    print(torch.zeros(2).tolist())
print("end")
