"""Ways to generate: caches, beams, samples, penalties, assistants; attention by masks; files."""

import os
import tempfile

import torch
from harness import show
from transformers import (
    AutoModelForCausalLM,
    DynamicCache,
    Gemma2Config,
    Gemma2ForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    StaticCache,
    StoppingCriteria,
    StoppingCriteriaList,
)

small = {"vocab_size": 100, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
small |= {"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64}
torch.manual_seed(0)
model = LlamaForCausalLM(LlamaConfig(**small)).eval()
ids = torch.randint(3, 100, (2, 6))
mask = torch.ones_like(ids)
mask[1, :2] = 0
plain = {"max_new_tokens": 6, "pad_token_id": 0, "do_sample": False}
options = plain | {"attention_mask": mask}

for kind in ("dynamic", "static"):
    show(f"{kind} cache", model.generate(ids, cache_implementation=kind, **options))
static = StaticCache(config=model.config, max_cache_len=20)
for cache in (DynamicCache(config=model.config), static):
    show(type(cache).__name__, model.generate(ids, past_key_values=cache, **options))
show("no cache", model.generate(ids, use_cache=False, **options))
many = {"num_beams": 4, "num_return_sequences": 2, "length_penalty": 0.5, "early_stopping": True}
show("beams", model.generate(ids, **many, **options))
told = {"output_scores": True, "return_dict_in_generate": True}
found = model.generate(ids, num_beams=2, **told, **options)
show("scores", [found.sequences_scores, found.scores[0][:, :5], found.beam_indices])

samples = {
    "sampled": {},
    "nucleus": {"temperature": 0.7, "top_k": 0, "top_p": 0.8},
    "least": {"min_p": 0.05},
    "typical": {"typical_p": 0.9},
    "cut off": {"eta_cutoff": 1e-2, "epsilon_cutoff": 1e-3},
    "sampled beams": {"num_beams": 3},
}
for name, chosen in samples.items():
    torch.manual_seed(3)
    show(name, model.generate(ids, **(options | chosen | {"do_sample": True})))
penalties = {"repetition_penalty": 1.3, "no_repeat_ngram_size": 2, "bad_words_ids": [[5], [7, 8]]}
show("penalties", model.generate(ids, min_new_tokens=3, **penalties, **options))
show("guidance", model.generate(ids, guidance_scale=1.5, **options))
show("lookup", model.generate(ids[:1], prompt_lookup_num_tokens=2, **plain))
show("in chunks", model.generate(ids[:1], prefill_chunk_size=2, **plain))
torch.manual_seed(5)
helper = LlamaForCausalLM(LlamaConfig(**(small | {"num_hidden_layers": 1}))).eval()
show("assisted", model.generate(ids[:1], assistant_model=helper, **plain))


class LongEnough(StoppingCriteria):
    def __call__(self, input_ids, scores, **kwargs):
        return torch.full((input_ids.shape[0],), input_ids.shape[1] >= 9)


stop = StoppingCriteriaList([LongEnough()])
show("stopped", model.generate(ids, stopping_criteria=stop, **options))

for config, kind in (
    (Gemma2Config(**small, head_dim=8, sliding_window=4), Gemma2ForCausalLM),
    (MistralConfig(**small, sliding_window=4), MistralForCausalLM),
):
    torch.manual_seed(0)
    windowed = kind(config).eval()
    show(f"{kind.__name__} dynamic", windowed.generate(ids, **options))
    static = windowed.generate(ids, cache_implementation="static", **options)
    show(f"{kind.__name__} static", static)
    show(f"{kind.__name__} beams", windowed.generate(ids, num_beams=3, **options))

for form in ("eager", "sdpa"):
    model.set_attn_implementation(form)
    show(form, model(ids, attention_mask=mask).logits[:, -1, :4])
cache = DynamicCache(config=model.config)
model(ids[:, :3], past_key_values=cache, use_cache=True)
rest = model(ids[:, 3:], past_key_values=cache, use_cache=True).logits[:, -1]
same = torch.allclose(rest, model(ids).logits[:, -1], atol=1e-5)
show("continued", [cache.get_seq_length(), same])

with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder, max_shard_size="20KB")
    show("files", sorted(os.listdir(folder)))
    again = LlamaForCausalLM.from_pretrained(folder, low_cpu_mem_usage=True)
    show("loaded", torch.equal(again(ids).logits, model(ids).logits))
    half = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
    show("half", [half.dtype, list(half(ids).logits.shape)])
with tempfile.TemporaryDirectory() as folder:
    model.config.save_pretrained(folder)
    torch.save(model.state_dict(), f"{folder}/pytorch_model.bin")
    again = LlamaForCausalLM.from_pretrained(folder, device_map="cpu")
    show("loaded from bin", torch.equal(again(ids).logits, model(ids).logits))

model.train()
model.gradient_checkpointing_enable()
loss = model(ids, labels=ids).loss
loss.backward()
show("recomputed", [loss, torch.nn.utils.get_total_norm([p.grad for p in model.parameters()])])
model.resize_token_embeddings(110)
show("resized", [list(model.lm_head.weight.shape), model.num_parameters()])
