"""`torchvision.datasets`. https://docs.pytorch.org/vision/stable/datasets.html"""

from torchish.vision.datasets import folder, utils, vision
from torchish.vision.datasets.cifar import CIFAR10, CIFAR100
from torchish.vision.datasets.digits import Digits
from torchish.vision.datasets.fakedata import FakeData
from torchish.vision.datasets.folder import DatasetFolder, ImageFolder
from torchish.vision.datasets.mnist import KMNIST, MNIST, FashionMNIST
from torchish.vision.datasets.vision import VisionDataset

__all__ = [
    "CIFAR10",
    "CIFAR100",
    "KMNIST",
    "MNIST",
    "DatasetFolder",
    "Digits",
    "FakeData",
    "FashionMNIST",
    "ImageFolder",
    "VisionDataset",
    "folder",
    "utils",
    "vision",
]
