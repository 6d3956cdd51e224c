"""Graph networks: GCN, SAGE, GAT and GIN trained on one graph, and mini-batches of many."""

import torch
from harness import show
from torch.nn.functional import cross_entropy, relu
from torch_geometric.data import Data
from torch_geometric.loader import DataLoader
from torch_geometric.nn import (
    GATConv,
    GCNConv,
    GINConv,
    SAGEConv,
    global_add_pool,
    global_max_pool,
    global_mean_pool,
)
from torch_geometric.utils import add_self_loops, degree, to_dense_adj, to_undirected

torch.manual_seed(0)
x, y = torch.randn(12, 6), torch.randint(0, 3, (12,))
edges = to_undirected(torch.randint(0, 12, (2, 24)))
show("edges", edges)
show("degree", degree(edges[0], 12))
show("loops", add_self_loops(edges, num_nodes=12)[0].shape)
show("dense", to_dense_adj(edges).sum())


def gin(a, b):
    return GINConv(torch.nn.Sequential(torch.nn.Linear(a, b), torch.nn.ReLU()))


for name, layer in {"GCN": GCNConv, "SAGE": SAGEConv, "GAT": GATConv, "GIN": gin}.items():
    torch.manual_seed(1)
    first, second = layer(6, 8), layer(8, 3)
    optimizer = torch.optim.Adam([*first.parameters(), *second.parameters()], lr=0.01)
    losses = []
    for _ in range(4):
        loss = cross_entropy(second(relu(first(x, edges)), edges), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    show(name, losses)

graphs = [
    Data(x=torch.randn(n, 6), edge_index=torch.randint(0, n, (2, 2 * n)), y=torch.tensor([n % 3]))
    for n in (3, 4, 5, 6, 7, 8)
]
torch.manual_seed(2)
model, head = GCNConv(6, 8), torch.nn.Linear(24, 3)
optimizer = torch.optim.SGD([*model.parameters(), *head.parameters()], lr=0.1)
losses = []
for batch in DataLoader(graphs, batch_size=3, shuffle=True):
    h = relu(model(batch.x, batch.edge_index))
    pools = (global_mean_pool, global_add_pool, global_max_pool)
    out = head(torch.cat([pool(h, batch.batch) for pool in pools], -1))
    loss = cross_entropy(out, batch.y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
show("batches", losses)
