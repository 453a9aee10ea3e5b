"""What truly happened, read from every format it comes in, and which alert found which of it."""

from benchmarks.truth.alignment import Alignment, align
from benchmarks.truth.clip_case import ClipCase, ClipSet
from benchmarks.truth.clip_set import load_clip_set
from benchmarks.truth.foreign import FORMATS, read_foreign_truth
from benchmarks.truth.matching import Hit, Matching, MatchRule, box_iou, match_alerts

__all__ = [
    "FORMATS", "Alignment", "ClipCase", "ClipSet", "Hit", "MatchRule", "Matching", "align", "box_iou", "load_clip_set",
    "match_alerts", "read_foreign_truth",
]
