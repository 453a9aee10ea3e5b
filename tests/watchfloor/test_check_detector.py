"""`watchfloor bench check-detector`: the conformance suite over any detector by name."""

from __future__ import annotations

import json
import os

import pytest

from agents import detector_names
from sim.errors import InputError
from watchfloor.detector_options import parse_options

PACKAGE = '''
from agents.watching import NotStartedError, Post

class GreyDetector:
    name, pixels, working_size_wh, kinds, post = "grey", "luma", (8, 8), ("grey",), None
    def start(self, stream): self.post = Post(self.name, stream); self.n = 0
    def reset(self): RESET
    def update(self, frame):
        if self.post is None: raise NotStartedError(self.name)
        self.n += 1
        t_s = self.post.time_s(frame)
        return [self.post.alert("grey", detect_s=t_s, score=0.5, box_xyxy=None)] if self.n % 7 == 0 else []
'''


@pytest.fixture
def install(tmp_path):
    """Lays a package with a detector of one's own, as pip would, and returns the environment that finds it."""

    def lay(reset):
        home = tmp_path / "packages"
        (home / "grey-1.dist-info").mkdir(parents=True)
        (home / "grey_package.py").write_text(PACKAGE.replace("RESET", reset), encoding="utf-8")
        (home / "grey-1.dist-info" / "METADATA").write_text("Name: grey\nVersion: 1\n", encoding="utf-8")
        (home / "grey-1.dist-info" / "entry_points.txt").write_text(
            "[watchfloor.detectors]\ngrey = grey_package:GreyDetector\n", encoding="utf-8")
        return home

    return lay


def run_with(watchfloor, home, *arguments):
    path = os.pathsep.join(part for part in (os.environ.get("PYTHONPATH", ""), str(home)) if part)
    return watchfloor("bench", "check-detector", *arguments, env={"PYTHONPATH": path})


def test_a_detector_of_an_installed_package_is_checked_by_name(watchfloor, install):
    done = run_with(watchfloor, install("self.n = 0"), "grey", "--seconds", "4", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["name"], told["n_frames"], told["n_alerts"]) == ("grey", 20, 2)


def test_one_that_breaks_a_rule_is_named_with_the_rule_and_exits_with_1(watchfloor, install):
    done = run_with(watchfloor, install("pass"), "grey", "--seconds", "5")
    assert done.returncode == 1
    assert "grey: the same frames after reset" in done.stderr


def test_the_list_names_every_detector_with_what_it_claims(watchfloor):
    done = watchfloor("bench", "check-detector", "--list", "--json")
    told = {item["name"]: item for item in json.loads(done.stdout)}
    assert set(told) == set(detector_names())
    assert told["fight"]["claim"] == "attention cue"
    assert told["tamper"]["claim"] == "alert"
    assert all(item["kinds"] and item["about"] for item in told.values())


def test_options_are_json_or_text_and_a_wrong_one_is_named():
    assert parse_options(["dwell_s=15", "enabled=true", "profile=street", "zone=[[0,0],[1,0],[1,1]]"]) == {
        "dwell_s": 15, "enabled": True, "profile": "street", "zone": [[0, 0], [1, 0], [1, 1]]}
    for wrong in ("dwell_s", "=3", "a b=3"):
        with pytest.raises(InputError, match="expected NAME=VALUE"):
            parse_options([wrong])
    with pytest.raises(InputError, match="expected a once"):
        parse_options(["a=1", "a=2"])
