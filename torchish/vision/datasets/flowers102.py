"""Flowers102, photographs of flowers.

https://www.robots.ox.ac.uk/~vgg/data/flowers/102 describes the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torchish.vision.datasets._listed import CORRUPTED, Listed, matlab
from torchish.vision.datasets.folder import default_loader
from torchish.vision.datasets.utils import (
    check_integrity,
    download_and_extract_archive,
    download_url,
    verify_str_arg,
)

__all__ = ["Flowers102"]

# From the data set's page, in the order of the labels.
_NAMES = """
    pink primrose; hard-leaved pocket orchid; canterbury bells; sweet pea; english marigold;
    tiger lily; moon orchid; bird of paradise; monkshood; globe thistle; snapdragon; colt's
    foot; king protea; spear thistle; yellow iris; globe-flower; purple coneflower; peruvian
    lily; balloon flower; giant white arum lily; fire lily; pincushion flower; fritillary; red
    ginger; grape hyacinth; corn poppy; prince of wales feathers; stemless gentian; artichoke;
    sweet william; carnation; garden phlox; love in the mist; mexican aster; alpine sea holly;
    ruby-lipped cattleya; cape flower; great masterwort; siam tulip; lenten rose; barbeton
    daisy; daffodil; sword lily; poinsettia; bolero deep blue; wallflower; marigold; buttercup;
    oxeye daisy; common dandelion; petunia; wild pansy; primula; sunflower; pelargonium; bishop
    of llandaff; gaura; geranium; orange dahlia; pink-yellow dahlia?; cautleya spicata; japanese
    anemone; black-eyed susan; silverbush; californian poppy; osteospermum; spring crocus;
    bearded iris; windflower; tree poppy; gazania; azalea; water lily; rose; thorn apple;
    morning glory; passion flower; lotus; toad lily; anthurium; frangipani; clematis; hibiscus;
    columbine; desert-rose; tree mallow; magnolia; cyclamen; watercress; canna lily;
    hippeastrum; bee balm; ball moss; foxglove; bougainvillea; camellia; mallow; mexican
    petunia; bromelia; blanket flower; trumpet creeper; blackberry lily
"""


class Flowers102(Listed):
    """Photographs of 102 flowers, of a split (train, val, test), in `root/flowers-102`.

    Needs SciPy. RuntimeError when the files are not there or their digests are wrong.
    """

    _download_url_prefix = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/"
    _file_dict = {
        "image": ("102flowers.tgz", "52808999861908f626f3c1f4e79d11fa"),
        "label": ("imagelabels.mat", "e0620be6f572b9609742df49c70aed4d"),
        "setid": ("setid.mat", "a5357ecc9cb78c4bef273ce3793fc85c"),
    }
    _splits_map = {"train": "trnid", "val": "valid", "test": "tstid"}
    classes = [name.strip() for name in " ".join(_NAMES.split()).split(";")]

    def __init__(
        self,
        root: str | os.PathLike,
        split: str = "train",
        transform: Callable | None = None,
        target_transform: Callable | None = None,
        download: bool = False,
        loader: Callable[[Any], Any] = default_loader,
    ):
        super().__init__(root, transform=transform, target_transform=target_transform)
        self._split = verify_str_arg(split, "split", tuple(self._splits_map))
        self._base_folder = Path(self.root) / "flowers-102"
        self._images_folder = self._base_folder / "jpg"
        if download:
            self.download()
        if not self._check_integrity():
            raise RuntimeError(CORRUPTED)
        chosen = self._read("setid")[self._splits_map[split]].ravel().tolist()
        classes = self._read("label")["labels"].ravel().tolist()
        self._labels = [classes[i - 1] - 1 for i in chosen]
        self._image_files = [self._images_folder / f"image_{i:05d}.jpg" for i in chosen]
        self.loader = loader

    def _read(self, what: str) -> dict[str, Any]:
        return matlab(self._base_folder / self._file_dict[what][0])

    def _check_integrity(self) -> bool:
        if not self._images_folder.is_dir():
            return False
        files = (self._file_dict[what] for what in ("label", "setid"))
        return all(check_integrity(self._base_folder / name, md5) for name, md5 in files)

    def download(self) -> None:
        """Fetch the files unless they are there, check them, and open the archive."""
        if self._check_integrity():
            return
        name, md5 = self._file_dict["image"]
        prefix = self._download_url_prefix
        download_and_extract_archive(prefix + name, self._base_folder, md5=md5)
        for what in ("label", "setid"):
            name, md5 = self._file_dict[what]
            download_url(prefix + name, self._base_folder, md5=md5)
