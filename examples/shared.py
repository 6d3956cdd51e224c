"""What the examples share: options that are checked before anything is computed, and figures."""

import importlib
import os
import pathlib

POSITIVE = (
    "epochs", "steps", "batch", "batch_size", "length", "width", "depth", "heads", "latent",
    "layers", "size", "classes", "lr", "temperature", "devices", "print_freq",
)  # fmt: skip
NOT_NEGATIVE = ("weight_decay", "write", "workers", "start_epoch")
SHARES = ("momentum", "dropout", "smoothing")
WRITTEN = ("save", "plot", "out")
READ = ("text", "resume")
PICTURES = (".png", ".svg", ".pdf")


def checked(parser, argv, torch):
    """The options; what is wrong with them is said now, in a line, and not after the training."""
    args = parser.parse_args(argv)

    def given(names):
        values = ((name, getattr(args, name, None)) for name in names)
        return ((f"--{n.replace('_', '-')}", v) for n, v in values if v is not None)

    for option, value in given(POSITIVE):
        if value <= 0:
            parser.error(f"{option} must be more than 0")
    for option, value in given(NOT_NEGATIVE):
        if value < 0:
            parser.error(f"{option} must not be negative")
    for option, value in given(SHARES):
        if not 0 <= value < 1:
            parser.error(f"{option} must be at least 0 and less than 1")
    for option, path in given(READ):
        if not os.path.isfile(path):
            parser.error(f"{option}: there is no file {path}")
    for option, path in given(WRITTEN):
        if not os.path.isdir(os.path.dirname(path) or "."):
            parser.error(f"{option}: the folder of {path} does not exist")
    for option, path in given(("plot", "out")):
        if pathlib.Path(path).suffix.lower() not in PICTURES:
            parser.error(f"{option}: {path} does not end in {', '.join(PICTURES)}")
    heads, width = getattr(args, "heads", 1), getattr(args, "width", 0)
    if width % heads:
        parser.error(f"--width {width} can not be shared out among {heads} heads")
    try:
        torch.zeros(1, device=getattr(args, "device", "cpu"))
    except (RuntimeError, AssertionError) as error:
        parser.error(f"--device {args.device}: {error}")
    if getattr(args, "plot", None):
        try:
            importlib.import_module("matplotlib")
        except ImportError:
            parser.error("--plot needs matplotlib: pip install matplotlib")
    return args


def read_text(path, length):
    """A text to learn from, of more than `length` characters; SystemExit says what is wrong."""
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SystemExit(f"--text {path} is no text in UTF-8: {error}") from None
    if len(text) <= length + 1:
        raise SystemExit(f"--text {path} has {len(text)} characters, too few for --length {length}")
    return text


def smooth(values, width):
    """Each value's mean with the `width` before it."""
    out, total = [], 0.0
    for i, value in enumerate(values):
        total += value - (values[i - width] if i >= width else 0.0)
        out.append(total / min(i + 1, width))
    return out


def plot(path, curves, ylabel, *, xlabel="step", image=None, text=None):
    """Draws curves {label: values}; beside them a picture (height, width) or (height, width, 3)
    with values from 0 to 1, or a text."""
    from matplotlib.figure import Figure

    beside = image is not None or text is not None
    figure = Figure(figsize=(9, 3.6) if beside else (6.5, 3.4), layout="constrained")
    grid = figure.add_gridspec(1, 2, width_ratios=(3, 2)) if beside else figure.add_gridspec(1, 1)
    axes = figure.add_subplot(grid[0])
    for i, (label, values) in enumerate(curves.items()):
        many = len(values) > 100
        style = {"color": f"C{i}", "label": label}
        axes.plot(range(1, len(values) + 1), values, **style, alpha=0.25 if many else 1, lw=0.8)
        if many:
            axes.plot(range(1, len(values) + 1), smooth(values, len(values) // 40), color=f"C{i}")
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.grid(alpha=0.25)
    if len(curves) > 1:
        for line in axes.legend().get_lines():
            line.set_alpha(1)
    if beside:
        side = figure.add_subplot(grid[1])
        side.axis("off")
        if image is not None:
            side.imshow(image, cmap="gray", vmin=0, vmax=1)
        else:
            side.text(
                0, 1, text, va="top", fontsize=7.5, family="monospace", transform=side.transAxes
            )
    figure.savefig(path, dpi=100)
