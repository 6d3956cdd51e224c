"""GPT-2, Llama and Mistral, as small as they get: training, all ways to generate, saving."""

import tempfile

import torch
from harness import show
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
)

small = {"vocab_size": 100, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
small |= {"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64}


def gpt2():
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=100,
            n_positions=64,
            n_embd=32,
            n_layer=2,
            n_head=4,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
        )
    )


makers = {
    "gpt2": gpt2,
    "llama": lambda: LlamaForCausalLM(LlamaConfig(**small)),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**small, sliding_window=4)),
}
for name, make in makers.items():
    torch.manual_seed(0)
    model = make()
    ids = torch.randint(2, 100, (2, 10))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(3):
        loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    show(f"{name} losses", losses)

    model.eval()
    prompt = ids[:1, :4]
    options = {"max_new_tokens": 6, "pad_token_id": 0}
    show(f"{name} greedy", model.generate(prompt, do_sample=False, **options))
    show(f"{name} beam", model.generate(prompt, do_sample=False, num_beams=3, **options))
    torch.manual_seed(1)
    show(f"{name} sampled", model.generate(prompt, do_sample=True, top_k=20, top_p=0.9, **options))
    static = model.generate(prompt, do_sample=False, cache_implementation="static", **options)
    show(f"{name} static cache", static)

    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        again = type(model).from_pretrained(folder)
        show(f"{name} loaded", bool(torch.equal(again(ids).logits, model(ids).logits)))
        torch.save(model.state_dict(), f"{folder}/model.bin")
        model.load_state_dict(torch.load(f"{folder}/model.bin"))
