"""A small network in the ONNX format, with YOLOX's layout and weights drawn from a seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

CLASSES = ("person", "trolley")
_STRIDES = (8, 16, 32)


def write_network(path: Path, *, n_pictures: int | str = "n", seed: int = 1) -> Path:
    """Write it, with a TOML beside it, for so many pictures a run; a text leaves the number open."""
    rng = np.random.default_rng(seed)
    nodes, weights = [], [numpy_helper.from_array(np.array([0, 5 + len(CLASSES), -1], np.int64), "flat")]

    def convolve(stride: int, part: str, n_out: int, gain: float) -> str:
        name = f"{part}{stride}"
        weight = rng.normal(0.0, gain / stride, (n_out, 3, stride, stride)).astype(np.float32)
        weights.append(numpy_helper.from_array(weight, f"weight_{name}"))
        nodes.append(helper.make_node("Conv", ["images", f"weight_{name}"], [name], strides=[stride, stride],
                                      kernel_shape=[stride, stride]))
        return name

    flat = []
    for stride in _STRIDES:
        box, sure = convolve(stride, "box", 4, 0.5), convolve(stride, "sure", 1 + len(CLASSES), 1.0)
        nodes += [helper.make_node("Sigmoid", [sure], [f"p{stride}"]),
                  helper.make_node("Concat", [box, f"p{stride}"], [f"all{stride}"], axis=1),
                  helper.make_node("Reshape", [f"all{stride}", "flat"], [f"flat{stride}"])]
        flat.append(f"flat{stride}")
    nodes += [helper.make_node("Concat", flat, ["cells"], axis=2),
              helper.make_node("Transpose", ["cells"], ["output"], perm=[0, 2, 1])]
    pictures = helper.make_tensor_value_info("images", TensorProto.FLOAT, [n_pictures, 3, "h", "w"])
    answer = helper.make_tensor_value_info("output", TensorProto.FLOAT, [n_pictures, "cells", 5 + len(CLASSES)])
    model = helper.make_model(helper.make_graph(nodes, "small", [pictures], [answer], weights),
                              opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    checker.check_model(model)
    save(model, path)
    path.with_suffix(".toml").write_text(f'name = "small"\nclasses = {list(CLASSES)}\ndecoding = "yolox"\n'
                                         f'scale = {1 / 255:.8f}\n', encoding="utf-8")
    return path
