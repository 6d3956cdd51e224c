"""Two LSTMCells learn sine waves with Adam and predict onwards."""

import torch
from torch import nn


class Sequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm1 = nn.LSTMCell(1, 24)
        self.lstm2 = nn.LSTMCell(24, 24)
        self.linear = nn.Linear(24, 1)

    def forward(self, x, future=0):
        outputs = []
        h_t = torch.zeros(x.size(0), 24)
        c_t = torch.zeros(x.size(0), 24)
        h_t2 = torch.zeros(x.size(0), 24)
        c_t2 = torch.zeros(x.size(0), 24)
        for step in x.split(1, dim=1):
            h_t, c_t = self.lstm1(step, (h_t, c_t))
            h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
            output = self.linear(h_t2)
            outputs.append(output)
        for _ in range(future):
            h_t, c_t = self.lstm1(output, (h_t, c_t))
            h_t2, c_t2 = self.lstm2(h_t, (h_t2, c_t2))
            output = self.linear(h_t2)
            outputs.append(output)
        return torch.cat(outputs, dim=1)


torch.manual_seed(0)
start = torch.randint(-40, 40, (10, 1))
waves = torch.sin((torch.arange(40) + start) / 5.0)
inputs, targets = waves[3:, :-1], waves[3:, 1:]
test_in, test_out = waves[:3, :-1], waves[:3, 1:]
model = Sequence()
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for step in range(12):
    optimizer.zero_grad()
    loss = criterion(model(inputs), targets)
    loss.backward()
    optimizer.step()
    if step % 4 == 0:
        print(f"step {step} loss {loss.item():.5f}")
with torch.no_grad():
    guess = model(test_in, future=20)
    print(f"test {criterion(guess[:, :-20], test_out).item():.5f}", guess.shape, guess[0, -3:])
