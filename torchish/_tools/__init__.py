"""What the command line has beside running scripts: `check` and `doctor`."""
