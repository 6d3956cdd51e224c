"""`torchvision.datasets`. https://docs.pytorch.org/vision/stable/datasets.html"""

from torchish.vision.datasets import folder, utils, vision
from torchish.vision.datasets.celeba import CelebA
from torchish.vision.datasets.cifar import CIFAR10, CIFAR100
from torchish.vision.datasets.coco import CocoCaptions, CocoDetection
from torchish.vision.datasets.digits import Digits
from torchish.vision.datasets.fakedata import FakeData
from torchish.vision.datasets.flowers102 import Flowers102
from torchish.vision.datasets.folder import DatasetFolder, ImageFolder
from torchish.vision.datasets.food101 import Food101
from torchish.vision.datasets.gtsrb import GTSRB
from torchish.vision.datasets.imagenet import ImageNet
from torchish.vision.datasets.mnist import EMNIST, KMNIST, MNIST, QMNIST, FashionMNIST
from torchish.vision.datasets.omniglot import Omniglot
from torchish.vision.datasets.oxford_iiit_pet import OxfordIIITPet
from torchish.vision.datasets.places365 import Places365
from torchish.vision.datasets.stl10 import STL10
from torchish.vision.datasets.svhn import SVHN
from torchish.vision.datasets.usps import USPS
from torchish.vision.datasets.vision import VisionDataset
from torchish.vision.datasets.voc import VOCDetection, VOCSegmentation
from torchish.vision.datasets.wrapping import wrap_dataset_for_transforms_v2

__all__ = [
    "CIFAR10",
    "CIFAR100",
    "EMNIST",
    "GTSRB",
    "KMNIST",
    "MNIST",
    "QMNIST",
    "STL10",
    "SVHN",
    "USPS",
    "CelebA",
    "CocoCaptions",
    "CocoDetection",
    "DatasetFolder",
    "Digits",
    "FakeData",
    "FashionMNIST",
    "Flowers102",
    "Food101",
    "ImageFolder",
    "ImageNet",
    "Omniglot",
    "OxfordIIITPet",
    "Places365",
    "VOCDetection",
    "VOCSegmentation",
    "VisionDataset",
    "folder",
    "utils",
    "vision",
    "wrap_dataset_for_transforms_v2",
]
