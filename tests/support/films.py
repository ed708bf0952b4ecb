"""Short films and sounds in codecs that Commons does not take."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

SOUND = 44_100


def film(path: Path, *, seconds: int = 1, size: tuple[int, int] = (64, 48), picture: bool = True, sound: bool = True) -> Path:
    """An MP4 or QuickTime film by the name's ending: MPEG-4 pictures that grow brighter, and a tone in AAC."""
    with av.open(str(path), "w", format={".mp4": "mp4", ".mov": "mov", ".m4a": "mp4"}[path.suffix]) as container:
        video = container.add_stream("mpeg4", rate=10) if picture else None
        audio = container.add_stream("aac", rate=SOUND, layout="mono") if sound else None
        if video is not None:
            video.width, video.height, video.pix_fmt = *size, "yuv420p"
            for number in range(seconds * 10):
                frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), number * 20 % 255, np.uint8), format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 10)
                container.mux(video.encode(frame))
        if audio is not None:
            for number in range(seconds * SOUND // 1024):
                at = (np.arange(1024) + number * 1024) / SOUND
                tone = av.AudioFrame.from_ndarray((np.sin(at * 2764.6) * 0.2).astype(np.float32)[None, :], format="fltp", layout="mono")
                tone.sample_rate, tone.pts, tone.time_base = SOUND, number * 1024, Fraction(1, SOUND)
                container.mux(audio.encode(tone))
            container.mux(audio.encode(None))
        if video is not None:
            container.mux(video.encode(None))
    return path
