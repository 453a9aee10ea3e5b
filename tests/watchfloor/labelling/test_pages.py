"""Labels and verdicts go through the real server, are kept at once, and cannot be changed by another site's page."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from threading import Thread

import cv2
import numpy as np
import pytest

from benchmarks.accuracy.alerts_file import read_alerts
from hw.clip import encode_clip
from hw.drawn_source import DrawnSource
from hw.file import FileSource
from hw.scenes import make_scene
from hw.stills import ClipStills
from hw.truth import load_truth, truth_path
from sim.errors import InputError
from watchfloor import cli
from watchfloor.label import compare, convert_truth, sum_up, verdicts_beside
from watchfloor.labelling.label_desk import LabelDesk, label_path
from watchfloor.labelling.review_desk import ReviewDesk, alert_items, audit_items
from watchfloor.labelling.server import Desk, DeskServer
from watchfloor.show import Show

QUIET = Show(quiet=True)
ALERTS = """clip,duration_s,kind,t_s,score,left_px,top_px,right_px,bottom_px,plate,outcome
yard.mp4,6.0,litter,2.0,0.4,10,10,30,40,ABC 123,hit
yard.mp4,6.0,litter,2.5,0.9,,,,,,
yard.mp4,6.0,fight,3.0,0.5,1,1,5,5,,false
quiet.mp4,60.0,,,,,,,,,
"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "yard.mp4"
    source = DrawnSource(make_scene("bus_stop"), fps=Fraction(10), duration_s=6.0, size_wh=(160, 90))
    encode_clip(source, path, bit_rate=300_000, gop=15)
    return path


