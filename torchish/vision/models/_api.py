"""Models by name, and their pretrained weights.

The facts about a set of weights (address, preprocessing, accuracy) lie in `data/weights.json`.
https://docs.pytorch.org/vision/stable/models.html#model-registration-mechanism
"""

from __future__ import annotations

import fnmatch
import functools
import importlib.resources
import inspect
import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import ModuleType
from typing import Any

from torchish.hub import load_state_dict_from_url
from torchish.nn import Module
from torchish.vision.transforms._presets import (
    ImageClassification,
    ObjectDetection,
    SemanticSegmentation,
)
from torchish.vision.transforms.functional import InterpolationMode

__all__ = [
    "Weights",
    "WeightsEnum",
    "get_model",
    "get_model_builder",
    "get_model_weights",
    "get_weight",
    "list_models",
]

_BASE = "https://download.pytorch.org/models/"
_MODELS: dict[str, Callable[..., Module]] = {}
_ENUMS: dict[str, type[WeightsEnum]] = {}


@dataclass
class Weights:
    """Where a state dict lies, the transforms its inputs need, and what is known about it."""

    url: str
    transforms: Callable
    meta: dict[str, Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Weights) and self.url == other.url

    def __deepcopy__(self, memo: dict) -> Weights:
        return self


class WeightsEnum(Enum):
    """The sets of weights of one model."""

    @classmethod
    def verify(cls, obj: Any) -> Any:
        """A member, or the member of a name; TypeError for another model's."""
        if obj is None:
            return None
        if isinstance(obj, str):
            return cls[obj.replace(cls.__name__ + ".", "")]
        if not isinstance(obj, cls):
            raise TypeError(
                f"Invalid Weight class provided; expected {cls.__name__} but received "
                f"{obj.__class__.__name__}."
            )
        return obj

    def get_state_dict(self, *args: Any, **kwargs: Any) -> Mapping[str, Any]:
        """The weights, downloaded unless they are there."""
        return load_state_dict_from_url(self.url, *args, **kwargs)

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}.{self._name_}"

    __str__ = __repr__

    @property
    def url(self) -> str:
        return self.value.url

    @property
    def transforms(self) -> Callable:
        return self.value.transforms

    @property
    def meta(self) -> dict[str, Any]:
        return self.value.meta


@functools.cache
def _data(name: str) -> dict[str, Any]:
    return json.loads((importlib.resources.files("torchish.vision") / "data" / name).read_text())


_PRESETS = {
    "segmentation": functools.partial(SemanticSegmentation, resize_size=520),
    "detection": ObjectDetection,
}


def _for_places(fact: dict[str, Any]) -> Weights:
    """Weights of a model that finds where in an image things are."""
    lists = {key: _data("categories.json")[fact[key]] for key in fact if key in _NAMES}
    meta = {
        "num_params": fact["params"],
        "min_size": (1, 1),
        "num_classes": len(lists["categories"]),
        **lists,
        "recipe": fact["recipe"],
        "_metrics": fact["metrics"],
        "_ops": fact["gflops"],
        "_file_size": fact["mb"],
    }
    return Weights(_BASE + fact["url"], _PRESETS[fact["task"]], meta)


_NAMES = ("categories", "keypoint_names")


def _weights(fact: dict[str, Any]) -> Weights:
    if "task" in fact:
        return _for_places(fact)
    options = {key: fact[key] for key in ("mean", "std") if key in fact}
    if "interpolation" in fact:
        options["interpolation"] = InterpolationMode(fact["interpolation"])
    transforms = functools.partial(
        ImageClassification, crop_size=fact["crop"], resize_size=fact["resize"], **options
    )
    acc = [float("nan") if fact[k] is None else fact[k] for k in ("acc1", "acc5")]
    meta = {
        "num_params": fact["params"],
        "min_size": tuple(fact["min_size"]),
        "num_classes": fact.get("classes", 1000),  # None: the last layers are not trained
        **{key: fact[key] for key in ("recipe", "license") if key in fact},
        "_metrics": {"ImageNet-1K": {"acc@1": acc[0], "acc@5": acc[1]}},
        "_ops": fact["gflops"],
        "_file_size": fact["mb"],
    }
    return Weights(_BASE + fact["url"], transforms, meta)


