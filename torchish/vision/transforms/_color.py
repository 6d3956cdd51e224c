"""Transforms that change values.

https://docs.pytorch.org/vision/stable/transforms.html#v1-api-reference
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, from_numpy, tensor
from torchish._core.tensor.api.random import default_generator
from torchish.nn import Module
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms import _setup as setup
from torchish.vision.transforms import functional as F

__all__ = [
    "ColorJitter",
    "GaussianBlur",
    "Grayscale",
    "LinearTransformation",
    "Normalize",
    "RandomAdjustSharpness",
    "RandomAutocontrast",
    "RandomEqualize",
    "RandomErasing",
    "RandomGrayscale",
    "RandomInvert",
    "RandomPosterize",
    "RandomSolarize",
]


class Normalize(Module):
    """(tensor - mean) / std, channel by channel: see `functional.normalize`.

    >>> from torchvision import transforms
    >>> transforms.Normalize(mean=[0.5], std=[0.25])(torch.tensor([[[0.5, 1.0]]]))
    tensor([[[0., 2.]]])
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float], inplace: bool = False):
        super().__init__()
        self.mean, self.std, self.inplace = mean, std, inplace

    def forward(self, tensor: Tensor) -> Tensor:
        return F.normalize(tensor, self.mean, self.std, self.inplace)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(mean={self.mean}, std={self.std})"


class LinearTransformation(Module):
    """(x - mean_vector) @ transformation_matrix of the flattened image: whitening, for one.

    ValueError when sizes, devices or dtypes do not fit.

    >>> from torchvision import transforms
    >>> transforms.LinearTransformation(2 * torch.eye(2), torch.ones(2))(torch.ones(1, 1, 2))
    tensor([[[0., 0.]]])
    """

    def __init__(self, transformation_matrix: Tensor, mean_vector: Tensor):
        super().__init__()
        m, v = transformation_matrix, mean_vector
        if m.size(0) != m.size(1):
            raise ValueError(
                f"transformation_matrix should be square. Got {tuple(m.size())} rectangular matrix."
            )
        if v.size(0) != m.size(0):
            raise ValueError(
                f"mean_vector should have the same length {v.size(0)} as any one of the dimensions "
                f"of the transformation_matrix [{tuple(m.size())}]"
            )
        if m.device != v.device:
            raise ValueError(
                f"Input tensors should be on the same device. Got {m.device} and {v.device}"
            )
        if m.dtype != v.dtype:
            raise ValueError(
                f"Input tensors should have the same dtype. Got {m.dtype} and {v.dtype}"
            )
        self.transformation_matrix, self.mean_vector = m, v

    def forward(self, tensor: Tensor) -> Tensor:
        shape = tensor.shape
        n = shape[-3] * shape[-2] * shape[-1]
        size = self.transformation_matrix.shape[0]
        if n != size:
            raise ValueError(
                "Input tensor and transformation matrix have incompatible shape."
                f"[{shape[-3]} x {shape[-2]} x {shape[-1]}] != {size}"
            )
        if tensor.device.type != self.mean_vector.device.type:
            raise ValueError(
                "Input tensor should be on the same device as transformation matrix and mean "
                f"vector. Got {tensor.device} vs {self.mean_vector.device}"
            )
        flat = tensor.view(-1, n) - self.mean_vector
        return flat.mm(self.transformation_matrix.to(flat.dtype)).view(shape)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(transformation_matrix={self.transformation_matrix.tolist()}"
            f", mean_vector={self.mean_vector.tolist()})"
        )


