"""How well a detector finds what truly happens: on one clip, and over a set of cameras at every threshold."""

from benchmarks.accuracy.clip import Accuracy, JudgedAlert, KindCount, make_row, measure_accuracy

__all__ = ["Accuracy", "JudgedAlert", "KindCount", "make_row", "measure_accuracy"]
