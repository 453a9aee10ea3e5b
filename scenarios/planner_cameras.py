"""What a planner's list of cameras says: how many, where and of which kind."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from scenarios.camera_row import CameraRow, RowReader, read_width
from scenarios.planner_cells import Cell, describe, is_empty, read_number
from scenarios.planner_facts import Findings
from scenarios.planner_mapping import MappedTable
from sim.city import F8, CameraKind

HFOV_DEG = {CameraKind.FIXED: 80.0, CameraKind.PTZ: 60.0, CameraKind.BADGE: 100.0}
RANGE_M = {CameraKind.FIXED: 60.0, CameraKind.PTZ: 100.0, CameraKind.BADGE: 20.0}
RESOLUTION = "1920x1080"
_WORDS = (
    (CameraKind.BADGE, ("badge", "нагрудн", "носим", "бейдж", "жетон", "body", "кеуде")),
    (CameraKind.PTZ, ("ptz", "поворот", "бұрылмалы", "айналмалы", "панорам", "pan")),
    (CameraKind.FIXED, ("fixed", "стационар", "фиксир", "неподвиж", "тұрақты", "цилиндр", "bullet")),
)
_SITE_DIGITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraFacts:
    """What was counted."""

    source: str
    n_cameras: int
    n_sites: int | None
    """Different places; None where the file gives none."""
    ptz_share: float | None
    """None where the file does not say what its cameras are."""
    districts: tuple[str, ...]
    rows: tuple[CameraRow, ...]
    """Cameras with a usable place."""


def read_planner_cameras(mapped: MappedTable, findings: Findings) -> CameraFacts:
    """Count the cameras of a table; what a cell does not say is assumed, and the notes say so."""
    name = mapped.table.name
    fields = list(mapped.columns)
    n, kinds, rows, districts = 0, [], [], set()
    for row in mapped.table.rows([mapped.columns[field] for field in fields]):
        n += 1
        cells = dict(zip(fields, row.cells, strict=True))
        kind = _read_kind(cells, mapped, row.number, findings)
        kinds.append(kind)
        if not is_empty(cells.get("district")):
            districts.add(str(cells["district"]))
        camera = _read_camera(cells, kind, mapped, row.number, findings)
        if camera is not None:
            rows.append(camera)
    for field in ("heading", "hfov", "range", "resolution"):
        if not mapped.has(field):
            findings.notes.append(f"{name}: no column was taken for {field}; it is assumed for every camera")
    has_place = mapped.has("lon", "lat") or mapped.has("latlon")
    if not has_place:
        lacking = " and ".join(field for field in ("lon", "lat") if not mapped.has(field))
        findings.notes.append(f"{name}: no column was taken for {lacking}; the cameras are counted, and stand nowhere")
    sites = {(round(row.lon_deg, _SITE_DIGITS), round(row.lat_deg, _SITE_DIGITS)) for row in rows}
    share = sum(kind is CameraKind.PTZ for kind in kinds) / n if n and mapped.has("kind") else None
    return CameraFacts(source=f"from {name}, {n:,} rows", n_cameras=n,
                       n_sites=len(sites) if has_place and len(rows) == n and n else None,
                       ptz_share=None if share is None else round(share, 6), districts=tuple(sorted(districts)),
                       rows=tuple(rows))


def with_districts(rows: Sequence[CameraRow], *, whole_name: str, findings: Findings) -> tuple[CameraRow, ...]:
    """Return the cameras each in a district: that of its row, of the nearest row that names one, or the whole city."""
    named, silent = ([row for row in rows if bool(row.district) is has] for has in (True, False))
    if not silent:
        return tuple(rows)
    if not named:
        findings.notes.append(f"no camera names a district: {whole_name} is one district")
        return tuple(replace(row, district=whole_name) for row in rows)
    findings.notes.append(f"{len(silent):,} cameras name no district and got that of the nearest camera that does")
    near = np.asarray(cKDTree(_plane(named)).query(_plane(silent))[1])
    found = {id(row): named[index].district for row, index in zip(silent, near.tolist(), strict=True)}
    return tuple(replace(row, district=found[id(row)]) if id(row) in found else row for row in rows)


def _plane(rows: Sequence[CameraRow]) -> F8:
    """Return places on a plane good enough to tell who is nearest in one city."""
    lonlat = np.array([(row.lon_deg, row.lat_deg) for row in rows], dtype=np.float64)
    return np.asarray(lonlat * [math.cos(math.radians(lonlat[0, 1])), 1.0], dtype=np.float64)


def _read_kind(cells: Mapping[str, Cell], mapped: MappedTable, row: int, findings: Findings) -> CameraKind:
    if "kind" not in cells:
        return CameraKind.FIXED
    text = str(cells["kind"] or "").lower()
    for kind, words in _WORDS:
        if any(re.search(rf"\b{word}", text) for word in words):
            return kind
    what = "nothing says which kind it is" if not text else "its kind is not understood"
    findings.problem(mapped.table.name, row, mapped.columns["kind"], f"{what}: counted as fixed")
    return CameraKind.FIXED


def _read_camera(cells: Mapping[str, Cell], kind: CameraKind, mapped: MappedTable, row: int, findings: Findings
                 ) -> CameraRow | None:
    """Return the camera if it has a place; what else is wrong with it is reported and assumed."""
    if not (mapped.has("lon", "lat") or mapped.has("latlon")):
        return None
    values: dict[str, object] = {"kind": kind.name.lower(), "hfov": HFOV_DEG[kind], "range": RANGE_M[kind],
                                 "resolution": RESOLUTION, "district": None, "name": f"{mapped.table.name}: row {row}"}
    if "latlon" in cells and "lon" not in cells:
        values["lat"], values["lon"] = _split_place(cells["latlon"])
    for field, cell in cells.items():
        if field in ("kind", "latlon") or is_empty(cell):
            continue
        value = _read_value(field, cell)
        if value is not None:
            values[field] = value
            continue
        expected = "a number"
        if field == "resolution":
            expected = f"a size such as 1920x1080 or 4 MP ({RESOLUTION} is assumed)"
        findings.problem(mapped.table.name, row, mapped.columns[field], f"expected {expected}, got {describe(cell)}")
    reader = RowReader(f"{mapped.table.name}: row {row}", values, from_text=False)
    camera = reader.read(district_needed=False)
    for fault in reader.faults:
        column = fault.where.rpartition("column ")[2]
        findings.problem(mapped.table.name, row, mapped.columns.get(column, mapped.columns.get("latlon", column)),
                         f"expected {fault.expected}: the camera is left off the map")
    return camera


def _read_value(field: str, cell: Cell) -> str | float | None:
    """Return what a cell says of a field, or None if it is not understood."""
    if field in ("name", "district"):
        return str(cell)
    if field != "resolution":
        return read_number(cell)
    text = f"{cell:g}" if isinstance(cell, float) else str(cell)
    return text if read_width(text) is not None else None


def _split_place(cell: Cell) -> tuple[float | None, float | None]:
    """Return latitude and longitude out of one cell, in this order, as maps write them."""
    parts = re.findall(r"[+-]?\d{1,3}(?:\.\d+)?", cell) if isinstance(cell, str) else []
    return (float(parts[0]), float(parts[1])) if len(parts) == 2 else (None, None)
