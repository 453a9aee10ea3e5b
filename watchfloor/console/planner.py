"""The planner's page: one question at a time, played in a process of its own so that the wall is not held up."""

from __future__ import annotations

import json
import signal
import threading
from dataclasses import asdict
from functools import cached_property
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from scenarios.catalog import list_shipped
from sim.detector_model import SCHEMA
from sim.errors import InputError, WatchfloorError
from watchfloor.console.session import Json
from watchfloor.console.what_if import REPLICATIONS, Question, Room, answer_question, read_question, rooms
from watchfloor.interrupts import end_with_parent

FOLDER = Path("out") / "what-if"
MAX_MODEL_BYTES = 1_000_000
"""A larger JSON file is no detector model."""


class Planner:
    """Answers what-if questions.

    Args:
        folder: keeps what was played.
        models: holds the detector models that may be chosen, as JSON files.
    """

    def __init__(self, folder: Path = FOLDER, models: Path = Path()) -> None:
        self._folder, self._models = folder, models
        self._state: Json = {"phase": "idle"}
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._listener: threading.Thread | None = None

    def told(self) -> Json:
        """Return what the page shows: what can be asked, and how far the answer is."""
        with self._lock:
            state = dict(self._state)
        return {"scenarios": [{"name": one.name, "title": one.titles, **asdict(self._rooms[one.name])}
                              for one in list_shipped()],
                "detectors": list(self._detectors()), "replications": REPLICATIONS, "state": state}

    def ask(self, asked: Json) -> None:
        """Begin to answer a question.

        Raises:
            InputError: if another is still being answered, or this one cannot be asked.
        """
        question = read_question(asked, self._rooms, self._detectors())
        context = get_context("spawn")
        with self._lock:
            if self._state["phase"] == "running":
                raise InputError("what-if", got="one that is still played", expected="one at a time",
                                 do="wait, or stop it")
            reader, writer = context.Pipe(duplex=False)
            self._process = context.Process(target=_play, args=(question, self._folder, writer), name="what-if")
            self._process.start()
            writer.close()
            self._state = {"phase": "running", "scenario": question.scenario, "n_done": 0, "n_total": 0}
            self._listener = threading.Thread(target=self._listen, args=(reader, self._process), daemon=True)
            self._listener.start()

    def stop(self) -> None:
        """End what is being played; the answer so far stands."""
        with self._lock:
            process, listener = self._process, self._listener
            if process is None or listener is None or self._state["phase"] != "running":
                return
            self._state["phase"] = "stopped"
        process.terminate()
        listener.join()

    def _listen(self, reader: Connection, process: BaseProcess) -> None:
        """Take in what the process tells until it ends."""
        while True:
            try:
                self._take_in(process, reader.recv())
            except EOFError:
                break
        process.join()
        reader.close()
        self._take_in(process, {"phase": "failed", "error": f"the process ended with {process.exitcode}"})

    def _take_in(self, process: BaseProcess, told: Json) -> None:
        """Lay what a process tells over the state, as long as its question is the one that is played."""
        with self._lock:
            if self._process is process and self._state["phase"] == "running":
                self._state |= told

    @cached_property
    def _rooms(self) -> dict[str, Room]:
        return rooms()

    def _detectors(self) -> dict[str, Path]:
        """Return the detector models in their folder by file name."""
        return {path.name: path for path in sorted(self._models.glob("*.json")) if _is_model(path)}


def _is_model(path: Path) -> bool:
    try:
        if path.stat().st_size > MAX_MODEL_BYTES:
            return False
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("schema") == SCHEMA


def _play(question: Question, folder: Path, writer: Connection) -> None:
    """Answer in this process; Ctrl-C is for the server, which then ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    try:
        answer_question(question, folder, writer.send)
    except WatchfloorError as error:
        writer.send({"phase": "failed", "error": str(error)})
    else:
        writer.send({"phase": "done"})
