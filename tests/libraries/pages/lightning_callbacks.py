"""Lightning: averaging, schedules of accumulation, pruning, freezing, precision, tuning, Fabric."""

import logging
import os
import tempfile

import lightning as L
import torch
from harness import show
from lightning.pytorch import callbacks
from lightning.pytorch.loggers import CSVLogger
from lightning.pytorch.tuner import Tuner
from torch.utils.data import DataLoader, TensorDataset

for name in ("lightning.pytorch", "lightning.fabric"):
    logging.getLogger(name).setLevel(logging.ERROR)


class Net(L.LightningModule):
    def __init__(self, width=8, lr=0.05):
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Sequential(
            torch.nn.Linear(4, width), torch.nn.Tanh(), torch.nn.Linear(width, 1)
        )
        self.lr, self.seen = lr, []

    def training_step(self, batch, index):
        x, y = batch
        loss = torch.nn.functional.mse_loss(self.net(x), y)
        self.log("loss", loss, on_epoch=True)
        self.seen.append(loss.item())
        return loss

    def validation_step(self, batch, index):
        x, y = batch
        self.log("val", torch.nn.functional.mse_loss(self.net(x), y))

    test_step = validation_step

    def predict_step(self, batch, index):
        return self.net(batch[0])

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.lr)
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": plateau, "monitor": "val"}}


class Waves(L.LightningDataModule):
    def setup(self, stage):
        x = torch.randn(32, 4, generator=torch.Generator().manual_seed(0))
        self.data = TensorDataset(x, x.sum(1, keepdim=True).sin())

    def train_dataloader(self):
        return DataLoader(self.data, batch_size=8, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.data, batch_size=16)

    test_dataloader = predict_dataloader = val_dataloader


class Thaw(callbacks.BaseFinetuning):
    def freeze_before_training(self, module):
        self.freeze(module.net[0])

    def finetune_function(self, module, epoch, optimizer):
        if epoch == 1:
            self.unfreeze_and_add_param_group(module.net[0], optimizer, lr=0.01)


class ByHand(Net):
    def __init__(self):
        super().__init__()
        self.automatic_optimization = False

    def training_step(self, batch, index):
        first, _ = self.optimizers()
        self.toggle_optimizer(first)
        loss = (self.net(batch[0]) - batch[1]).square().mean()
        first.zero_grad()
        self.manual_backward(loss)
        self.clip_gradients(first, 0.5, "norm")
        first.step()
        self.untoggle_optimizer(first)
        self.seen.append(loss.item())

    def configure_optimizers(self):
        return [torch.optim.SGD(self.net[i].parameters(), lr=0.1) for i in (0, 2)]


def trainer(folder, **options):
    plain = {"enable_progress_bar": False, "enable_model_summary": False, "logger": False}
    options = {"max_epochs": 3, "accelerator": "cpu", **plain, **options}
    return L.Trainer(default_root_dir=folder, **options)


def fit(name, kind=Net, **options):
    L.seed_everything(0, verbose=False)
    with tempfile.TemporaryDirectory() as folder:
        model, run = kind(), trainer(folder, enable_checkpointing=False, **options)
        run.fit(model, datamodule=Waves())
        show(name, [model.seen, run.callback_metrics.get("val"), run.global_step])


fit("averaged", callbacks=[callbacks.StochasticWeightAveraging(1e-2, swa_epoch_start=1)])
fit("accumulated", callbacks=[callbacks.GradientAccumulationScheduler({0: 1, 1: 2})])
fit("pruned", callbacks=[callbacks.ModelPruning("l1_unstructured", amount=0.3)])
fit("thawed", callbacks=[Thaw()])
fit("clipped", gradient_clip_val=0.1, gradient_clip_algorithm="value")
fit("few batches", overfit_batches=2)
fit("steps", max_steps=5, callbacks=[callbacks.Timer("00:01:00:00")])
fit("anomalies", detect_anomaly=True)
fit("doubles", precision="64-true")
fit("by hand", ByHand)

L.seed_everything(0, verbose=False)
with tempfile.TemporaryDirectory() as folder:
    best = callbacks.ModelCheckpoint(folder, "{epoch}-{val:.2f}", monitor="val", save_top_k=2)
    run, model = trainer(folder, callbacks=[best]), Net()
    run.fit(model, datamodule=Waves())
    show("files", sorted(os.listdir(folder)))
    show("test", run.test(datamodule=Waves(), ckpt_path="best", verbose=False))
    show("predicted", run.predict(model, datamodule=Waves())[0][:2])
    state = torch.load(best.best_model_path, weights_only=False)
    show("checkpoint", [sorted(state), state["global_step"]])
L.seed_everything(0, verbose=False)
with tempfile.TemporaryDirectory() as folder:
    run = trainer(folder, enable_checkpointing=False)
    found = Tuner(run).lr_find(Net(), datamodule=Waves(), num_training=10, update_attr=False)
    show("rates", found.results["loss"][:5])
L.seed_everything(0, verbose=False)
with tempfile.TemporaryDirectory() as folder:
    log = CSVLogger(folder)
    watch = [callbacks.LearningRateMonitor()]
    trainer(folder, logger=log, log_every_n_steps=1, callbacks=watch).fit(Net(), datamodule=Waves())
    with open(f"{log.log_dir}/metrics.csv") as file:
        show("columns", sorted(file.readline().strip().split(",")))

fabric = L.Fabric(accelerator="cpu")
fabric.launch()
fabric.seed_everything(0, verbose=False)
model = torch.nn.Linear(4, 1)
model, optimizer = fabric.setup(model, torch.optim.SGD(model.parameters(), lr=0.1))
loader = fabric.setup_dataloaders(DataLoader(TensorDataset(torch.randn(16, 4)), batch_size=4))
losses = []
for (x,) in loader:
    optimizer.zero_grad()
    loss = (model(x) * 3).square().mean()
    fabric.backward(loss)
    fabric.clip_gradients(model, optimizer, max_norm=1.0)
    optimizer.step()
    losses.append(loss.item())
show("fabric", losses)
with tempfile.TemporaryDirectory() as folder:
    state = {"model": model, "optimizer": optimizer, "step": 3}
    fabric.save(f"{folder}/state", state)
    state["step"] = 0
    fabric.load(f"{folder}/state", state)
    show("fabric's state", state["step"])