def _factors(
    value: Any,
    name: str,
    center: float = 1,
    bound: tuple[float, float] = (0, float("inf")),
    clip: bool = True,
) -> tuple[float, ...] | None:
    """The range that a factor is drawn from; None when it would change nothing."""
    if isinstance(value, numbers.Number):
        n: Any = value
        if n < 0:
            raise ValueError(f"If {name} is a single number, it must be non negative.")
        low, high = center - float(n), center + float(n)
        low = max(low, 0.0) if clip else low
    elif isinstance(value, (tuple, list)) and len(value) == 2:
        low, high = float(value[0]), float(value[1])
    else:
        raise TypeError(f"{name} should be a single number or a list/tuple with length 2.")
    if not bound[0] <= low <= high <= bound[1]:
        raise ValueError(f"{name} values should be between {bound}, but got {[low, high]}.")
    return None if low == high == center else (low, high)


class ColorJitter(Module):
    """Brightness, contrast, saturation and hue changed at random, in a random order.

    Each is a range of factors (for hue, of turns in [-0.5, 0.5]), or a number: the range of that
    width on both sides of no change.

    >>> from torchvision import transforms
    >>> x = transforms.ColorJitter(brightness=(2.0, 2.0))(torch.full((3, 1, 1), 0.25))
    >>> x.flatten()
    tensor([0.5000, 0.5000, 0.5000])
    """

    def __init__(
        self,
        brightness: float | Sequence[float] = 0,
        contrast: float | Sequence[float] = 0,
        saturation: float | Sequence[float] = 0,
        hue: float | Sequence[float] = 0,
    ):
        super().__init__()
        self.brightness = _factors(brightness, "brightness")
        self.contrast = _factors(contrast, "contrast")
        self.saturation = _factors(saturation, "saturation")
        self.hue = _factors(hue, "hue", center=0, bound=(-0.5, 0.5), clip=False)

    @staticmethod
    def get_params(
        brightness: Sequence[float] | None,
        contrast: Sequence[float] | None,
        saturation: Sequence[float] | None,
        hue: Sequence[float] | None,
    ) -> tuple[Tensor, float | None, float | None, float | None, float | None]:
        """The order (a permutation of 0 to 3) and the four factors."""
        order = tensor(draw.order(4))
        b, c, s, h = (
            None if r is None else draw.uniform(r[0], r[1])
            for r in (brightness, contrast, saturation, hue)
        )
        return order, b, c, s, h

    def forward(self, img: Any) -> Any:
        order, *factors = self.get_params(self.brightness, self.contrast, self.saturation, self.hue)
        adjust = (F.adjust_brightness, F.adjust_contrast, F.adjust_saturation, F.adjust_hue)
        for k in order.tolist():
            factor = factors[k]
            if factor is not None:
                img = adjust[k](img, factor)
        return img

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(brightness={self.brightness}, contrast={self.contrast}, "
            f"saturation={self.saturation}, hue={self.hue})"
        )


class Grayscale(Module):
    """Grey, with 1 or 3 channels.

    >>> from torchvision import transforms
    >>> transforms.Grayscale()(torch.rand(3, 4, 4)).shape
    torch.Size([1, 4, 4])
    """

    def __init__(self, num_output_channels: int = 1):
        super().__init__()
        self.num_output_channels = num_output_channels

    def forward(self, img: Any) -> Any:
        return F.rgb_to_grayscale(img, num_output_channels=self.num_output_channels)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(num_output_channels={self.num_output_channels})"


class RandomGrayscale(Module):
    """Grey with probability `p`, with as many channels as before.

    >>> from torchvision import transforms
    >>> x = transforms.RandomGrayscale(p=1.0)(torch.rand(3, 4, 4))
    >>> torch.equal(x[0], x[1])
    True
    """

    def __init__(self, p: float = 0.1):
        super().__init__()
        self.p = p

    def forward(self, img: Any) -> Any:
        channels, _, _ = F.get_dimensions(img)
        return F.rgb_to_grayscale(img, channels) if draw.below(self.p) else img

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


