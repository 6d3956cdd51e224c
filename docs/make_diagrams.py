"""Writes the diagrams of docs/running.md, each for a light and for a dark page.

    python docs/make_diagrams.py

They are 480 wide, so that their words can be read on a phone.
"""

from __future__ import annotations

import pathlib
from xml.sax.saxutils import escape

ASSETS = pathlib.Path(__file__).resolve().parent / "assets"
COLOURS = {
    "light": {"ink": "#1f2328", "quiet": "#57606a", "line": "#8c959f", "plain": "#eef1f4",
              "host": "#cfe3fb", "price": "#fbe3b6", "xla": "#f9cdbb", "wait": "#ffffff"},
    "dark": {"ink": "#e8eaee", "quiet": "#a9b1bc", "line": "#7d8590", "plain": "#2a3038",
             "host": "#1f4368", "price": "#5d4410", "xla": "#6b2f1b", "wait": "#14171c"},
}  # fmt: skip
WIDTH = 480
FONT = "ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"


class Drawing:
    """An SVG that grows downwards."""

    def __init__(self, colours: dict[str, str], title: str):
        self.colours, self.title, self.parts, self.height = colours, title, [], 0.0

    def text(self, x, y, words, *, colour="ink", size=14, anchor="start", mono=False, weight=400):
        self.parts.append(
            f'<text x="{x}" y="{y}" fill="{self.colours[colour]}" font-size="{size}" '
            f'text-anchor="{anchor}" font-weight="{weight}" '
            f'font-family="{MONO if mono else FONT}">{escape(words)}</text>'
        )
        self.height = max(self.height, y + 6)

    def box(self, x, y, width, height, fill, *, dashed=False, words="", radius=4):
        dashes = ' stroke-dasharray="4 3"' if dashed else ""
        self.parts.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" '
            f'fill="{self.colours[fill]}" stroke="{self.colours["line"]}"{dashes}/>'
        )
        for i, line in enumerate(lines := words.split("\n") if words else []):
            middle = y + height / 2 + 5 + 18 * (i - (len(lines) - 1) / 2)
            self.text(x + width / 2, middle, line, anchor="middle")
        self.height = max(self.height, y + height + 2)

    def arrow(self, *points, words="", at=(0, 0)):
        path = " L".join(f"{x} {y}" for x, y in points)
        self.parts.append(
            f'<path d="M{path}" fill="none" stroke="{self.colours["line"]}" stroke-width="1.5" '
            'marker-end="url(#head)"/>'
        )
        if words:
            self.text(*at, words, colour="quiet", size=13)

    def svg(self) -> str:
        head = (
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            f'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" '
            f'fill="{self.colours["line"]}"/>'
            "</marker></defs>"
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height:g}" '
            f'role="img"><title>{escape(self.title)}</title>{head}{"".join(self.parts)}</svg>\n'
        )


def loop(d: Drawing) -> None:
    """The iterations of a training loop, one below the other."""
    y = 16
    for title, said, kind in (
        ("step 1", "each operator runs at its call, in NumPy", "direct"),
        ("steps 2, 3, …", "noted down; NumPy runs them at optimizer.step()", "deferred"),
        ("once", "NumPy has cost as much as compiling: compile the step", "compile"),
        ("then", "noted down; one program runs at optimizer.step()", "whole"),
    ):
        d.text(0, y, title, weight=600)
        d.text(110, y, said, colour="quiet", size=13)
        y += 10
        if kind == "direct":
            for i in range(9):
                d.box(110 + 40 * i, y, 34, 26, "host")
        else:
            for i in range(9):
                d.box(110 + 13 * i, y, 9, 26, "wait", dashed=True, radius=2)
            if kind == "deferred":
                for i in range(9):
                    d.box(236 + 26 * i, y, 22, 26, "host")
            elif kind == "compile":
                d.box(236, y, 190, 26, "price", words="compile")
                d.box(432, y, 38, 26, "xla")
            else:
                d.box(236, y, 38, 26, "xla")
                d.arrow((286, y + 13), (318, y + 13))
                d.text(324, y + 18, "the next step", colour="quiet", size=13)
        y += 56
    y -= 6
    for x, fill, words, dashed in (
        (0, "wait", "noted down", True),
        (120, "host", "NumPy", False),
        (205, "price", "compiler", False),
        (305, "xla", "XLA program", False),
    ):
        d.box(x, y, 14, 14, fill, dashed=dashed, radius=2)
        d.text(x + 21, y + 12, words, colour="quiet", size=13)


def look(d: Drawing) -> None:
    """Lines of a program, and how many operators wait behind each."""
    d.text(0, 16, "a loop that has run before", colour="quiet", size=13)
    d.text(300, 16, "waiting", colour="quiet", size=13)
    y = 28
    for line, waiting in (
        ("h = x @ w", 1),
        ("h = torch.relu(h)", 2),
        ("h += 1", 3),
        ("print(h.shape)", 3),
        ("loss = h.sum()", 4),
        ("loss.item()", 0),
    ):
        d.box(0, y, 280, 28, "plain")
        d.text(12, y + 19, line, mono=True, size=13)
        for i in range(waiting):
            d.box(300 + 18 * i, y + 4, 12, 20, "wait", dashed=True, radius=2)
        if not waiting:
            d.box(300, y + 1, 170, 26, "xla", words="all four run")
        y += 34


def tiers(d: Drawing) -> None:
    """From the call of an operator to what runs it, on the CPU."""
    d.box(130, 4, 220, 34, "plain", words="an operator is called")
    d.arrow((240, 38), (240, 62))
    d.box(90, 64, 300, 34, "plain", words="was it called here before, in this shape?")
    d.arrow((150, 98), (90, 134), words="no", at=(94, 116))
    d.arrow((330, 98), (360, 134), words="yes", at=(356, 116))
    d.box(0, 136, 180, 50, "host", words="NumPy runs it\nat once")
    d.box(250, 136, 226, 50, "wait", dashed=True, words="it is noted down,\nuntil somebody looks")
    d.arrow((363, 186), (363, 210))
    d.box(200, 212, 276, 50, "plain", words="is there a compiled program of what\nwas noted down?")
    d.arrow((363, 262), (363, 292), words="no", at=(371, 282))
    d.arrow((200, 237), (90, 237), (90, 382), words="yes", at=(120, 230))
    d.box(
        200, 294, 276, 50, "plain", words="has NumPy lost as much time on it\nas compiling takes?"
    )
    d.arrow((420, 344), (420, 382), words="no", at=(428, 368))
    d.arrow((270, 344), (270, 382), words="yes", at=(278, 368))
    d.box(0, 384, 170, 50, "xla", words="it runs,\nall at once")
    d.box(190, 384, 130, 50, "price", words="compile,\nthen run")
    d.box(340, 384, 136, 50, "host", words="NumPy runs\nwhat waits")


DIAGRAMS = {
    "loop": (loop, "The steps of a training loop: NumPy at first, one compiled program later"),
    "look": (look, "Operators wait until a value is looked at"),
    "tiers": (tiers, "How an operator on the CPU comes to run in NumPy or in a compiled program"),
}


def drawings() -> dict[str, str]:
    """The files' names and contents."""
    out = {}
    for name, (draw, title) in DIAGRAMS.items():
        for mode, colours in COLOURS.items():
            drawing = Drawing(colours, title)
            draw(drawing)
            out[f"{name}-{mode}.svg"] = drawing.svg()
    return out


if __name__ == "__main__":
    ASSETS.mkdir(exist_ok=True)
    for name, svg in drawings().items():
        (ASSETS / name).write_text(svg)
        print("wrote", ASSETS / name)
