"""Reads and writes the cameras of a real city: CSV or GeoJSON, one row or feature a camera."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from scenarios.camera_row import COLUMNS, CameraRow, RowReader, missing_columns
from scenarios.document import load_text
from scenarios.file_errors import Fault, cut_faults, join_faults
from scenarios.geojson import load_features, read_point
from sim.errors import InputError


def load_cameras(path: Path, *, district_needed: bool = True) -> tuple[CameraRow, ...]:
    """Load the cameras of a file.

    A CSV file (``,`` or ``;``, UTF-8) has a header with the columns lon, lat, heading, hfov, range, kind, resolution
    and district; name, mount and zoom may be added and other columns are not read. A GeoJSON file has a Point for each
    camera, with the same names as properties except lon and lat. Degrees and metres; heading is a compass direction,
    clockwise from north; a camera without one is taken to look at its junction.

    Args:
        path: ending in .csv, .geojson or .json.
        district_needed: whether an empty district is an error.

    Raises:
        InputError: if the file cannot be used; each fault names its row and column on a line of its own.
    """
    if path.suffix.lower() in (".geojson", ".json"):
        readers = _geojson_rows(path)
    elif path.suffix.lower() == ".csv":
        readers = _csv_rows(path)
    else:
        raise InputError(path.name, expected="a file of cameras that ends in .csv, .geojson or .json")
    rows: list[CameraRow] = []
    faults: list[Fault] = []
    for reader in readers:
        row = reader.read(district_needed=district_needed)
        faults += reader.faults
        if row is not None:
            rows.append(row)
    if faults:
        raise join_faults(cut_faults(faults))
    return tuple(rows)


def _csv_rows(path: Path) -> Iterator[RowReader]:
    text = load_text(path, what="a file of cameras").removeprefix("\ufeff")
    first = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        header = [cell.strip().lower() for cell in next(lines, [])]
        _check_header(header, path.name)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield _csv_row(f"{path.name}: row {lines.line_num}", header, cells)
    except csv.Error as error:
        raise InputError(f"{path.name}: row {lines.line_num}", expected="CSV", do=str(error)) from None


def _check_header(header: list[str], name: str) -> None:
    faults = missing_columns(header, where=f"{name}: row 1")
    faults += [Fault(where=f"{name}: row 1, column {column}", expected="each column once")
               for column in COLUMNS if header.count(column) > 1]
    if faults:
        raise join_faults(faults)


def _csv_row(where: str, header: list[str], cells: list[str]) -> RowReader:
    values: dict[str, object] = {}
    for column, cell in zip(header, cells, strict=False):
        if column in COLUMNS:
            values[column] = cell.strip() or None
    reader = RowReader(where, values, from_text=True)
    if len(cells) != len(header):
        reader.faults.append(Fault(where=where, got=f"{len(cells)} cells",
                                   expected=f"{len(header)}, as many as the header"))
    return reader


def _geojson_rows(path: Path) -> Iterator[RowReader]:
    for feature in load_features(path):
        lon, lat = read_point(feature)
        values = {key: value for key, value in feature.properties.items() if key in COLUMNS}
        values = {key: None if value == "" else value for key, value in values.items()}
        yield RowReader(feature.where, values | {"lon": lon, "lat": lat}, from_text=False)


def save_cameras(path: Path, rows: Iterable[CameraRow]) -> None:
    """Write cameras as CSV that load_cameras reads back."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            heading = "" if row.compass_deg is None else repr(row.compass_deg)
            writer.writerow([repr(row.lon_deg), repr(row.lat_deg), heading, repr(row.hfov_deg), repr(row.range_m),
                             row.kind.name.lower(), row.width_px, row.district or "", row.name, repr(row.mount_m),
                             repr(row.zoom)])
