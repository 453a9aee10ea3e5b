"""Which network is meant: a name that is known, or a user's ONNX file with a small TOML beside it."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.identity import check_no_identity
from hw.samples import SampleUnavailableError, locate_sample
from sim.errors import InputError, UnknownNameError

COCO_CLASSES = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant",
    "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard",
    "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli",
    "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "dining table", "toilet",
    "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink",
    "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush")

DEFAULT_NETWORK = "yolox_nano"
NETWORKS: Mapping[str, tuple[str, ...]] = {
    DEFAULT_NETWORK: ("yolox_nano_dyn", "yolox_nano"),
    "yolox_tiny": ("yolox_tiny",),
    "yolox_s": ("yolox_s",),
}
"""Name: the samples that serve, the first that is at hand is taken; the last one can be downloaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFile:
    """A network and how its answer is read."""

    name: str
    path: Path
    classes: tuple[str, ...]
    decoding: Literal["yolox", "rows"]
    """``yolox``: (1, n, 5 + classes) before the grid is put in; ``rows``: (n, 6) of left, top, right, bottom, score,
    class in pixels of the input."""
    input_wh: tuple[int, int] | None
    """None where the file's own input says it, or takes any multiple of 32."""
    scale: float
    """Grey levels 0 to 255 are multiplied by this."""
    pixels: Literal["bgr", "rgb"]
    sha256: str | None = None
    """Verified; None for a user's own file that states none, and for samples, which are verified where they lie."""


class _NetworkSchema(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1)]
    classes: Annotated[tuple[str, ...], Field(min_length=1)]
    decoding: Literal["yolox", "rows"]
    input_wh: tuple[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0)]] | None = None
    scale: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] = 1.0
    pixels: Literal["bgr", "rgb"] = "bgr"
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


def find_network(name_or_path: str) -> NetworkFile:
    """Return a network by name, from this machine or downloaded and verified, or a user's own file.

    Raises:
        UnknownNameError: if a bare name is not known.
        SampleUnavailableError: if a known one cannot be had.
        InputError: if a user's file or its TOML cannot be used, or it is one that tells who somebody is.
    """
    check_no_identity(Path(name_or_path).name, where="network")
    if name_or_path.endswith(".onnx"):
        return _load_own(Path(name_or_path))
    if name_or_path not in NETWORKS:
        raise UnknownNameError("network", got=name_or_path, known=NETWORKS)
    return NetworkFile(name=name_or_path, path=_locate(NETWORKS[name_or_path]), classes=COCO_CLASSES,
                       decoding="yolox", input_wh=None, scale=1.0, pixels="bgr")


def _locate(samples: tuple[str, ...]) -> Path:
    for sample in samples[:-1]:
        try:
            return locate_sample(sample, may_download=False)
        except SampleUnavailableError:
            continue
    return locate_sample(samples[-1])


def _load_own(path: Path) -> NetworkFile:
    beside = path.with_suffix(".toml")
    for file in (path, beside):
        if not file.is_file():
            raise InputError(str(file), got="no such file", expected="an ONNX file with a TOML of its name beside it",
                             do="see docs/reference/detectors.md")
    try:
        own = _NetworkSchema.model_validate(tomllib.loads(beside.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(str(beside), got=error, expected="TOML") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise UnknownNameError(f"{beside}: key", got=where, known=_NetworkSchema.model_fields) from error
        raise InputError(f"{beside}: {where}", got=None if first["type"] == "missing" else repr(first["input"])[:80],
                         expected=first["msg"].removeprefix("Input should be ").replace("Field required", "this entry"),
                         do="mend this entry") from error
    for word in (own.name, *own.classes):
        check_no_identity(word, where=f"{beside}")
    if own.sha256 is not None:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != own.sha256:
            raise InputError(str(path), got=f"sha256 {found}", expected=f"sha256 {own.sha256}",
                             do="get the file that the TOML was written for")
    return NetworkFile(name=own.name, path=path, classes=own.classes, decoding=own.decoding, input_wh=own.input_wh,
                       scale=own.scale, pixels=own.pixels, sha256=own.sha256)
