"""Truth written by others: ViPER and CVAT XML, MOT tables, COCO JSON, CDnet masks; each track becomes an event."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from agents.regions import gap_px
from benchmarks.truth.cdnet import read_cdnet
from benchmarks.truth.foreign_track import ForeignTrack
from hw.truth import TruthEvent
from sim.errors import InputError, UnknownNameError


def read_foreign_truth(path: Path, *, form: str | None = None, fps: float, kinds: Mapping[str, str] | None = None,
                       ) -> tuple[TruthEvent, ...]:
    """Read the events of a foreign file: one for each object or track, from its first frame to its last.

    Args:
        path: the file; a video's folder of CDnet.
        form: one of FORMATS; told from the file where it is None.
        fps: frames per second of the clip, which these files do not say.
        kinds: the file's label → kind of event; labels that are not named keep their own, in lower case, and a label
            mapped to the empty text is left out.

    Raises:
        UnknownNameError: if there is no such format, or a label is named that the file has not.
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
    labels = {track.kind for track in tracks}
    for label in kinds or {}:
        if label not in labels:
            raise UnknownNameError(f"{path}: label", got=label, known=labels)
    events = []
    for track in tracks:
        kind = (kinds or {}).get(track.kind, track.kind.strip().lower().replace(" ", "_"))
        if kind and track.boxes:
            events.append(_event(kind, track, fps))
    return tuple(sorted(events, key=lambda event: event.start_s))


def _event(kind: str, track: ForeignTrack, fps: float) -> TruthEvent:
    """Return a track as an event; of what travels only the time and the size are known, as it has no one place."""
    first, last = min(track.boxes), max(track.boxes)
    box, end = track.boxes[first], track.boxes[last]
    travels = box is not None and end is not None and gap_px(box, end) > 0.0
    return TruthEvent(kind=kind, start_s=first / fps, end_s=(last + 1) / fps, box_xyxy=None if travels else box,
                      object_px=None if box is None else max(box[2] - box[0], box[3] - box[1]))


def _tell(path: Path) -> str:
    if path.is_dir():
        return "cdnet"
    if path.suffix == ".json":
        return "coco"
    if path.suffix in (".txt", ".csv"):
        return "mot"
    head = path.read_text(encoding="utf-8", errors="replace")[:2000] if path.is_file() else ""
    return "viper" if "viper" in head.lower() else "cvat"


def read_viper(path: Path) -> Iterable[ForeignTrack]:
    """Yield the objects of a ViPER-GT file (PETS, CAVIAR's older truth); frames there count from 1."""
    known: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, item in enumerate(element for element in _root(path).iter() if _tag(element) == "object"):
        name, told = item.attrib["name"], item.attrib.get("id", f"number {number}")
        where, spans = f"{path}: object {name} {told}", _spans(item.attrib.get("framespan", ""))
        earlier = known.setdefault((name, told), [])
        if any(first <= end and begin <= last for first, last in spans for begin, end in earlier):
            raise InputError(where, got="this id twice at one time", expected="each id once in a frame",
                             do="give one of them another id")
        earlier += spans
        track = ForeignTrack(name)
        for first, last in spans:
            track.put(first - 1, None, where)
            track.put(last - 1, None, where)
        for box in item.iter():
            if _tag(box) == "bbox" and "x" in box.attrib:
                x, y, width, height = (float(box.attrib[key]) for key in ("x", "y", "width", "height"))
                for first, last in _spans(box.attrib.get("framespan", "")) or [(min(track.boxes) + 1,) * 2]:
                    track.put(first - 1, (x, y, x + width, y + height), where)
                    track.put(last - 1, (x, y, x + width, y + height), where)
        yield track


def read_cvat(path: Path) -> Iterable[ForeignTrack]:
    """Yield the tracks of a file in CVAT's video format 1.1; frames there count from 0."""
    seen = set[str]()
    for number, item in enumerate(_root(path).iter("track")):
        told = item.attrib.get("id", f"number {number}")
        if told in seen:
            raise InputError(f"{path}: track {told}", got="this id twice", expected="each track with an id of its own",
                             do="give one of them another id")
        seen.add(told)
        track = ForeignTrack(item.attrib["label"])
        for box in item.iter("box"):
            if box.attrib.get("outside") != "1":
                left, top, right, bottom = (float(box.attrib[key]) for key in ("xtl", "ytl", "xbr", "ybr"))
                frame = int(box.attrib["frame"])
                track.put(frame, (left, top, right, bottom), f"{path}: track {told}, frame {frame}")
        yield track


def read_mot(path: Path) -> Iterable[ForeignTrack]:
    """Yield the tracks of a MOTChallenge table: frame from 1, id, left, top, width, height, …; all are persons."""
    tracks: dict[str, ForeignTrack] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            if not row:
                continue
            where = f"{path}: line {number + 1}"
            try:
                frame, x, y, width, height = int(float(row[0])), *(float(value) for value in row[2:6])
            except (ValueError, IndexError) as error:
                raise InputError(where, got=",".join(row), expected="frame, id, left, top, width, height, …") from error
            if len(row) > 6 and float(row[6]) == 0.0:
                continue  # marked as not to be counted
            track = tracks.setdefault(row[1].strip(), ForeignTrack("person"))
            if frame - 1 in track.boxes:
                raise InputError(where, got=f"id {row[1]} twice in frame {frame}", expected="each id once in a frame")
            track.put(frame - 1, (x, y, x + width, y + height), where)
    return tracks.values()


def read_coco(path: Path) -> Iterable[ForeignTrack]:
    """Yield the objects of a COCO file whose images are a clip's frames, in order of their ids.

    Boxes of one ``track_id`` (of their own, or among the attributes) are one object; others stand alone.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    labels = {item["id"]: str(item["name"]) for item in content["categories"]}
    frames = {image: number for number, image in enumerate(sorted(item["id"] for item in content["images"]))}
    tracks: dict[tuple[int, object], ForeignTrack] = {}
    for number, item in enumerate(content["annotations"]):
        where = f"{path}: annotations.{number}"
        x, y, width, height = (float(value) for value in item["bbox"])
        told = item.get("track_id", item.get("attributes", {}).get("track_id"))
        key = (item["category_id"], ("alone", item["id"]) if told is None else told)
        declared: Mapping[str, Mapping[object, object]] = {"category_id": labels, "image_id": frames}
        for name, known in declared.items():
            if item[name] not in known:
                raise InputError(f"{where}.{name}", got=item[name], expected="an id that the file declares")
        track, frame = tracks.setdefault(key, ForeignTrack(labels[item["category_id"]])), frames[item["image_id"]]
        if frame in track.boxes or (told is None and track.boxes):
            again = f"id {item['id']}" if told is None else f"track_id {told}"
            raise InputError(where, got=f"{again} a second time", expected="each id once, each track once in a frame")
        track.put(frame, (x, y, x + width, y + height), where)
    return tracks.values()


FORMATS: Mapping[str, Callable[[Path], Iterable[ForeignTrack]]] = {
    "cdnet": read_cdnet, "coco": read_coco, "cvat": read_cvat, "mot": read_mot, "viper": read_viper}
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
