"""Debian's motion over a clip at the clip's own pace, for as long as the clip lasts. Prints the number of frames.

Motion knows cameras only: it plays a file in its own time, round and round, until it is told to end.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av

_START_S = 2.0
"""For starting; the same for every clip."""
_END_S = 10.0
_CONFIG = """netcam_url file://{clip}
target_dir {folder}
width {width}
height {height}
framerate {fps}
picture_output off
movie_output off
webcontrol_port 0
stream_port 0
"""


def watch(clip: Path) -> int:
    """Let motion watch a clip; return the number of frames."""
    with av.open(str(clip)) as container:
        video = container.streams.video[0]
        n_frames, fps, width, height = video.frames, float(video.average_rate or 25), video.width, video.height
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "motion.conf")
        config.write_text(_CONFIG.format(clip=clip, folder=folder, width=width, height=height, fps=round(fps)),
                          encoding="utf-8")
        program = subprocess.Popen(["motion", "-n", "-c", str(config)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(_START_S + n_frames / fps)
        program.terminate()
        program.wait(_END_S)
    return n_frames


if __name__ == "__main__":
    sys.stdout.write(f"{watch(Path(sys.argv[1]).resolve())}\n")