class RandomErasing(Module):
    """A random rectangle of a tensor image overwritten, with probability `p`.

    `value` is one number, one a channel, or "random": noise for each pixel. Zhong et al. (2017),
    https://arxiv.org/abs/1708.04896

    >>> from torchvision import transforms
    >>> x = transforms.RandomErasing(p=1.0, value=9.0)(torch.zeros(1, 8, 8))
    >>> x.unique()
    tensor([0., 9.])
    """

    def __init__(
        self,
        p: float = 0.5,
        scale: Sequence[float] = (0.02, 0.33),
        ratio: Sequence[float] = (0.3, 3.3),
        value: float | str | Sequence[float] = 0,
        inplace: bool = False,
    ):
        super().__init__()
        if not isinstance(value, (numbers.Number, str, tuple, list)):
            raise TypeError("Argument value should be either a number or str or a sequence")
        if isinstance(value, str) and value != "random":
            raise ValueError("If value is str, it should be 'random'")
        setup.area(scale, ratio)
        if scale[0] < 0 or scale[1] > 1:
            raise ValueError("Scale should be between 0 and 1")
        if p < 0 or p > 1:
            raise ValueError("Random erasing probability should be between 0 and 1")
        self.p, self.scale, self.ratio = p, scale, ratio
        self.value, self.inplace = value, inplace

    @staticmethod
    def get_params(
        img: Tensor,
        scale: Sequence[float],
        ratio: Sequence[float],
        value: Sequence[float] | None = None,
    ) -> tuple[int, int, int, int, Tensor]:
        """(top, left, height, width, contents) of a random rectangle; the image itself when ten
        do not fit. `value` None is noise."""
        channels, height, width = img.shape[-3:]
        low, high = draw.log_pair(ratio)
        for _ in range(10):
            area = height * width * draw.uniform(scale[0], scale[1])
            aspect = draw.log_uniform(low, high)
            h, w = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
            if h >= height or w >= width:
                continue
            if value is None:
                v = from_numpy(default_generator.normal((channels, h, w), dt.float32, 0.0, 1.0))
            else:
                v = tensor(value)[:, None, None]
            top = draw.integer(0, height - h + 1)
            return top, draw.integer(0, width - w + 1), h, w, v
        return 0, 0, height, width, img

    def forward(self, img: Tensor) -> Tensor:
        if not draw.below(self.p):
            return img
        value: Any = self.value
        if isinstance(value, (int, float)):
            value = [float(value)]
        elif isinstance(value, str):
            value = None
        else:
            value = [float(v) for v in value]
        if value is not None and len(value) not in (1, img.shape[-3]):
            raise ValueError(
                "If value is a sequence, it should have either a single value or "
                f"{img.shape[-3]} (number of input channels)"
            )
        where = self.get_params(img, self.scale, self.ratio, value)
        return F.erase(img, *where, self.inplace)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(p={self.p}, scale={self.scale}, ratio={self.ratio}, "
            f"value={self.value}, inplace={self.inplace})"
        )


class GaussianBlur(Module):
    """Blurred by a Gaussian of a random width of the range `sigma`, in pixels.

    >>> from torchvision import transforms
    >>> transforms.GaussianBlur(3, sigma=1.0)(torch.ones(1, 3, 3)).round(decimals=4)
    tensor([[[1., 1., 1.],
             [1., 1., 1.],
             [1., 1., 1.]]])
    """

    def __init__(
        self, kernel_size: int | Sequence[int], sigma: float | Sequence[float] = (0.1, 2.0)
    ):
        super().__init__()
        self.kernel_size = setup.two(
            kernel_size, "Kernel size should be a tuple/list of two integers"
        )
        if any(n <= 0 or n % 2 == 0 for n in self.kernel_size):
            raise ValueError("Kernel size value should be an odd and positive number.")
        if isinstance(sigma, numbers.Number):
            n: Any = sigma
            if n <= 0:
                raise ValueError("If sigma is a single number, it must be positive.")
            sigma = (n, n)
        elif isinstance(sigma, Sequence) and len(sigma) == 2:
            if not 0.0 < sigma[0] <= sigma[1]:
                raise ValueError("sigma values should be positive and of the form (min, max).")
        else:
            raise ValueError("sigma should be a single number or a list/tuple with length 2.")
        self.sigma: Any = sigma

    @staticmethod
    def get_params(sigma_min: float, sigma_max: float) -> float:
        """A random width."""
        return draw.uniform(sigma_min, sigma_max)

    def forward(self, img: Any) -> Any:
        sigma = self.get_params(self.sigma[0], self.sigma[1])
        return F.gaussian_blur(img, self.kernel_size, [sigma, sigma])

    def __repr__(self) -> str:
        return f"{type(self).__name__}(kernel_size={self.kernel_size}, sigma={self.sigma})"


