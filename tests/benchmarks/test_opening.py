"""Each way of opening shows the pictures of a stream, and their age is counted from their capture."""

from __future__ import annotations

from benchmarks.opening import WAYS, measure_opening
from hw.fault_rows import moving_picture
from hw.loopback import UdpSender, encode_units, free_udp_port


def test_each_way_is_measured_on_pictures_that_carry_their_instant_of_capture():
    clip = encode_units((moving_picture(index / 25, (160, 90)) for index in range(25)), gop=25)
    port = free_udp_port()
    with UdpSender(clip, port, is_stamped=True):
        costs = measure_opening(f"udp://127.0.0.1:{port}", seconds=1.5, n_rounds=1)
    assert [cost.name for cost in costs] == list(WAYS)
    for cost in costs:
        assert cost.n_pictures > 0
        assert cost.open_s > 0.0
        assert cost.first_age_s > 0.04  # MPEG-TS tells that a picture is whole when the next one begins
        assert 0.04 < cost.p50_s <= cost.p99_s
