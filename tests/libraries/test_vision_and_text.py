"""Programs of timm's, captum's, einops's, safetensors' and sentence-transformers' users."""

from __future__ import annotations

from tests.libraries.harness import hold


def test_timm():
    hold("timm_models", "timm")


def test_captum():
    hold("captum_attributions", "captum")


def test_einops_and_safetensors():
    hold("einops_and_safetensors", "einops", "safetensors")


def test_sentence_transformers():
    hold("sentence_embeddings", "sentence_transformers", within=2e-4)
