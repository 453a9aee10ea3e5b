"""A neural network that finds kinds of things in a picture."""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from agents.batches import Batches
from agents.detections import Detection, without_doubles
from agents.identity import check_no_identity
from agents.inference import open_session
from agents.network_choice import read_network_choice
from agents.network_file import NetworkFile, find_network
from hw.frame import Picture
from hw.samples import SampleUnavailableError
from sim.errors import InputError

_STRIDES = (8, 16, 32)
_PAD_GREY = 114
_MAX_IOU = 0.6
_MOST_BOXES = 300


class Network:
    """Finds boxes in pictures of any size.

    The picture is shrunk to ``size_px`` on its longer side, never enlarged, laid top left and padded, as the network
    was trained. A file with a fixed input keeps that.

    Args:
        file: which network, and how its answer is read.
        size_px: longer side of what the network sees, rounded up to a multiple of 32.
        device: one of ``DEVICES``.
        batch: pictures that one run may look at, where several threads ask at once and the file takes several.
        wait_s: for how long a picture waits for others to go with.

    Raises:
        UnknownNameError: if the device is not known.
        InputError: if what the device needs is not installed, or the file is no network of the layout that it is
            said to have.
    """

    def __init__(self, file: NetworkFile, *, size_px: int = 416, device: str = "cpu", batch: int = 1,
                 wait_s: float = 0.0) -> None:
        self.name = file.name
        self._file = file
        self._session = open_session(str(file.path), device)
        self._n_asked = batch
        self.batches = Batches(self._session.run, most=batch, wait_s=wait_s) if (
            batch > 1 and self._session.takes_batches) else None
        self._fixed_wh = file.input_wh or _fixed_size_wh(self._session.input_shape)
        self._size_px = max(32, size_px)
        for output in self._session.output_names:
            check_no_identity(output, where=f"{file.path}: output")

    @property
    def one_by_one(self) -> str:
        """Why pictures are looked at one after another although batches were asked for; empty if they are not."""
        if self._n_asked == 1 or self.batches is not None:
            return ""
        return (f"{self._file.path.name}: input = shape {self._session.input_shape}; expected an open first axis for "
                f"batches of {self._n_asked}; pictures are looked at one after another until it is exported with one")

    def input_wh(self, size_wh: tuple[int, int], *, size_px: int | None = None) -> tuple[int, int]:
        """Return the size that the network sees of a picture of some size; ``size_px`` stands for the network's own."""
        if self._fixed_wh is not None:
            return self._fixed_wh
        factor = min(1.0, (size_px or self._size_px) / max(size_wh))
        width, height = (max(32, -(-round(side * factor) // 32) * 32) for side in size_wh)
        return width, height

    def find(self, bgr: Picture, *, min_score: float, kinds: Collection[str] | None = None,
             size_px: int | None = None) -> list[Detection]:
        """Return what is in a picture of shape (height, width, 3), best first, boxes in its pixels.

        It is looked at as if the network had been made for ``size_px``, if that is given.
        """
        height, width = bgr.shape[:2]
        input_wh = self.input_wh((width, height), size_px=size_px)
        factor = min(1.0, input_wh[0] / width, input_wh[1] / height)
        look = self._session.run if self.batches is None else self.batches.run
        rows = self._decoded(look(self._prepared(bgr, input_wh, factor)), input_wh)
        wanted = [index for index, name in enumerate(self._file.classes) if kinds is None or name in kinds]
        rows = rows[(rows[:, 4] >= min_score) & np.isin(rows[:, 5], wanted) & np.isfinite(rows).all(axis=1)]
        rows = rows[np.argsort(-rows[:, 4], kind="stable")][:_MOST_BOXES]
        found = []
        for left, top, right, bottom, score, index in rows.tolist():
            box = (max(0.0, left / factor), max(0.0, top / factor), min(float(width), right / factor),
                   min(float(height), bottom / factor))
            if box[0] < box[2] and box[1] < box[3]:
                found.append(Detection(box_xyxy=box, kind=self._file.classes[int(index)], score=min(1.0, score)))
        return without_doubles(found, max_iou=_MAX_IOU)

    def _prepared(self, bgr: Picture, input_wh: tuple[int, int], factor: float) -> NDArray[np.float32]:
        width, height = input_wh
        small_wh = (min(width, round(bgr.shape[1] * factor)), min(height, round(bgr.shape[0] * factor)))
        small = cv2.resize(bgr, small_wh, interpolation=cv2.INTER_LINEAR)
        if self._file.pixels == "rgb":
            small = small[:, :, ::-1]
        laid = np.full((3, height, width), _PAD_GREY, np.float32)
        laid[:, :small_wh[1], :small_wh[0]] = small.transpose(2, 0, 1)
        return laid[None] * np.float32(self._file.scale)

    def _decoded(self, answer: NDArray[np.float32], input_wh: tuple[int, int]) -> NDArray[np.float32]:
        """Return rows of left, top, right, bottom, score, class, in pixels of the input."""
        n_classes = len(self._file.classes)
        if self._file.decoding == "rows":
            rows = answer.reshape(-1, answer.shape[-1])
            if rows.shape[1] != 6:
                raise _wrong_layout(self._file, answer, "(n, 6)")
            return rows
        grid = _grid(input_wh)
        if answer.ndim != 3 or answer.shape[1:] != (len(grid), 5 + n_classes):
            raise _wrong_layout(self._file, answer, f"(1, {len(grid)}, {5 + n_classes})")
        raw = answer[0]
        scores = raw[:, 4:5] * raw[:, 5:]
        best = scores.argmax(axis=1)
        centre = (raw[:, :2] + grid[:, :2]) * grid[:, 2:]
        half = np.exp(np.minimum(raw[:, 2:4], 20.0)) * grid[:, 2:] / 2.0
        return np.column_stack([centre - half, centre + half, scores[np.arange(len(best)), best], best])


@functools.cache
def load_network(name_or_path: str, *, size_px: int = 416) -> Network:
    """Return a network by name or file; one is shared by all detectors of a process.

    Args:
        name_or_path: a known name or an ONNX file, and how it is run if not by default, as in
            ``yolox_nano@openvino,batch=8,wait_s=0.02``: see :func:`read_network_choice`.
        size_px: longer side of what the network sees.

    Raises:
        UnknownNameError: if a bare name or a device is not known.
        SampleUnavailableError: if a known one cannot be had.
        InputError: if the file cannot be used, or what follows the name cannot be read.
    """
    choice = read_network_choice(name_or_path)
    return Network(find_network(choice.name), size_px=size_px, device=choice.device, batch=choice.batch,
                   wait_s=choice.wait_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedNetwork:
    """A network, or why there is none."""

    network: Network | None
    degraded: str
    """What may go wrong without a network, and why there is none; empty if there is one."""


def try_network(name: str, *, size_px: int, without: str) -> TriedNetwork:
    """Load a network that a detector can do without.

    Args:
        name: a known one, an ONNX file, or ``none``.
        size_px: longer side of what the network sees.
        without: what may go wrong without it.

    Raises:
        UnknownNameError: if a bare name is not known.
        InputError: if a file cannot be used.
    """
    if name == "none":
        return TriedNetwork(network=None, degraded=f"{without}: no network was asked for")
    try:
        return TriedNetwork(network=load_network(name, size_px=size_px), degraded="")
    except SampleUnavailableError as missing:
        return TriedNetwork(network=None, degraded=f"{without}: {missing}")


@functools.cache
def _grid(input_wh: tuple[int, int]) -> NDArray[np.float32]:
    """Return column, row and stride of every cell, coarse strides last: (n, 3)."""
    cells = []
    for stride in _STRIDES:
        rows, columns = np.mgrid[0:input_wh[1] // stride, 0:input_wh[0] // stride]
        cells.append(np.column_stack([columns.ravel(), rows.ravel(), np.full(rows.size, stride)]))
    return np.concatenate(cells).astype(np.float32)


def _fixed_size_wh(shape: tuple[int | None, ...]) -> tuple[int, int] | None:
    if len(shape) == 4 and shape[2] is not None and shape[3] is not None:
        return shape[3], shape[2]
    return None


def _wrong_layout(file: NetworkFile, answer: NDArray[np.float32], expected: str) -> InputError:
    return InputError(f"{file.path}: answer", got=f"shape {answer.shape}", expected=f"{expected} for {file.decoding}",
                      do="name the right decoding and classes in its TOML")
