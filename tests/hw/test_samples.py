"""Named samples: looked for, downloaded from a real server, and always verified."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hw.samples import (
    SAMPLES,
    Edition,
    Sample,
    SampleMismatchError,
    SampleUnavailableError,
    find_sample,
    locate_sample,
)
from sim.errors import UnknownNameError

BYTES = bytes(range(256)) * 900


@dataclass
class Server:
    """A web server of this machine and what it was asked."""

    address: str
    asked: list[str]


@pytest.fixture
def server() -> Iterator[Server]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = {"/good.bin": BYTES, "/bad.bin": BYTES[:-1] + b"!", "/cut.bin": BYTES}.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write((body or b"")[: 5000 if self.path == "/cut.bin" else None])

        def log_message(self, *_: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield Server(address=f"http://127.0.0.1:{running.server_port}", asked=asked)
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    monkeypatch.delenv("WATCHFLOOR_DATA", raising=False)
    monkeypatch.delenv("WATCHFLOOR_OFFLINE", raising=False)


def make_sample(address: str | None = None) -> Sample:
    return Sample(
        name="good", file="good.bin", address=address, size_bytes=len(BYTES), sha256=hashlib.sha256(BYTES).hexdigest(),
        licence="none", attribution="none", what="bytes",
    )


def put(path: Path, content: bytes = BYTES) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("folder", ["data/video/clips", "video/clips", "clips", ".", "models"])
def test_a_sample_is_found_in_every_layout_of_the_data_folder(tmp_path, monkeypatch, folder):
    path = put(tmp_path / folder / "good.bin")
    monkeypatch.setenv("WATCHFLOOR_DATA", str(tmp_path))
    assert locate_sample(make_sample(), cache=tmp_path / "cache").samefile(path)


def test_the_data_folder_comes_before_the_cache_and_the_cache_before_the_address(tmp_path, monkeypatch, server):
    sample, cache = make_sample(f"{server.address}/good.bin"), tmp_path / "cache"
    in_cache = put(cache / "good.bin")
    assert locate_sample(sample, cache=cache) == in_cache
    in_data = put(tmp_path / "data" / "good.bin")
    monkeypatch.setenv("WATCHFLOOR_DATA", str(tmp_path / "data"))
    assert locate_sample(sample, cache=cache) == in_data
    assert server.asked == []


def test_a_download_is_verified_and_kept_so_that_it_happens_once(tmp_path, server):
    sample = make_sample(f"{server.address}/good.bin")
    path = locate_sample(sample, cache=tmp_path / "new" / "cache")
    assert path.read_bytes() == BYTES
    assert locate_sample(sample, cache=tmp_path / "new" / "cache") == path
    assert server.asked == ["/good.bin"]
    assert [item.name for item in path.parent.iterdir()] == ["good.bin"]


def test_a_download_of_other_bytes_is_refused_and_kept_aside(tmp_path, server):
    with pytest.raises(SampleMismatchError) as refused:
        locate_sample(make_sample(f"{server.address}/bad.bin"), cache=tmp_path)
    assert make_sample().sha256 in str(refused.value)
    assert [item.name for item in tmp_path.iterdir()] == ["good.bin.rejected"]
    assert locate_sample(make_sample(f"{server.address}/good.bin"), cache=tmp_path) == tmp_path / "good.bin"


def test_a_download_that_breaks_off_is_never_taken_for_the_sample(tmp_path, server):
    with pytest.raises((SampleUnavailableError, SampleMismatchError)):
        locate_sample(make_sample(f"{server.address}/cut.bin"), cache=tmp_path)
    assert not (tmp_path / "good.bin").exists()


def test_a_missing_file_on_the_server_is_told_with_its_status_and_what_to_do(tmp_path, server):
    with pytest.raises(SampleUnavailableError) as refused:
        locate_sample(make_sample(f"{server.address}/gone.bin"), cache=tmp_path / "cache")
    message = str(refused.value)
    for part in ("/gone.bin gave: HTTP 404", "0.2 MB", "$WATCHFLOOR_DATA (not set)", str(tmp_path / "cache"),
                 "put good.bin into a folder and set WATCHFLOOR_DATA"):
        assert part in message
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_refused_connection_fails_at_once(tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(SampleUnavailableError, match="no connection"):
        locate_sample(make_sample(f"http://127.0.0.1:{port}/good.bin"), cache=tmp_path)
    assert time.monotonic() - began < 5.0


def test_offline_nothing_is_asked_of_the_server(tmp_path, monkeypatch, server):
    sample = make_sample(f"{server.address}/good.bin")
    with pytest.raises(SampleUnavailableError, match="downloads are not allowed here"):
        locate_sample(sample, cache=tmp_path, may_download=False)
    monkeypatch.setenv("WATCHFLOOR_OFFLINE", "1")
    with pytest.raises(SampleUnavailableError, match="downloads are not allowed here"):
        locate_sample(sample, cache=tmp_path)
    assert server.asked == []


def test_a_sample_without_an_address_says_that_it_has_none(tmp_path):
    with pytest.raises(SampleUnavailableError, match="at no public address"):
        locate_sample(make_sample(), cache=tmp_path)


def test_wrong_bytes_in_the_users_folder_are_refused_and_left_alone(tmp_path, monkeypatch):
    path = put(tmp_path / "clips" / "good.bin", b"other")
    monkeypatch.setenv("WATCHFLOOR_DATA", str(tmp_path))
    with pytest.raises(SampleMismatchError, match="5 bytes"):
        locate_sample(make_sample(), cache=tmp_path / "cache")
    assert path.read_bytes() == b"other"


def test_wrong_bytes_in_the_cache_are_set_aside(tmp_path, server):
    put(tmp_path / "good.bin", b"other")
    sample = make_sample(f"{server.address}/good.bin")
    with pytest.raises(SampleMismatchError, match="it was kept as"):
        locate_sample(sample, cache=tmp_path)
    assert (tmp_path / "good.bin.rejected").read_bytes() == b"other"
    assert locate_sample(sample, cache=tmp_path).read_bytes() == BYTES


def test_another_edition_at_hand_is_taken_instead_of_a_download(tmp_path, server):
    other = Edition(file="other.bin", size_bytes=3, sha256=hashlib.sha256(b"two").hexdigest())
    sample = replace(make_sample(f"{server.address}/good.bin"), other_editions=(other,))
    path = put(tmp_path / "other.bin", b"two")
    assert locate_sample(sample, cache=tmp_path) == path
    assert server.asked == []


def test_an_unknown_sample_gets_its_nearest_match():
    with pytest.raises(UnknownNameError, match="did you mean bottle"):
        locate_sample("bottel")


def test_only_samples_whose_original_bytes_are_public_have_an_address():
    assert {name for name, sample in SAMPLES.items() if sample.address} == {
        "bottle", "car", "vtest", "yolox_nano", "yolox_tiny", "yolox_s"}
    for sample in SAMPLES.values():
        assert len(sample.sha256) == 64
        assert sample.licence
        assert sample.attribution
        assert sample.size_bytes > 0
    assert find_sample("bottle").file == "intel_bottle-detection.mp4"
