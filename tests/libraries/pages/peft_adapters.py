"""LoRA and DoRA adapters on a small GPT-2: train, merge, save, load."""

import tempfile

import torch
from harness import show
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import GPT2Config, GPT2LMHeadModel

config = GPT2Config(vocab_size=100, n_positions=64, n_embd=32, n_layer=2, n_head=4)
for kind in ("lora", "dora"):
    torch.manual_seed(0)
    base = GPT2LMHeadModel(config)
    state = {k: v.clone() for k, v in base.state_dict().items()}
    adapter = LoraConfig(
        r=4, lora_alpha=8, target_modules=["c_attn"], use_dora=kind == "dora", fan_in_fan_out=True
    )
    model = get_peft_model(base, adapter)
    show(f"{kind} parameters", list(model.get_nb_trainable_parameters()))
    chosen = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(chosen, lr=1e-2)
    x = torch.randint(0, 100, (4, 10))
    losses = []
    for _ in range(4):
        loss = model(input_ids=x, labels=x).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    show(f"{kind} losses", losses)
    model.eval()
    with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
        out = model(input_ids=x).logits
        model.save_pretrained(folder)
        fresh = GPT2LMHeadModel(config)
        fresh.load_state_dict(state)
        again = PeftModel.from_pretrained(fresh, folder).eval()
        show(f"{kind} loaded", torch.allclose(again(input_ids=x).logits, out, atol=1e-5))
        merged = again.merge_and_unload()
        show(f"{kind} merged", torch.allclose(merged(input_ids=x).logits, out, atol=1e-4))
        show(f"{kind} logits", out[0, -1, :8])
