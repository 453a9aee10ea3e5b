"""A real MQTT broker on the loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hw.badge.mqtt import Broker
from hw.loopback import free_tcp_port
from tests.waiting import wait_until


@contextmanager
def running_broker(tmp_path: Path) -> Iterator[Broker]:
    """A real broker, mosquitto, on the loopback."""
    program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        pytest.skip("the MQTT broker mosquitto is not on this machine: apt-get install mosquitto")
    port = free_tcp_port()
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    with subprocess.Popen([program, "-c", str(settings)], stderr=subprocess.DEVNULL) as running:
        wait_until(lambda: _answers(port))
        yield Broker(host="127.0.0.1", port=port)
        running.kill()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
    except OSError:
        return False
    return True
