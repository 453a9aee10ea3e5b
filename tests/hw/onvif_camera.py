"""A real ONVIF camera, ipycam, that shows a grey board with a white square in the middle; run by its own Python."""

import time

import numpy as np
from ipycam import CameraConfig, IPCamera

FPS = 15


def main() -> None:
    """Show the board until killed."""
    camera = IPCamera(CameraConfig(
        name="Corner", local_ip="127.0.0.1", main_width=640, main_height=360, main_fps=FPS, sub_width=320,
        sub_height=180, sub_fps=FPS, show_timestamp=False))
    board = np.full((360, 640, 3), 90, np.uint8)
    board[150:210, 290:350] = 250
    camera.start()
    print("ready", flush=True)  # noqa: T201 - read by the stage
    while True:
        camera.stream(board)
        time.sleep(1 / FPS)


if __name__ == "__main__":
    main()
