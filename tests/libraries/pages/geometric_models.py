"""torch_geometric: many convolutions, aggregations, poolings, whole models, transforms, loaders."""

import torch
import torch_geometric.transforms as T
from harness import show
from torch_geometric import nn, utils
from torch_geometric.data import Batch, Data, HeteroData
from torch_geometric.explain import Explainer, GNNExplainer
from torch_geometric.loader import (
    DataLoader,
    DynamicBatchSampler,
    ImbalancedSampler,
    RandomNodeLoader,
)
from torch_geometric.nn import models

torch.manual_seed(0)
x, y = torch.randn(12, 6), torch.randint(0, 3, (12,))
edges = utils.to_undirected(torch.randint(0, 12, (2, 24)))
of_edges = torch.randn(edges.shape[1], 4)
degrees = torch.tensor([0, 2, 4, 3, 2, 1])

LAYERS = {
    "ChebConv": (6, 4, 3),
    "GraphConv": (6, 4),
    "GatedGraphConv": (6, 2),
    "ResGatedGraphConv": (6, 4),
    "GATv2Conv": (6, 4, 2),
    "TransformerConv": (6, 4, 2),
    "AGNNConv": (),
    "TAGConv": (6, 4),
    "ARMAConv": (6, 4, 2),
    "SGConv": (6, 4, 2),
    "SSGConv": (6, 4, 0.1),
    "APPNP": (3, 0.1),
    "MFConv": (6, 4),
    "FeaStConv": (6, 4),
    "LEConv": (6, 4),
    "ClusterGCNConv": (6, 4),
    "GENConv": (6, 4),
    "EGConv": (6, 8),
    "HypergraphConv": (6, 4),
    "PNAConv": (6, 4, ["mean", "max", "std"], ["identity", "amplification"], degrees),
    "GeneralConv": (6, 4),
    "SuperGATConv": (6, 4, 2),
    "FiLMConv": (6, 4),
    "MixHopConv": (6, 4),
    "AntiSymmetricConv": (6,),
}
for name, arguments in LAYERS.items():
    torch.manual_seed(1)
    layer, given = getattr(nn, name)(*arguments).eval(), x.clone().requires_grad_()
    out = layer(given, edges)
    out.sin().sum().backward()
    show(name, [list(out.shape), out.abs().sum(), given.grad.abs().sum()])
for name, arguments in {
    "GINEConv": (torch.nn.Linear(6, 4), 0.0, False, 4),
    "NNConv": (6, 4, torch.nn.Linear(4, 24)),
    "CGConv": (6, 4),
    "PDNConv": (6, 4, 4, 8),
}.items():
    torch.manual_seed(1)
    layer = getattr(nn, name)(*arguments)
    out = layer(x, edges, of_edges)
    out.sum().backward()
    grads = [p.grad.abs().sum() for p in layer.parameters() if p.grad is not None]
    show(name, [out.abs().sum(), sum(grads)])

batch = torch.tensor([0] * 5 + [1] * 7)
for name in ("Sum", "Mean", "Max", "Min", "Mul", "Var", "Std", "Softmax", "PowerMean", "Median"):
    show(name, getattr(nn.aggr, f"{name}Aggregation")()(x.abs() + 0.1, batch))
show("quantiles", nn.aggr.QuantileAggregation([0.2, 0.7])(x, batch))
show("sorted", nn.aggr.SortAggregation(3)(x, batch))
for kind in (nn.TopKPooling, nn.SAGPooling):
    torch.manual_seed(0)
    found = kind(6, 0.5)(x, edges, None, batch)
    show(kind.__name__, [found[0], found[1], found[3]])

MODELS = {
    "GCN": {"norm": "batch", "jk": "cat"},
    "GraphSAGE": {"norm": "layer"},
    "GIN": {"norm": "graph_norm"},
    "GAT": {"heads": 2},
    "EdgeCNN": {},
}
for name, options in MODELS.items():
    torch.manual_seed(0)
    model = getattr(models, name)(6, 8, 2, 3, **options)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(3):
        loss = torch.nn.functional.cross_entropy(model(x, edges), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    show(f"{name} losses", losses)

data = Data(x=x, edge_index=edges, y=y, edge_attr=of_edges, pos=torch.randn(12, 3))
for name, transform in {
    "normalized": T.NormalizeFeatures(),
    "with loops": T.AddSelfLoops(),
    "distances": T.Distance(),
    "GCN's weights": T.GCNNorm(),
    "random walks": T.AddRandomWalkPE(3),
    "degrees": T.OneHotDegree(11),
    "largest component": T.LargestConnectedComponents(),
    "dense": T.ToDense(14),
    "lines": T.LineGraph(),
    "split": T.RandomNodeSplit(num_val=2, num_test=2),
}.items():
    torch.manual_seed(0)
    found = transform(data.clone()).to_dict()
    tensors = {k: v for k, v in sorted(found.items()) if isinstance(v, torch.Tensor)}
    show(name, {k: [list(v.shape), v.double().abs().sum()] for k, v in tensors.items()})

torch.manual_seed(0)
show(
    "parts", [[part.num_nodes, part.num_edges] for part in RandomNodeLoader(data, 3, shuffle=True)]
)
graphs = [
    Data(x=torch.randn(n, 2), edge_index=torch.randint(0, n, (2, n)), y=torch.tensor([n % 2]))
    for n in range(3, 11)
]
loader = DataLoader(graphs, batch_size=3, shuffle=True, follow_batch=["x"])
show("batches", [[b.num_graphs, b.ptr, b.x_batch] for b in loader])
sampler = DynamicBatchSampler(graphs, max_num=12, mode="node")
show("sizes", [b.num_nodes for b in DataLoader(graphs, batch_sampler=sampler)])
balanced = DataLoader(graphs, batch_size=2, sampler=ImbalancedSampler(graphs))
show("balanced", [b.y for b in balanced])
together = Batch.from_data_list(graphs[:3])
show("taken apart", [[d.num_nodes for d in together.to_data_list()], together[1].x, repr(together)])

torch.manual_seed(0)
two = HeteroData()
two["a"].x, two["b"].x = torch.randn(4, 3), torch.randn(5, 6)
two["a", "to", "b"].edge_index = torch.randint(0, 4, (2, 9))
two["b", "rev", "a"].edge_index = two["a", "to", "b"].edge_index.flip(0)
both = {
    ("a", "to", "b"): nn.SAGEConv((3, 6), 4),
    ("b", "rev", "a"): nn.SAGEConv((6, 3), 4),
}
found = nn.HeteroConv(both)(two.x_dict, two.edge_index_dict)
show("two kinds", {k: v.abs().sum() for k, v in found.items()})
found = nn.HGTConv({"a": 3, "b": 6}, 4, two.metadata(), heads=2)(two.x_dict, two.edge_index_dict)
show("attention of two kinds", {k: v.abs().sum() for k, v in found.items()})

torch.manual_seed(0)
explainer = Explainer(
    models.GCN(6, 8, 2, 3),
    GNNExplainer(epochs=3),
    explanation_type="model",
    node_mask_type="attributes",
    edge_mask_type="object",
    model_config={
        "mode": "multiclass_classification",
        "task_level": "node",
        "return_type": "raw",
    },
)
found = explainer(x, edges, index=3)
show("explained", [list(found.node_mask.shape), found.edge_mask.sum()])
