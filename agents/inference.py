"""Networks run on a device: the processor by onnxruntime or OpenVINO, a graphics card by CUDA."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError, UnknownNameError

F4 = NDArray[np.float32]
DEVICES = ("cpu", "openvino", "cuda")
"""``openvino`` runs on the processor too, in bfloat16 where the processor computes in it."""
_CUDA = "CUDAExecutionProvider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A network's file, open on a device."""

    device: str
    input_shape: tuple[int | None, ...]
    """None where the file leaves a side open."""
    output_names: tuple[str, ...]
    run: Callable[[F4], F4]
    """Takes the input and returns the first output; on any thread."""

    @property
    def takes_batches(self) -> bool:
        """True if one run may look at several pictures: the file leaves the first side of its input open."""
        return len(self.input_shape) == 4 and self.input_shape[0] is None


@functools.cache
def open_session(path: str, device: str = "cpu") -> Session:
    """Open a network's file once a process, on one thread of the processor or on a graphics card.

    Raises:
        UnknownNameError: if the device is not known.
        InputError: if what the device needs is not installed, or the file is no network.
    """
    if device not in DEVICES:
        raise UnknownNameError("network device", got=device, known=DEVICES)
    opened = _open_openvino if device == "openvino" else functools.partial(_open_onnxruntime, device=device)
    return opened(path)


def _open_onnxruntime(path: str, *, device: str) -> Session:
    import onnxruntime

    if device == "cuda" and _CUDA not in onnxruntime.get_available_providers():
        raise InputError("network device = cuda", got="an onnxruntime without CUDA", expected="the extra cuda",
                         do="pip uninstall onnxruntime; pip install 'watchfloor[cuda]'")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            path, options, providers=[_CUDA] if device == "cuda" else ["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common class of their own
        raise _no_network(path, error) from error
    if device == "cuda" and _CUDA not in session.get_providers():  # it falls back on the processor and only logs it
        raise InputError("network device = cuda", got="no graphics card that onnxruntime can use",
                         expected="an NVIDIA card with its driver, CUDA and cuDNN", do="take cpu or openvino")
    source = session.get_inputs()[0]

    def run(picture: F4) -> F4:
        return np.asarray(session.run(None, {source.name: picture})[0], np.float32)

    return Session(device=device, input_shape=tuple(side if isinstance(side, int) else None for side in source.shape),
                   output_names=tuple(output.name for output in session.get_outputs()), run=run)


def _open_openvino(path: str) -> Session:
    try:
        import openvino
    except ImportError:
        raise InputError("network device = openvino", got="OpenVINO is not installed", expected="the extra openvino",
                         do="pip install 'watchfloor[openvino]'") from None
    core = openvino.Core()
    speed: dict[str, Any] = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1}
    if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        speed["INFERENCE_PRECISION_HINT"] = "bf16"
    try:
        model = core.compile_model(path, "CPU", speed)
    except RuntimeError as error:
        raise _no_network(path, error) from error

    turn = threading.Lock()  # a compiled model answers one thread at a time

    def run(picture: F4) -> F4:
        with turn:
            return np.array(model(picture)[0], np.float32)

    return Session(
        device="openvino",
        input_shape=tuple(None if side.is_dynamic else side.get_length() for side in model.inputs[0].partial_shape),
        output_names=tuple(name for output in model.outputs for name in output.names), run=run)


def _no_network(path: str, error: Exception) -> InputError:
    return InputError(path, got=str(error).splitlines()[0][:120], expected="a network in the ONNX format",
                      do="export it again")
