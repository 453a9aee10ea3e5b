"""Truth of other programs becomes events: one for each object or track."""

from __future__ import annotations

import json

import pytest

from benchmarks.truth import read_foreign_truth
from hw.truth import TruthEvent
from sim.errors import InputError, UnknownNameError

VIPER = """<?xml version="1.0"?>
<viper xmlns="http://lamp.cfar.umd.edu/viper#" xmlns:data="http://lamp.cfar.umd.edu/viperdata#"><data>
<sourcefile filename="yard.mpg">
<object framespan="51:100" id="0" name="LeftLuggage">
<attribute name="Location">
<data:bbox framespan="51:100" height="20" width="10" x="5" y="6"/></attribute>
<attribute name="Plate"><data:svalue value="ABC 123"/></attribute></object>
<object framespan="1:25 76:100" id="1" name="Fight"/>
</sourcefile></data></viper>"""
CVAT = """<annotations><track id="0" label="litter">
<box frame="10" outside="0" xtl="1" ytl="2" xbr="5" ybr="8"/>
<box frame="20" outside="0" xtl="1" ytl="2" xbr="5" ybr="8"/>
<box frame="21" outside="1" xtl="1" ytl="2" xbr="5" ybr="8"/></track></annotations>"""
MOT = "1,1,10,20,30,60,1,1,1\n2,1,11,20,30,60,1,1,1\n5,2,50,50,20,40,0,1,1\n4,3,50,50,20,40,1,1,1\n"
COCO = {"categories": [{"id": 7, "name": "Bottle"}], "images": [{"id": 30}, {"id": 31}, {"id": 32}], "annotations": [
    {"id": 1, "image_id": 30, "category_id": 7, "bbox": [1, 2, 3, 4], "attributes": {"track_id": 5}},
    {"id": 2, "image_id": 32, "category_id": 7, "bbox": [1, 2, 3, 4], "attributes": {"track_id": 5}},
    {"id": 3, "image_id": 31, "category_id": 7, "bbox": [9, 9, 2, 2]}]}


def event(kind, start_s, end_s, box=None):
    return TruthEvent(kind=kind, start_s=start_s, end_s=end_s, box_xyxy=box,
                      object_px=None if box is None else max(box[2] - box[0], box[3] - box[1]))


@pytest.mark.parametrize(("name", "text", "expected"), [
    ("a.xml", VIPER, [event("fight", 0.0, 4.0), event("leftluggage", 2.0, 4.0, (5.0, 6.0, 15.0, 26.0))]),
    ("b.xml", CVAT, [event("litter", 0.4, 0.84, (1.0, 2.0, 5.0, 8.0))]),
    ("gt.txt", MOT, [event("person", 0.0, 0.08, (10.0, 20.0, 40.0, 80.0)),
                     event("person", 0.12, 0.16, (50.0, 50.0, 70.0, 90.0))]),
    ("c.json", json.dumps(COCO), [event("bottle", 0.0, 0.12, (1.0, 2.0, 4.0, 6.0)),
                                  event("bottle", 0.04, 0.08, (9.0, 9.0, 11.0, 11.0))]),
])
def test_each_format_gives_its_objects_as_events(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(read_foreign_truth(tmp_path / name, fps=25.0)) == expected


def test_labels_are_named_as_told_or_left_out(tmp_path):
    (tmp_path / "a.xml").write_text(VIPER, encoding="utf-8")
    found = read_foreign_truth(tmp_path / "a.xml", fps=25.0, kinds={"LeftLuggage": "object_placed", "Fight": ""})
    assert [item.kind for item in found] == ["object_placed"]


TWICE_VIPER = ('<viper><object name="Bag" id="1" framespan="1:9"/>'
               '<object name="Bag" id="1" framespan="5:12"/></viper>')
TWICE_CVAT = "<annotations>" + 2 * '<track id="4" label="Bag"/>' + "</annotations>"


@pytest.mark.parametrize(("name", "text", "said"), [
    ("gt.txt", "1,1,2,3\n", "line 1 = 1,1,2,3; expected frame, id"),
    ("gt.txt", "1,1,2,3,4,5\n1,1,2,3,4,5\n", "line 2 = id 1 twice in frame 1"),
    ("gt.txt", "0,1,2,3,4,5\n", "line 1 = a frame before the first"),
    ("gt.txt", "1,1,2,3,0,5\n", "line 1 = a box from .* expected a width and a height above 0"),
    ("a.xml", VIPER.replace('framespan="', 'framespan="0:4 ', 1), "= a frame before the first"),
    ("a.xml", TWICE_VIPER, "object Bag 1 = this id twice at one time; expected each id once in a frame"),
    ("b.xml", CVAT.replace('frame="', 'frame="-', 1), "track .*, frame -.* = a frame before the first"),
    ("b.xml", TWICE_CVAT, "track 4 = this id twice; expected each track with an id of its own"),
    ("c.json", json.dumps({**COCO, "annotations": [COCO["annotations"][0]] * 2}), "annotations.1 = .* a second time"),
    ("c.json", json.dumps({**COCO, "categories": []}), "annotations.0.category_id = .*; expected an id that the file"),
    ("a.xml", "<viper><data>", "a file in the format viper"), ("a.json", "{}", "a file in the format coco"),
    ("a.xml", '<!DOCTYPE x [<!ENTITY a "b">]><viper/>', "a document type or entity"),
])
def test_a_file_that_is_not_what_it_should_be_is_told(tmp_path, name, text, said):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_foreign_truth(tmp_path / name, fps=25.0)


def test_a_label_that_the_file_has_not_is_answered_with_the_nearest(tmp_path):
    (tmp_path / "a.xml").write_text(VIPER, encoding="utf-8")
    with pytest.raises(UnknownNameError, match=r"label = LeftLugage; expected one of .*; did you mean LeftLuggage"):
        read_foreign_truth(tmp_path / "a.xml", fps=25.0, kinds={"LeftLugage": "object_placed"})


def test_an_unknown_format_is_answered_with_the_nearest(tmp_path):
    with pytest.raises(UnknownNameError, match="did you mean viper"):
        read_foreign_truth(tmp_path / "a.xml", form="vipr", fps=25.0)
