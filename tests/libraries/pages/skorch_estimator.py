"""skorch: a network as an estimator of scikit-learn, in a pipeline and in a grid search."""

import numpy as np
import torch
from harness import show
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skorch import NeuralNetClassifier, NeuralNetRegressor


class Net(torch.nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.body = torch.nn.Sequential(
            torch.nn.Linear(4, width), torch.nn.ReLU(), torch.nn.Linear(width, 2)
        )

    def forward(self, x):
        return self.body(x).softmax(-1)


x = np.random.RandomState(0).randn(60, 4).astype("float32")
y = (x[:, 0] * x[:, 1] > 0).astype("int64")
torch.manual_seed(0)
net = NeuralNetClassifier(Net, max_epochs=5, lr=0.1, verbose=0, iterator_train__shuffle=True)
pipe = make_pipeline(StandardScaler(), net).fit(x, y)
show("losses", [row["train_loss"] for row in net.history])
show("valid", [row["valid_loss"] for row in net.history])
show("probabilities", pipe.predict_proba(x[:4]))
show("score", pipe.score(x, y))
torch.manual_seed(0)
search = GridSearchCV(
    NeuralNetClassifier(Net, max_epochs=3, lr=0.1, verbose=0, train_split=None),
    {"lr": [0.05, 0.5], "module__width": [4, 8]},
    cv=2,
    scoring="accuracy",
).fit(x, y)
show("best", [search.best_params_, search.cv_results_["mean_test_score"]])
torch.manual_seed(0)
line = NeuralNetRegressor(torch.nn.Linear(4, 1), max_epochs=4, lr=0.05, verbose=0)
line.fit(x, x[:, :1] * 2)
show("regression", [row["train_loss"] for row in line.history])
