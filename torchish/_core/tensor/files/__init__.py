"""Checkpoints and pickles."""
