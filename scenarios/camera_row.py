"""One camera as a user's file or a map gives it, and the checks of each of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scenarios.file_errors import Fault, nearest, show_value
from sim.city import CameraKind

REQUIRED = ("lon", "lat", "heading", "hfov", "range", "kind", "resolution", "district")
OPTIONAL = ("name", "mount", "zoom")
COLUMNS = (*REQUIRED, *OPTIONAL)
DEFAULT_MOUNT_M = 6.0
"""Assumed height of a camera whose file gives none."""
DEFAULT_PTZ_ZOOM = 20.0
"""Assumed optical zoom of a PTZ camera whose file gives none."""
MAX_WIDTH_PX = 32_000
_LINES_PX = {"480p": 640, "576p": 720, "720p": 1280, "960p": 1280, "1080p": 1920, "1440p": 2560, "2160p": 3840,
             "2k": 2560, "4k": 3840, "hd": 1280, "full hd": 1920, "fullhd": 1920}
_MEGAPIXELS_PX = {0.3: 640, 1.0: 1280, 1.3: 1280, 2.0: 1920, 2.1: 1920, 3.0: 2048, 4.0: 2560, 5.0: 2592, 6.0: 3072,
                  8.0: 3840, 8.3: 3840, 12.0: 4000}
"""Width of the usual picture of so many megapixels."""
_MEGAPIXELS = re.compile(r"^(?P<number>\d{1,2}(?:[.,]\d)?)\s*(?:мп|мпикс|мегапикс[а-я]*|mp|mpx|mpix|megapixels?)\.?$")
_DECIMAL = re.compile(r"^[+-]?\d{1,15}(?:[.,]\d{0,20})?(?:[eE][+-]?\d{1,3})?$")
_SIZE = re.compile(r"^(?P<width>\d{2,5})\s*(?:[x×х*]\s*\d{2,5})?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRow:
    """A camera before it is placed in a city."""

    where: str
    """File and row, for messages."""
    name: str
    lon_deg: float
    lat_deg: float
    compass_deg: float | None
    """Direction of the middle of the picture, clockwise from north; None if the file says nothing."""
    hfov_deg: float
    range_m: float
    kind: CameraKind
    width_px: int
    district: str | None
    mount_m: float
    zoom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bounds:
    low: float
    high: float
    expected: str


_BOUNDS = {
    "lon": _Bounds(low=-180.0, high=180.0, expected="a longitude in degrees, −180 to 180"),
    "lat": _Bounds(low=-85.0, high=85.0, expected="a latitude in degrees, −85 to 85"),
    "heading": _Bounds(low=0.0, high=360.0, expected="degrees clockwise from north, 0 to 360"),
    "hfov": _Bounds(low=0.5, high=179.0, expected="degrees, 0.5 to 179"),
    "range": _Bounds(low=0.5, high=5_000.0, expected="metres, 0.5 to 5,000"),
    "mount": _Bounds(low=0.0, high=500.0, expected="metres above ground, 0 to 500"),
    "zoom": _Bounds(low=1.0, high=200.0, expected="an optical zoom factor, 1 to 200"),
}


class RowReader:
    """Reads the columns of one row and gathers what is wrong with them.

    Args:
        where: file and row, for messages.
        cells: value by column; a missing or empty one is None.
        from_text: whether numbers come as text, as in CSV, with a decimal point or comma.
    """

    def __init__(self, where: str, cells: Mapping[str, object], *, from_text: bool) -> None:
        self._where, self._cells, self._from_text = where, cells, from_text
        self.faults: list[Fault] = []

    def read(self, *, district_needed: bool) -> CameraRow | None:
        """Return the camera, or None if the row has a fault."""
        kind = self._kind()
        lon, lat, hfov, range_m = (self._number(column) for column in ("lon", "lat", "hfov", "range"))
        heading, mount, zoom = (self._number_or_none(column) for column in ("heading", "mount", "zoom"))
        width = self._width()
        district, name = self._text("district", needed=district_needed), self._text("name", needed=False)
        if self.faults:
            return None
        return CameraRow(
            where=self._where, name=name or self._where, lon_deg=lon, lat_deg=lat, compass_deg=heading, hfov_deg=hfov,
            range_m=range_m, kind=kind, width_px=width, district=district,
            mount_m=DEFAULT_MOUNT_M if mount is None else mount,
            zoom=(DEFAULT_PTZ_ZOOM if kind is CameraKind.PTZ else 1.0) if zoom is None else zoom)

    def _fault(self, column: str, expected: str, *, do: str = "") -> None:
        value = self._cells.get(column)
        self.faults.append(Fault(where=f"{self._where}, column {column}", expected=expected, do=do,
                                 got="nothing" if value is None else show_value(value)))

    def _number(self, column: str) -> float:
        """Return a number that must be there; what is returned after a fault is not used."""
        number = self._number_or_none(column)
        if number is None and self._cells.get(column) is None:
            self._fault(column, _BOUNDS[column].expected)
        return number or 0.0

    def _number_or_none(self, column: str) -> float | None:
        value, bounds = self._cells.get(column), _BOUNDS[column]
        number = _to_number(value, from_text=self._from_text)
        if number is not None and bounds.low <= number <= bounds.high:
            return number
        if value is not None:
            self._fault(column, bounds.expected)
        return None

    def _text(self, column: str, *, needed: bool) -> str | None:
        value = self._cells.get(column)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not None and not isinstance(value, str | bool | list | dict):
            return str(value)
        if needed or value is not None:
            self._fault(column, "a text that is not empty")
        return None

    def _kind(self) -> CameraKind:
        value = self._cells.get("kind")
        kinds = {kind.name.lower(): kind for kind in CameraKind}
        kind = kinds.get(value.strip().lower()) if isinstance(value, str) else None
        if kind is None:
            self._fault("kind", "one of " + ", ".join(kinds), do=nearest(str(value).lower(), kinds))
        return CameraKind.PTZ if kind is None else kind

    def _width(self) -> int:
        value = self._cells.get("resolution")
        width = None if value is None or isinstance(value, bool) else read_width(str(value))
        if width is None:
            self._fault("resolution", "a size such as 1920x1080, its width, 1080p, or 4 MP")
        return width or 0


def read_width(text: str) -> int | None:
    """Return the width in pixels of a resolution such as 1920x1080, 1080p, 4K or 4 MP, or None."""
    text = text.strip().lower()
    size, megapixels = _SIZE.match(text), _MEGAPIXELS.match(text)
    width = _LINES_PX.get(text) or (int(size["width"]) if size else 0)
    if megapixels:
        width = _MEGAPIXELS_PX.get(float(megapixels["number"].replace(",", ".")), 0)
    return width if 64 <= width <= MAX_WIDTH_PX else None


def _to_number(value: object, *, from_text: bool) -> float | None:
    if from_text and isinstance(value, str):
        return float(value.replace(",", ".")) if _DECIMAL.match(value) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return float(value)
    return None


def missing_columns(present: Iterable[str], *, where: str) -> list[Fault]:
    """Return a fault for each required column that is absent, with the nearest present one."""
    names = list(present)
    spare = [name for name in names if name not in COLUMNS]
    return [Fault(where=f"{where}, column {column}", expected="a column of that name",
                  do=nearest(column, spare) or "it is missing: add it")
            for column in REQUIRED if column not in names]