class RandomInvert(Module):
    """The negative, with probability `p`.

    >>> from torchvision import transforms
    >>> transforms.RandomInvert(p=1.0)(torch.tensor([[[0, 255]]], dtype=torch.uint8))
    tensor([[[255,   0]]], dtype=torch.uint8)
    """

    def __init__(self, p: float = 0.5):
        super().__init__()
        self.p = p

    def forward(self, img: Any) -> Any:
        return self._change(img) if draw.number() < self.p else img

    def _change(self, img: Any) -> Any:
        return F.invert(img)

    def _options(self) -> str:
        return ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._options()}p={self.p})"


class RandomPosterize(RandomInvert):
    """Only `bits` bits a channel, with probability `p`.

    >>> from torchvision import transforms
    >>> transforms.RandomPosterize(bits=1, p=1.0)(torch.tensor([[[100, 200]]], dtype=torch.uint8))
    tensor([[[  0, 128]]], dtype=torch.uint8)
    """

    def __init__(self, bits: int, p: float = 0.5):
        super().__init__(p)
        self.bits = bits

    def _change(self, img: Any) -> Any:
        return F.posterize(img, self.bits)

    def _options(self) -> str:
        return f"bits={self.bits},"


class RandomSolarize(RandomInvert):
    """The negative of what is at least as bright as `threshold`, with probability `p`.

    >>> from torchvision import transforms
    >>> x = torch.tensor([[[100, 200]]], dtype=torch.uint8)
    >>> transforms.RandomSolarize(threshold=128, p=1.0)(x)
    tensor([[[100,  55]]], dtype=torch.uint8)
    """

    def __init__(self, threshold: float, p: float = 0.5):
        super().__init__(p)
        self.threshold = threshold

    def _change(self, img: Any) -> Any:
        return F.solarize(img, self.threshold)

    def _options(self) -> str:
        return f"threshold={self.threshold},"


class RandomAdjustSharpness(RandomInvert):
    """Sharpness changed by a factor, with probability `p`.

    >>> from torchvision import transforms
    >>> transforms.RandomAdjustSharpness(2.0, p=1.0)(torch.ones(1, 4, 4)).unique()
    tensor([1.])
    """

    def __init__(self, sharpness_factor: float, p: float = 0.5):
        super().__init__(p)
        self.sharpness_factor = sharpness_factor

    def _change(self, img: Any) -> Any:
        return F.adjust_sharpness(img, self.sharpness_factor)

    def _options(self) -> str:
        return f"sharpness_factor={self.sharpness_factor},"


class RandomAutocontrast(RandomInvert):
    """Each channel stretched to the whole range, with probability `p`.

    >>> from torchvision import transforms
    >>> transforms.RandomAutocontrast(p=1.0)(torch.tensor([[[0.2, 0.4, 0.6]]]))
    tensor([[[0.0000, 0.5000, 1.0000]]])
    """

    def _change(self, img: Any) -> Any:
        return F.autocontrast(img)


class RandomEqualize(RandomInvert):
    """The histogram of each channel made even, with probability `p`.

    >>> from torchvision import transforms
    >>> transforms.RandomEqualize(p=1.0)(torch.tensor([[[1, 2]]], dtype=torch.uint8)).shape
    torch.Size([1, 1, 2])
    """

    def _change(self, img: Any) -> Any:
        return F.equalize(img)
