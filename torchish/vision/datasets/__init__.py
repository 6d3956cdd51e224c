"""`torchvision.datasets`. https://docs.pytorch.org/vision/stable/datasets.html"""

from torchish.vision.datasets.cifar import CIFAR10, CIFAR100
from torchish.vision.datasets.digits import Digits
from torchish.vision.datasets.fakedata import FakeData
from torchish.vision.datasets.mnist import KMNIST, MNIST, FashionMNIST
from torchish.vision.datasets.vision import VisionDataset

__all__ = [
    "CIFAR10",
    "CIFAR100",
    "KMNIST",
    "MNIST",
    "Digits",
    "FakeData",
    "FashionMNIST",
    "VisionDataset",
]
