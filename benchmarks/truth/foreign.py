"""Truth written by other programs: ViPER and CVAT XML, MOT tables, COCO JSON; each track becomes an event."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from hw.truth import TruthEvent
from sim.errors import InputError, UnknownNameError

Box: TypeAlias = tuple[float, float, float, float]


@dataclass(slots=True)
class _Track:
    """What one object of a foreign file amounts to; frames count from 0."""

    kind: str
    boxes: dict[int, Box | None] = field(default_factory=dict)


def read_foreign_truth(path: Path, *, form: str | None = None, fps: float, kinds: Mapping[str, str] | None = None,
                       ) -> tuple[TruthEvent, ...]:
    """Read the events of a foreign file: one for each object or track, from its first frame to its last.

    Args:
        path: the file.
        form: one of FORMATS; told from the file where it is None.
        fps: frames per second of the clip, which these files do not say.
        kinds: the file's label → kind of event; labels that are not named keep their own, in lower case, and a label
            mapped to the empty text is left out.

    Raises:
        UnknownNameError: if there is no such format.
        InputError: if the file cannot be read as that, with the entry that is wrong.
    """
    chosen = form or _tell(path)
    if chosen not in FORMATS:
        raise UnknownNameError("format", got=chosen, known=FORMATS)
    try:
        tracks = list(FORMATS[chosen](path))
    except (OSError, UnicodeDecodeError, ElementTree.ParseError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(str(path), got=error, expected=f"a file in the format {chosen}",
                         do="name another: " + ", ".join(FORMATS)) from error
    events = []
    for track in tracks:
        kind = (kinds or {}).get(track.kind, track.kind.strip().lower().replace(" ", "_"))
        if kind and track.boxes:
            events.append(_event(kind, track, fps))
    return tuple(sorted(events, key=lambda event: event.start_s))


def _event(kind: str, track: _Track, fps: float) -> TruthEvent:
    first, last = min(track.boxes), max(track.boxes)
    box = track.boxes[first]
    return TruthEvent(kind=kind, start_s=first / fps, end_s=(last + 1) / fps, box_xyxy=box,
                      object_px=None if box is None else max(box[2] - box[0], box[3] - box[1]))


def _tell(path: Path) -> str:
    if path.suffix == ".json":
        return "coco"
    if path.suffix in (".txt", ".csv"):
        return "mot"
    head = path.read_text(encoding="utf-8", errors="replace")[:2000] if path.is_file() else ""
    return "viper" if "viper" in head.lower() else "cvat"


def read_viper(path: Path) -> Iterable[_Track]:
    """Yield the objects of a ViPER-GT file (PETS, CAVIAR's older truth); frames there count from 1."""
    for item in _root(path).iter():
        if _tag(item) == "object":
            track = _Track(item.attrib["name"])
            for first, last in _spans(item.attrib.get("framespan", "")):
                track.boxes.update(dict.fromkeys((first - 1, last - 1)))
            for box in item.iter():
                if _tag(box) == "bbox" and "x" in box.attrib:
                    x, y, width, height = (float(box.attrib[key]) for key in ("x", "y", "width", "height"))
                    for first, last in _spans(box.attrib.get("framespan", "")) or [(min(track.boxes) + 1,) * 2]:
                        track.boxes.update(dict.fromkeys((first - 1, last - 1), (x, y, x + width, y + height)))
            yield track


def read_cvat(path: Path) -> Iterable[_Track]:
    """Yield the tracks of a file in CVAT's video format 1.1; frames there count from 0."""
    for item in _root(path).iter("track"):
        track = _Track(item.attrib["label"])
        for box in item.iter("box"):
            if box.attrib.get("outside") != "1":
                track.boxes[int(box.attrib["frame"])] = (
                    float(box.attrib["xtl"]), float(box.attrib["ytl"]), float(box.attrib["xbr"]),
                    float(box.attrib["ybr"]))
        yield track


def read_mot(path: Path) -> Iterable[_Track]:
    """Yield the tracks of a MOTChallenge table: frame from 1, id, left, top, width, height, …; all are persons."""
    tracks: dict[str, _Track] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            if not row:
                continue
            try:
                frame, x, y, width, height = int(float(row[0])), *(float(value) for value in row[2:6])
            except (ValueError, IndexError) as error:
                raise InputError(f"{path}: line {number + 1}", got=",".join(row),
                                 expected="frame, id, left, top, width, height, …") from error
            if len(row) > 6 and float(row[6]) == 0.0:
                continue  # marked as not to be counted
            track = tracks.setdefault(row[1].strip(), _Track("person"))
            if frame - 1 in track.boxes:
                raise InputError(f"{path}: line {number + 1}", got=f"id {row[1]} twice in frame {frame}",
                                 expected="each id once in a frame")
            track.boxes[frame - 1] = (x, y, x + width, y + height)
    return tracks.values()


def read_coco(path: Path) -> Iterable[_Track]:
    """Yield the objects of a COCO file whose images are a clip's frames, in order of their ids.

    Boxes of one ``track_id`` (of their own, or among the attributes) are one object; others stand alone.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    labels = {item["id"]: str(item["name"]) for item in content["categories"]}
    frames = {image: number for number, image in enumerate(sorted(item["id"] for item in content["images"]))}
    tracks: dict[tuple[int, object], _Track] = {}
    for item in content["annotations"]:
        x, y, width, height = (float(value) for value in item["bbox"])
        told = item.get("track_id", item.get("attributes", {}).get("track_id"))
        key = (item["category_id"], ("alone", item["id"]) if told is None else told)
        track = tracks.setdefault(key, _Track(labels[item["category_id"]]))
        track.boxes[frames[item["image_id"]]] = (x, y, x + width, y + height)
    return tracks.values()


FORMATS: Mapping[str, Callable[[Path], Iterable[_Track]]] = {
    "coco": read_coco, "cvat": read_cvat, "mot": read_mot, "viper": read_viper}
"""Readers by name."""


def _root(path: Path) -> ElementTree.Element:
    text = path.read_text(encoding="utf-8", errors="replace")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # entities can be made to swell without end
        raise InputError(str(path), got="a document type or entity", expected="plain XML", do="remove it")
    return ElementTree.fromstring(text)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _spans(text: str) -> list[tuple[int, int]]:
    return [(int(first), int(last)) for first, last in re.findall(r"(\d+):(\d+)", text)]