def weights_enum(name: str, module: str) -> type[WeightsEnum]:
    """The enum of a name, its members as `data/weights.json` says."""
    members: dict[str, Weights] = {}
    for key, fact in _data("weights.json")[name].items():
        members[key] = members[fact] if isinstance(fact, str) else _weights(fact)
    _ENUMS[name] = WeightsEnum(name, members, module=module)
    return _ENUMS[name]


def fix_option(options: dict[str, Any], name: str, value: Any) -> None:
    """Set an option that the weights decide; ValueError when the caller gave another value."""
    if options.get(name) is None:
        options[name] = value
    if options[name] != value:
        raise ValueError(
            f"The parameter '{name}' expected value {value} but got {options[name]} instead."
        )


def _positional(names: tuple[str, ...], given: tuple[Any, ...]) -> dict[str, Any]:
    if len(given) > len(names):
        raise TypeError(f"{len(names)} positional arguments expected, got {len(given)}")
    used = names[: len(given)]
    warnings.warn(
        f"Using {' and '.join(repr(n) for n in used)} as positional parameter(s) is deprecated "
        "since 0.13 and may be removed in the future. Please use keyword parameter(s) instead.",
        stacklevel=3,
    )
    return dict(zip(used, given, strict=True))


def _from_legacy(value: Any, enum: Any, legacy: Any, keyword: bool, name: str) -> Any:
    """The member of option `name` that a `pretrained` flag stands for."""
    if keyword:
        old = name.replace("weights", "pretrained")
        warnings.warn(
            f"The parameter '{old}' is deprecated since 0.13 and may be removed in the "
            f"future, please use '{name}' instead.",
            stacklevel=4,
        )
    if value and legacy is None:
        raise ValueError("No weights available for this model")
    member = legacy if value else None
    message = (
        f"Arguments other than a weight enum or `None` for '{name}' are deprecated since 0.13 and "
        "may be removed in the future. The current behavior is equivalent to passing "
        f"`{name}={member}`."
    )
    if member is not None:
        message += (
            f" You can also use `{name}={enum.__name__}.DEFAULT` to get the most up-to-date "
            "weights."
        )
    warnings.warn(message, stacklevel=4)
    return member


def _chosen(kwargs: dict[str, Any], name: str, enum: Any, old: Any, default: Any = None) -> Any:
    """The member that option `name` asks for, or its old flag; both are taken from `kwargs`."""
    flag = name.replace("weights", "pretrained")
    chosen = kwargs.pop(name, default)
    if flag in kwargs:
        chosen = _from_legacy(kwargs.pop(flag), enum, old, True, name)
    elif isinstance(chosen, bool):
        chosen = _from_legacy(chosen, enum, old, False, name)
    return enum.verify(chosen)


