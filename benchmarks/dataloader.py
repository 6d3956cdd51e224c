"""Images a second of a DataLoader that decodes and augments, against PyTorch's on the same files.

    python benchmarks/dataloader.py [--images 512] [--workers 0 1 2] [--rounds 5] [--transforms v1]

Photographs of noise and shapes are written as JPEG (500 × 375 pixels, a class a folder) and read by
an ImageFolder with the augmentation of ImageNet training: RandomResizedCrop(224), a flip, ToTensor
(v2: ToImage and ToDtype), Normalize. Each library runs in a process of its own, one after the other
in each round; the rate is that of an epoch without its first batch (which waits for the workers to
start), and the best round of each counts. Both compute with one thread a process.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).parents[1]
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
BATCH = 32


def write_images(folder: pathlib.Path, count: int) -> None:
    """Smooth noise with rectangles: about as many bytes as photographs of that size."""
    from PIL import Image

    rng = np.random.RandomState(0)
    for i in range(count):
        small = rng.randint(0, 256, (47, 63, 3)).astype(np.uint8)
        image = np.array(Image.fromarray(small).resize((500, 375), Image.Resampling.BICUBIC))
        top, left = rng.randint(0, 300, 2)
        image[top : top + 60, left : left + 90] = rng.randint(0, 256, 3)
        path = folder / f"class{i % 4}" / f"{i:05d}.jpg"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(image).save(path, quality=90)


def transform(lib, transforms, version: str):
    T = importlib.import_module(transforms + (".v2" if version == "v2" else ""))
    if version == "v2":
        convert = [T.ToImage(), T.ToDtype(lib.float32, scale=True)]
    else:
        convert = [T.ToTensor()]
    steps = [T.RandomResizedCrop(224), T.RandomHorizontalFlip(), *convert, T.Normalize(MEAN, STD)]
    return T.Compose(steps)


def measure(library: str, folder: str, workers: int, version: str) -> float:
    """Images a second of one epoch, in this process."""
    lib = importlib.import_module(library)
    if library == "torch" and not lib.cuda.is_available():
        sys.path.insert(0, str(ROOT))
        from tests.vision import oracle

        oracle.load()
    vision = "torchvision" if library == "torch" else "torchish.vision"
    datasets = importlib.import_module(f"{vision}.datasets")
    lib.set_num_threads(1)  # as in workers; more only wait for each other on images of this size
    lib.manual_seed(0)
    data = datasets.ImageFolder(folder, transform(lib, f"{vision}.transforms", version))
    loader = importlib.import_module(f"{library}.utils.data").DataLoader(
        data, batch_size=BATCH, shuffle=True, num_workers=workers
    )
    batches = iter(loader)
    next(batches)
    began, count = time.perf_counter(), 0
    for images, _ in batches:
        count += len(images)
    return count / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=int, default=512)
    parser.add_argument("--workers", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--transforms", choices=["v1", "v2"], default="v1")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        library, folder, workers = args.measure
        print(json.dumps(measure(library, folder, int(workers), args.transforms)))
        return
    with tempfile.TemporaryDirectory() as folder:
        write_images(pathlib.Path(folder), args.images)
        print("workers   torch   torchish   ratio   (images a second)")
        for workers in args.workers:
            best = {"torch": 0.0, "torchish": 0.0}
            for _ in range(args.rounds):
                for library in best:
                    best[library] = max(best[library], _run(library, folder, workers, args))
            ratio = best["torchish"] / best["torch"]
            print(
                f"{workers:7} {best['torch']:7.1f} {best['torchish']:10.1f} {ratio:7.2f}",
                flush=True,
            )


def _run(library: str, folder: str, workers: int, args: argparse.Namespace) -> float:
    command = [sys.executable, "-W", "ignore", __file__, "--transforms", args.transforms]
    command += ["--measure", library, folder, str(workers)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
