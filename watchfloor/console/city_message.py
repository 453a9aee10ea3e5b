"""The map's layers as one binary message: a JSON table of contents, then the arrays as they lie in memory."""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np

from watchfloor.console.session import CityLayers

_ALIGN = 8
_NAMES = ("district_names", "land_use_names")


def pack_city(layers: CityLayers) -> bytes:
    """Return the layers: length of the contents in 4 bytes, contents, then each array from a multiple of 8 on."""
    arrays = {item.name: np.ascontiguousarray(getattr(layers, item.name)) for item in fields(layers)
              if item.name not in _NAMES}
    contents, body, at = [], [], 0
    for name, array in arrays.items():
        raw = array.astype(array.dtype.newbyteorder("<")).tobytes()
        contents.append({"name": name, "dtype": array.dtype.name, "shape": array.shape, "at": at})
        raw += bytes(-len(raw) % _ALIGN)
        body.append(raw)
        at += len(raw)
    names = {name: getattr(layers, name) for name in _NAMES}
    head = json.dumps({"arrays": contents, **names}, ensure_ascii=False).encode()
    head += b" " * (-(len(head) + 4) % _ALIGN)
    return len(head).to_bytes(4, "little") + head + b"".join(body)
