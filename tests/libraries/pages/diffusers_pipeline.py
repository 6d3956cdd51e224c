"""A tiny Stable Diffusion from its parts: images of texts, of images, schedulers, training."""

import json
import tempfile

import diffusers
import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from diffusers.optimization import get_scheduler
from diffusers.training_utils import EMAModel
from harness import show
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

diffusers.logging.set_verbosity_error()
diffusers.logging.disable_progress_bar()
letters = "abcdefghijklmnopqrstuvwxyz"
words = ["<|startoftext|>", "<|endoftext|>", *letters, *(c + "</w>" for c in letters), "at</w>"]
with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/vocab.json", "w") as file:
        json.dump({w: i for i, w in enumerate(words)}, file)
    with open(f"{folder}/merges.txt", "w") as file:
        file.write("#version: 0.2\na t</w>\n")
    tokenizer = CLIPTokenizer.from_pretrained(folder, model_max_length=16)
show("tokens", tokenizer(["a cat"], padding="max_length", max_length=16).input_ids)

torch.manual_seed(0)
unet = UNet2DConditionModel(
    block_out_channels=(8, 16),
    layers_per_block=1,
    sample_size=8,
    norm_num_groups=4,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    cross_attention_dim=16,
    attention_head_dim=4,
)
vae = AutoencoderKL(
    block_out_channels=(8, 16),
    norm_num_groups=4,
    down_block_types=("DownEncoderBlock2D",) * 2,
    up_block_types=("UpDecoderBlock2D",) * 2,
)
text = CLIPTextModel(
    CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=16,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
)
parts = {
    "unet": unet.eval(),
    "vae": vae.eval(),
    "text_encoder": text.eval(),
    "tokenizer": tokenizer,
    "scheduler": DDIMScheduler(steps_offset=1, clip_sample=False, set_alpha_to_one=False),
    "safety_checker": None,
    "feature_extractor": None,
    "requires_safety_checker": False,
}


def made(kind):
    pipeline = kind(**parts)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def corner(pipeline, **options):
    generator = torch.Generator().manual_seed(0)
    options = {"num_inference_steps": 3, "output_type": "np"} | options
    return pipeline("a cat", generator=generator, **options).images[0, :2, :3]


pipeline = made(StableDiffusionPipeline)
size = {"height": 16, "width": 16}
show("DDIM", corner(pipeline, **size))
for name in ("PNDM", "EulerDiscrete", "EulerAncestralDiscrete", "DPMSolverMultistep",
             "LMSDiscrete", "UniPCMultistep", "HeunDiscrete", "LCM"):  # fmt: skip
    kind = getattr(diffusers, f"{name}Scheduler")
    pipeline.scheduler = kind.from_config(parts["scheduler"].config)
    show(name, corner(pipeline, num_inference_steps=4, **size))
pipeline.scheduler = parts["scheduler"]
seeds = [torch.Generator().manual_seed(i) for i in range(4)]
two = pipeline(
    ["a cat", "dog"],
    negative_prompt=["b", "c"],
    guidance_scale=3.0,
    num_inference_steps=2,
    num_images_per_prompt=2,
    generator=seeds,
    output_type="pt",
    **size,
).images
show("guided", two.mean((1, 2, 3)))
seen = []


def at_the_end(pipeline, step, time, tensors):
    seen.append([int(time), tensors["latents"].std().item()])
    return tensors


image = pipeline("a", num_inference_steps=2, callback_on_step_end=at_the_end, **size).images[0]
show("pillow", [image.size, [time for time, _ in seen]])
given = torch.linspace(0, 1, 3 * 256).reshape(1, 3, 16, 16)
show("from an image", corner(made(StableDiffusionImg2ImgPipeline), image=given, strength=0.7))
left = torch.zeros(1, 1, 16, 16)
left[..., :8] = 1
painted = made(StableDiffusionInpaintPipeline)
show("in an image", corner(painted, image=given, mask_image=left, strength=1.0, **size))
with tempfile.TemporaryDirectory() as folder:
    pipeline.save_pretrained(folder)
    again = StableDiffusionPipeline.from_pretrained(folder)
    again.set_progress_bar_config(disable=True)
    show("loaded", corner(again, **size))

vae.train()
optimizer = torch.optim.AdamW(vae.parameters(), lr=1e-3)
x = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(1))
losses = []
for _ in range(3):
    posterior = vae.encode(x).latent_dist
    decoded = vae.decode(posterior.sample(torch.Generator().manual_seed(2))).sample
    loss = (decoded - x).square().mean() + 1e-4 * posterior.kl().mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    losses.append(loss.item())
show("auto-encoder", losses)

unet.train()
average = EMAModel(unet.parameters(), decay=0.9)
optimizer = torch.optim.AdamW(unet.parameters(), lr=1e-3)
schedule = get_scheduler("cosine", optimizer, num_warmup_steps=1, num_training_steps=4)
generator = torch.Generator().manual_seed(3)
states = text(torch.tensor([[0, 5, 7, 1]]))[0].detach()
losses = []
for _ in range(3):
    z, noise = (torch.randn(1, 4, 8, 8, generator=generator) for _ in range(2))
    t = torch.randint(0, 1000, (1,), generator=generator)
    noisy = pipeline.scheduler.add_noise(z, noise, t)
    loss = (unet(noisy, t, states).sample - noise).square().mean()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(unet.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    optimizer.zero_grad()
    average.step(unet.parameters())
    losses.append([loss.item(), schedule.get_last_lr()[0]])
show("fine-tuned", losses)
show("average", sum(p.abs().sum() for p in average.shadow_params))
