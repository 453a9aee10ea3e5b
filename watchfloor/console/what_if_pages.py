"""What the planner's page asks the server for: what can be asked, an answer, and to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from watchfloor.console.authoring import for_instructors
from watchfloor.console.body import read_json
from watchfloor.results import finite

if TYPE_CHECKING:
    from watchfloor.console.planner import Planner


class WhatIfPages:
    """Answers a planner's requests; trainees are refused.

    Args:
        planner: plays.
    """

    def __init__(self, planner: Planner) -> None:
        self._planner = planner

    def routes(self, inside: Callable[..., Any]) -> list[Route]:
        """Return the routes; ``inside`` lets nobody in who is not known."""
        return [
            Route("/api/what-if", inside(for_instructors(self.tell)), methods=["GET"]),
            Route("/api/what-if", inside(for_instructors(self.ask)), methods=["POST"]),
            Route("/api/what-if/stop", inside(for_instructors(self.stop)), methods=["POST"]),
        ]

    async def tell(self, _: Request) -> Response:
        """Tell what can be asked, and how far the answer is."""
        return JSONResponse(finite(await asyncio.to_thread(self._planner.told)))

    async def ask(self, request: Request) -> Response:
        """Begin to answer."""
        await asyncio.to_thread(self._planner.ask, await read_json(request))
        return await self.tell(request)

    async def stop(self, request: Request) -> Response:
        """End what is being played."""
        await asyncio.to_thread(self._planner.stop)
        return await self.tell(request)
