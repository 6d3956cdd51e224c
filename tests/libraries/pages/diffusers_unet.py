"""A small UNet: three training steps of DDPM, and samples by DDPM and DDIM."""

import torch
from diffusers import DDIMScheduler, DDPMScheduler, UNet2DModel
from harness import show

torch.manual_seed(0)
model = UNet2DModel(
    sample_size=16,
    in_channels=1,
    out_channels=1,
    layers_per_block=1,
    block_out_channels=(16, 32),
    down_block_types=("DownBlock2D", "AttnDownBlock2D"),
    up_block_types=("AttnUpBlock2D", "UpBlock2D"),
    norm_num_groups=8,
)
noise = DDPMScheduler(num_train_timesteps=20)
x = torch.randn(4, 1, 16, 16)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
losses = []
for _ in range(4):
    e, t = torch.randn_like(x), torch.randint(0, 20, (4,))
    loss = torch.nn.functional.mse_loss(model(noise.add_noise(x, e, t), t).sample, e)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    losses.append(loss.item())
show("losses", losses)
model.eval()
for kind in (DDPMScheduler, DDIMScheduler):
    schedule = kind(num_train_timesteps=20)
    schedule.set_timesteps(5)
    z = torch.randn(1, 1, 16, 16, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        for t in schedule.timesteps:
            noise_of_step = torch.Generator().manual_seed(int(t))
            z = schedule.step(model(z, t).sample, t, z, generator=noise_of_step).prev_sample
    show(kind.__name__, z[0, 0, :3, :3])
