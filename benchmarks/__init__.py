"""Throughput and accuracy of detectors: measured, matched with the truth, saved with the machine, made into models."""

from benchmarks.accuracy import Accuracy, JudgedAlert, KindCount, make_row, measure_accuracy
from benchmarks.file_digest import sha256_of
from benchmarks.machine import Machine, describe_machine
from benchmarks.model import make_detector_model
from benchmarks.passage import Passage, Progress, StageTime, run_passage
from benchmarks.save import SavedResult, load_result, save_result
from benchmarks.throughput import Throughput, ThroughputRow, measure_throughput
from benchmarks.truth import Hit, Matching, MatchRule, box_iou, match_alerts

__all__ = [
    "Accuracy",
    "Hit",
    "JudgedAlert",
    "KindCount",
    "Machine",
    "MatchRule",
    "Matching",
    "Passage",
    "Progress",
    "SavedResult",
    "StageTime",
    "Throughput",
    "ThroughputRow",
    "box_iou",
    "describe_machine",
    "load_result",
    "make_detector_model",
    "make_row",
    "match_alerts",
    "measure_accuracy",
    "measure_throughput",
    "run_passage",
    "save_result",
    "sha256_of",
]
