"""Lightning: fit with validation, callbacks, a checkpoint, and training resumed from it."""

import logging
import tempfile

import lightning as L
import torch
from harness import show
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint
from torch.utils.data import DataLoader, TensorDataset

logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)


class Net(L.LightningModule):
    def __init__(self, width: int = 8):
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Sequential(
            torch.nn.Linear(4, width), torch.nn.Tanh(), torch.nn.Linear(width, 1)
        )
        self.seen = []

    def training_step(self, batch, index):
        x, y = batch
        loss = torch.nn.functional.mse_loss(self.net(x), y)
        self.log("loss", loss)
        self.seen.append(loss.item())
        return loss

    def validation_step(self, batch, index):
        x, y = batch
        self.log("val", torch.nn.functional.mse_loss(self.net(x), y))

    def configure_optimizers(self):
        optimizer = torch.optim.Adam(self.parameters(), lr=0.05)
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.9)]


L.seed_everything(0, verbose=False)
x = torch.randn(32, 4)
data = TensorDataset(x, x.sum(1, keepdim=True).sin())
train, valid = DataLoader(data, batch_size=8, shuffle=True), DataLoader(data, batch_size=16)


def trainer(folder, epochs, **options):
    return L.Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        default_root_dir=folder,
        enable_progress_bar=False,
        enable_model_summary=False,
        logger=False,
        **options,
    )


with tempfile.TemporaryDirectory() as folder:
    model = Net()
    best = ModelCheckpoint(folder, monitor="val", save_last=True)
    stop = EarlyStopping("val", patience=3)
    one = trainer(folder, 3, callbacks=[best, stop], gradient_clip_val=1.0)
    one.fit(model, train, valid)
    show("losses", model.seen)
    show("val", one.callback_metrics["val"])
    show("best", best.best_model_score)
    loaded = Net.load_from_checkpoint(best.best_model_path)
    show("loaded", [loaded.hparams.width, loaded.net(x[:2])])
    two = trainer(folder, 5, accumulate_grad_batches=2)
    resumed = Net()
    two.fit(resumed, train, valid, ckpt_path=best.last_model_path)
    show("resumed", [two.current_epoch, two.global_step, resumed.seen])
    show("validate", two.validate(resumed, valid, verbose=False))