def model(
    enum: type[WeightsEnum],
    legacy: str = "IMAGENET1K_V1",
    fixed: Mapping[str, Any] | None = None,
    size: bool = False,
    prepare: Callable[[dict[str, Any], WeightsEnum], Callable[[Module], None] | None] | None = None,
    translate: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    backbone: WeightsEnum | None = None,
    backbone_given: bool = True,
) -> Callable[[Callable[..., Module]], Callable[..., Module]]:
    """Register a builder, and give it `weights`, `progress` and the old `pretrained`.

    `fixed` are options that weights decide, `size` says that so do their `image_size`; `prepare`
    changes the options for weights and returns what is done to the loaded model; `translate`
    renames the entries of a checkpoint. `backbone` are weights that the backbone can have, and has
    unless `weights_backbone` or `weights` is given or `backbone_given` is False: the builder gets
    `weights_backbone` (None when the whole model is loaded), `progress` and, if it takes it,
    `trained`: whether either is given.
    """

    def decorate(build: Callable[..., Module]) -> Callable[..., Module]:
        own = inspect.signature(build)
        usual = backbone if backbone_given else None

        @functools.wraps(build)
        def builder(*args: Any, **kwargs: Any) -> Module:
            if args:
                kwargs.update(_positional(("weights", "progress"), args))
            member = _chosen(kwargs, "weights", enum, getattr(enum, legacy, None))
            progress = kwargs.pop("progress", True)
            if backbone is not None:
                below = _chosen(kwargs, "weights_backbone", type(backbone), backbone, usual)
                kwargs["weights_backbone"] = below if member is None else None
                kwargs["progress"] = progress
                if "trained" in own.parameters:
                    kwargs["trained"] = below is not None or member is not None
            if member is None:
                return build(**kwargs)
            if member.meta.get("num_classes") is not None:
                fix_option(kwargs, "num_classes", member.meta["num_classes"])
            if size:
                fix_option(kwargs, "image_size", member.meta["min_size"][0])
            for name, value in (fixed or {}).items():
                fix_option(kwargs, name, value)
            finish = prepare(kwargs, member) if prepare is not None else None
            made = build(**kwargs)
            state = member.get_state_dict(progress=progress, check_hash=True)
            made.load_state_dict(translate(state) if translate is not None else state)
            if finish is not None:
                finish(made)
            return made

        options = [
            inspect.Parameter(
                "weights", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=enum | None
            ),
            inspect.Parameter(
                "progress", inspect.Parameter.KEYWORD_ONLY, default=True, annotation=bool
            ),
        ]
        given = {
            p.name: p.replace(default=usual) if p.name == "weights_backbone" else p
            for p in own.parameters.values()
            if backbone is None or p.name not in ("trained", "progress")
        }
        builder.__signature__ = own.replace(parameters=[*options, *given.values()])
        builder._weights = enum
        name = build.__name__
        if name in _MODELS:
            raise ValueError(f"An entry is already registered under the name '{name}'.")
        _MODELS[name] = builder
        return builder

    return decorate


def list_models(
    module: ModuleType | None = None,
    include: Iterable[str] | str | None = None,
    exclude: Iterable[str] | str | None = None,
) -> list[str]:
    """The names of models, sorted: a module's, those matching a pattern, without others.

    https://docs.pytorch.org/vision/stable/generated/torchvision.models.list_models.html
    """
    names = {
        name
        for name, build in _MODELS.items()
        if module is None or build.__module__.rsplit(".", 1)[0] == module.__name__
    }

    def matching(patterns: Iterable[str] | str) -> set[str]:
        patterns = [patterns] if isinstance(patterns, str) else patterns
        return {n for p in patterns for n in fnmatch.filter(names, p)}

    found = matching(include) if include else names
    return sorted(found - matching(exclude) if exclude else found)


def get_model_builder(name: str) -> Callable[..., Module]:
    """The function that makes the model of a name; ValueError when there is none."""
    try:
        return _MODELS[name.lower()]
    except KeyError:
        raise ValueError(f"Unknown model {name}") from None


def get_model(name: str, **config: Any) -> Module:
    """The model of a name, made with options.

    https://docs.pytorch.org/vision/stable/generated/torchvision.models.get_model.html
    """
    return get_model_builder(name)(**config)


def get_model_weights(name: Callable[..., Module] | str) -> Any:
    """The weights enum of a model, or of its name."""
    build = get_model_builder(name) if isinstance(name, str) else name
    return build._weights


def get_weight(name: str) -> WeightsEnum:
    """The weights of a name such as "ResNet50_Weights.IMAGENET1K_V2".

    https://docs.pytorch.org/vision/stable/generated/torchvision.models.get_weight.html
    """
    enum_name, dot, member = name.partition(".")
    if not dot:
        raise ValueError(f"Invalid weight name provided: '{name}'.")
    enum = _ENUMS.get(enum_name)
    if enum is None:
        raise ValueError(
            f"The weight enum '{enum_name}' for the specific method couldn't be retrieved."
        )
    return enum[member]