class Client:
    """Speaks to a desk as a browser does."""

    def __init__(self, server: DeskServer) -> None:
        self.port = server.server_port

    def get(self, path: str, **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def act(self, action: object, own: str | None = "1") -> tuple[int, dict[str, object]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/act", json.dumps(action), {} if own is None else {"X-Watchfloor": own})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.fixture
def serve() -> Iterator[object]:
    servers = []

    def start(desk: Desk) -> Client:
        server = DeskServer(desk)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return Client(server)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_still_is_the_frame_that_the_file_source_gives(clip):
    frames = list(FileSource(clip))
    stills = ClipStills(clip)
    assert stills.duration_s == pytest.approx(6.0)
    for index in (3, 4, 40, 59, 0, 31, 30):  # forward, far, and backward over key frames
        still = stills.at(frames[index].pts_s + 0.02)
        assert still.t_s == pytest.approx(frames[index].pts_s)
        assert np.array_equal(still.bgr, frames[index].bgr())
    assert stills.at(99.0).t_s == pytest.approx(frames[-1].pts_s)


def test_saved_labels_are_the_clips_truth_and_are_gone_on_with(clip, serve):
    client = serve(LabelDesk(clip, label_path(clip, "")))
    status, body, _ = client.get("/")
    assert status == 200
    assert b"http" not in body
    status, body, headers = client.get("/picture?t=2.05")
    assert headers["X-Time"] == "2.000000"
    assert cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR).shape == (90, 160, 3)
    events = [{"kind": "litter", "start_s": 1.0, "end_s": 2.5, "box_xyxy": [10, 20, 30, 60]},
              {"kind": "fight", "start_s": 3.0, "end_s": 3.0, "box_xyxy": None}]
    assert client.act({"events": events, "negative_for": ["crowd"]}) == (
        200, {"saved": str(truth_path(clip)), "n_events": 2})
    truth = load_truth(clip)
    assert [(event.kind, event.start_s, event.object_px) for event in truth.events] == [
        ("litter", 1.0, 40.0), ("fight", 3.0, None)]
    assert (truth.negative_for, truth.size_wh, truth.n_frames) == (("crowd",), (160, 90), 60)
    again = json.loads(serve(LabelDesk(clip, label_path(clip, ""))).get("/state")[1])
    assert again["events"][0]["box_xyxy"] == [10, 20, 30, 60]


@pytest.mark.parametrize(("event", "said"), [
    ({"kind": "litter", "start_s": 3.0, "end_s": 1.0}, "expected end_s"),
    ({"kind": "litter", "start_s": 3.0, "end_s": 99.0}, "end_s = 99.0; expected at most duration_s"),
    ({"kind": "", "start_s": 1.0, "end_s": 1.0}, "kind"), ({"start_s": 1.0, "end_s": 1.0}, "kind"),
])
def test_an_event_that_cannot_be_is_refused_and_nothing_is_written(clip, serve, tmp_path, event, said):
    status, told = serve(LabelDesk(clip, tmp_path / "t.json")).act({"events": [event], "negative_for": []})
    assert status == 400
    assert said in told["error"]
    assert not (tmp_path / "t.json").exists()


def test_a_page_of_another_site_can_neither_act_nor_read(clip, serve, tmp_path):
    client = serve(LabelDesk(clip, tmp_path / "t.json"))
    assert client.act({"events": [], "negative_for": []}, own=None)[0] == 403
    assert client.get("/state", Host="evil.example:80")[0] == 403
    assert not (tmp_path / "t.json").exists()
    assert client.get("/nothing")[0] == 404
    assert client.act(["no object"])[0] == 400


def test_two_labellers_are_compared_and_their_agreed_events_become_the_truth(clip, serve, tmp_path, capsys):
    paths = [tmp_path / f"{by}.json" for by in "ab"]
    for path, events in zip(paths, ([(1.0, 2.0, "litter"), (4.0, 5.0, "fight")],
                                    [(1.2, 2.6, "litter"), (4.0, 5.0, "crowd")]), strict=True):
        told = [{"kind": kind, "start_s": start_s, "end_s": end_s} for start_s, end_s, kind in events]
        assert serve(LabelDesk(clip, path)).act({"events": told, "negative_for": ["dwell"]})[0] == 200
    agreement = compare(*paths, clip=clip, show=QUIET)
    assert (len(agreement.pairs), agreement.f1) == (1, 0.5)
    assert [event.kind for event in (*agreement.only_first, *agreement.only_second)] == ["fight", "crowd"]
    truth = load_truth(clip)
    assert [(event.kind, event.start_s, event.end_s) for event in truth.events] == [("litter", 1.1, 2.3)]
    assert truth.timing_tolerance_s == pytest.approx(0.2)
    assert truth.end_tolerance_s == pytest.approx(0.6)
    assert truth.negative_for == ("dwell",)


def test_another_programs_truth_becomes_the_clips(clip, tmp_path):
    cvat = tmp_path / "yard.xml"
    box = '<box frame="{}" outside="0" xtl="1" ytl="2" xbr="5" ybr="8"/>'
    cvat.write_text(f'<annotations><track label="bag">{box.format(10)}{box.format(29)}</track></annotations>')
    with pytest.raises(SystemExit) as done:
        cli.main(["label", str(clip), "--from", str(cvat), "--kind", "bag=object_placed", "--quiet"])
    assert done.value.code == 0
    assert [(event.kind, event.start_s, event.end_s) for event in load_truth(clip).events] == [
        ("object_placed", 1.0, 3.0)]
    bag = cvat.read_text()
    cvat.write_text(bag.replace('xtl="1"', 'xtl="-7"'))
    assert convert_truth(clip, cvat, form=None, kinds={}, show=QUIET).events[0].box_xyxy == (0.0, 2.0, 5.0, 8.0)
    cvat.write_text(bag.replace('xbr="5"', 'xbr="9005"').replace('xtl="1"', 'xtl="9001"'))
    with pytest.raises(InputError, match=r"bag at 1.00 s = \(9001.0, .*; expected a box within the picture"):
        convert_truth(clip, cvat, form=None, kinds={}, show=QUIET)
    cvat.write_text(bag.replace('"29"', '"290"'))
    with pytest.raises(InputError, match=r"until 29\.10 s; expected an end within the clip's 6\.00 s"):
        convert_truth(clip, cvat, form=None, kinds={}, show=QUIET)


def write_table(clip: Path, text: str = ALERTS) -> Path:
    path = clip.parent / "alerts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_verdicts_are_kept_at_once_and_summed_up(clip, serve):
    table = write_table(clip)
    verdicts = verdicts_beside(table)
    verdicts.path.unlink(missing_ok=True)
    items = alert_items(read_alerts(table))
    assert [(item.kind, item.score) for item in items] == [("litter", 0.9), ("fight", 0.5), ("litter", 0.4)]
    client = serve(ReviewDesk(items, verdicts))
    assert b"http" not in client.get("/")[1]
    plain, boxed = (client.get(f"/picture?i=2&t={t_s}")[1] for t_s in (1.5, 2.0))
    assert plain != boxed
    for number, verdict in ((0, "false"), (0, "true"), (2, "false")):
        assert client.act({"i": number, "verdict": verdict})[0] == 200
    assert verdicts.load() == {items[0].key: "true", items[2].key: "false"}
    assert [item["verdict"] for item in json.loads(client.get("/state")[1])["items"]] == ["true", None, "false"]
    fight, litter = sum_up(table, n_audit=0, audit_s=10.0, seed=1).kinds
    assert (litter.n_true, litter.n_false, litter.n_open, fight.n_open) == (1, 1, 0, 1)
    assert litter.precision_95 == pytest.approx((0.0610, 0.9390), abs=1e-3)  # Beta(1.5, 1.5)
    hours = 66.0 / 3600.0
    assert litter.false_per_h_90 == pytest.approx((0.0513 / hours, 4.744 / hours), rel=1e-3)
    assert fight.false_per_h_90 is None
    assert client.act({"i": 9, "verdict": "true"})[0] == 400
    assert client.act({"i": 0, "verdict": "maybe"})[1]["error"].startswith("verdict = maybe; expected one of true")


def test_silent_footage_is_chosen_evenly_and_away_from_alerts(clip):
    table = read_alerts(write_table(clip, ALERTS + "quiet.mp4,60.0,litter,30.0,0.5,,,,,,\n"))
    items = audit_items(table, 300, length_s=5.0, seed=2)
    starts = np.array([item.start_s for item in items if item.clip.name == "quiet.mp4"])
    assert starts.size == 300, "the yard's six seconds are all too near its alerts"
    assert ((starts + 5.0 + 5.0 <= 30.0) | (starts - 5.0 >= 30.0)).all()
    early = (starts < 20.0).mean()
    assert early == pytest.approx(20.0 / 40.0, abs=0.09)
    assert audit_items(table, 5, length_s=5.0, seed=2) == items[:5]
    with pytest.raises(InputError, match=r"--audit = 3; expected at most 0 pieces of 70 s"):
        audit_items(table, 3, length_s=70.0, seed=1)


@pytest.mark.parametrize(("text", "said"), [
    ("clip,kind\na.mp4,litter\n", "columns = no t_s; expected at least clip, kind, t_s"),
    ("clip,kind,t_s\na.mp4,litter,soon\n", "line 2: t_s = soon; expected a number"),
    ("clip,kind,t_s,score\na.mp4,litter,1,nan\n", "line 2: score = nan"),
    ("clip,kind,t_s\n,litter,1\n", "line 2: clip = nothing"),
    ("clip,kind,t_s,left_px,top_px,right_px,bottom_px\na.mp4,litter,1,5,5,5,9\n", "line 2: box"),
])
def test_a_wrong_line_of_a_table_is_named(tmp_path, text, said):
    path = tmp_path / "alerts.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_alerts(path)
