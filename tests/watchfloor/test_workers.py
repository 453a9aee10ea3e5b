"""Worker processes of one run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from watchfloor.workers import Workers

_KEEPER = """
import time
from watchfloor.workers import Workers

if __name__ == "__main__":
    workers = Workers(2)
    list(workers.executor.map(time.sleep, [0.1, 0.1]))
    print(*workers.process_ids, flush=True)
    time.sleep(600.0)
"""


def remember(value):
    remember.value = value


def recall():
    return remember.value


def test_each_worker_begins_with_what_all_share():
    with Workers(2, remember, {"large": "value"}) as workers:
        assert [workers.executor.submit(recall).result(60.0) for _ in range(4)] == [{"large": "value"}] * 4


def test_workers_that_have_nothing_to_do_are_gone_when_closed():
    with Workers(2) as workers:
        assert list(workers.executor.map(abs, [-1, -2])) == [1, 2]
        manager = workers.executor._executor_manager_thread
        assert manager.is_alive()
    assert not manager.is_alive()


def test_workers_that_are_busy_are_not_waited_for():
    workers = Workers(1)
    workers.executor.submit(time.sleep, 2.0)
    began_s = time.monotonic()
    workers.close()
    assert time.monotonic() - began_s < 1.0, "what it does is lost"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc to see other processes")
def test_workers_whose_program_was_killed_end_too(tmp_path):
    script = tmp_path / "keeper.py"
    script.write_text(_KEEPER, encoding="utf-8")
    program = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    workers = [int(word) for word in program.stdout.readline().split()]
    assert len(workers) == 2
    assert all(is_running(process_id) for process_id in workers)
    program.kill()
    program.wait()
    give_up_s = time.monotonic() + 60.0
    while any(is_running(process_id) for process_id in workers):
        assert time.monotonic() < give_up_s, "a worker outlives its program"
        time.sleep(0.05)


def is_running(process_id):
    """Say whether a process is there and not only waits to be counted as ended."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def test_all_workers_are_started_at_once_and_none_hears_ctrl_c():
    with Workers(3) as workers:
        assert len(workers.process_ids) == 3
        for _ in range(3):
            for process_id in workers.process_ids:
                os.kill(process_id, signal.SIGINT)
        assert sorted(workers.executor.map(int, "123")) == [1, 2, 3]
        assert len(workers.process_ids) == 3
