"""The JSON object that a request brings, read no further than it may be long."""

from __future__ import annotations

import json
import math

from starlette.requests import Request

from watchfloor.console.session import Json

MAX_BODY = 16 * 1024


async def read_body(request: Request, *, max_bytes: int) -> bytes:
    """Return a request's body.

    Raises:
        ValueError: if it is longer.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > max_bytes:
            raise ValueError(f"body: expected at most {max_bytes} bytes")
    return body


async def read_json(request: Request, *, max_bytes: int = MAX_BODY) -> Json:
    """Return a JSON object.

    Raises:
        ValueError: if the body is anything else.
    """
    try:
        value = json.loads(await read_body(request, max_bytes=max_bytes))
    except RecursionError:
        raise ValueError("body: expected a JSON object") from None
    if not isinstance(value, dict) or any(isinstance(one, float) and not math.isfinite(one) for one in value.values()):
        raise ValueError("body: expected a JSON object")
    return value
