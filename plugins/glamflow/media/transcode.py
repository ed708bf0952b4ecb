"""Films and sound in codecs that Commons does not take → WebM, where the partner file says `media.transcode: true`.

Rules
- VP9 of constant quality with the frames' own size and times, Opus at 48 kHz; a file without moving pictures becomes Ogg Opus.
- What is longer or larger than `FilmLimits` allows is not begun, and what takes longer than its time is given up: a person decides.
- The same film gives the same bytes, so that a task which is repeated makes nothing new.
- The copy is written to a path of the caller's, so that a killed worker leaves nothing that anybody takes for whole.
- The original stays; `derive.Derivation` says what was made of it (https://commons.wikimedia.org/wiki/Help:Converting_video).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from glamflow.media.inspection import Refusal
from glamflow.transforms.outcome import Reason
from glamflow.transforms.record import Model

_QUALITY = {"crf": "31", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1"}
_RATE = 48_000
_PIXEL_FORMAT = "yuv420p"


class FilmLimits(Model, frozen=True, kw_only=True):
    """What is transcoded here at all."""

    seconds: float = 2 * 3600.0
    """Length of the film."""
    pixels: int = 1920 * 1088
    """Of one frame; a larger one takes encoder memory by the hundred megabytes."""
    work_seconds: float = 6 * 3600.0
    """Time that one file may take."""


def transcode(
    path: Path,
    target: Path,
    *,
    beat: Callable[[], None],
    limits: FilmLimits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[str, str]:
    """Write the WebM or Ogg copy of `path`; its MIME type and how it was made. `Refusal` (held) where it cannot be made within
    the limits. `beat` is called with every frame."""
    import av

    limits = limits or FilmLimits()
    av.logging.set_level(None)
    try:
        with av.open(str(path), metadata_errors="replace") as source:
            video = next(
                (one for one in source.streams.video if not one.disposition & type(one.disposition).attached_pic), None
            )
            audio = next(iter(source.streams.audio), None)
            _require_bearable(source, video, audio, limits)
            kind = "webm" if video is not None else "ogg"
            with av.open(str(target), "w", format=kind, container_options={"fflags": "+bitexact"}) as copy:
                _copy(source, copy, video, audio, _watched(beat, clock, clock() + limits.work_seconds))
    except av.FFmpegError as error:
        raise Refusal(Reason.MEDIA_CORRUPT, f"it does not decode: {error.strerror}") from error
    made = [f"VP9, quality {_QUALITY['crf']}"] * (video is not None) + ["Opus, 48 kHz"] * (audio is not None)
    return (
        "video/webm" if video is not None else "audio/ogg",
        f"{'WebM' if video is not None else 'Ogg'}: {'; '.join(made)}",
    )


def _require_bearable(source: Any, video: Any, audio: Any, limits: FilmLimits) -> None:
    if video is None and audio is None:
        raise Refusal(Reason.MEDIA_CORRUPT, "it holds no sound and no picture that can be decoded")
    seconds = (source.duration or 0) / 1_000_000
    if seconds > limits.seconds:
        raise Refusal(
            Reason.NEEDS_TRANSCODE,
            f"it is {seconds / 60:.0f} minutes long; here {limits.seconds / 60:.0f} are transcoded at most",
            held=True,
        )
    if video is not None and video.width * video.height > limits.pixels:
        raise Refusal(
            Reason.NEEDS_TRANSCODE,
            f"its frames of {video.width}×{video.height} are larger than what is transcoded here",
            held=True,
        )


def _watched(beat: Callable[[], None], clock: Callable[[], float], end: float) -> Callable[[], None]:
    def tick() -> None:
        beat()
        if clock() > end:
            raise Refusal(Reason.NEEDS_TRANSCODE, "transcoding it took longer than the time allowed", held=True)

    return tick


def _copy(source: Any, copy: Any, video: Any, audio: Any, tick: Callable[[], None]) -> None:
    """Frame by frame: neither the film nor its copy is ever whole in memory."""
    streams = [one for one in (video, audio) if one is not None]
    outputs = {one.index: _output(copy, one) for one in streams}
    for stream, frame in _frames(source, streams):
        tick()
        output, prepare = outputs[stream.index]
        for ready in prepare(frame):
            copy.mux(output.encode(ready))
    for output, prepare in outputs.values():
        for ready in prepare(None):  # what the resampler still holds
            copy.mux(output.encode(ready))
        copy.mux(output.encode(None))


def _frames(source: Any, streams: list[Any]) -> Iterator[tuple[Any, Any]]:
    for packet in source.demux(streams):
        for frame in packet.decode():
            yield packet.stream, frame


def _output(copy: Any, stream: Any) -> tuple[Any, Callable[[Any], list[Any]]]:
    """The stream that is written, and what makes a frame (or the end, None) fit for it."""
    import av

    if stream.type == "video":
        output = copy.add_stream("libvpx-vp9", rate=stream.average_rate or 25, options=_QUALITY)
        output.width, output.height, output.pix_fmt = stream.width, stream.height, _PIXEL_FORMAT
        output.time_base = stream.time_base
        return output, lambda frame: [] if frame is None else [frame.reformat(format=_PIXEL_FORMAT)]
    layout = "mono" if stream.codec_context.layout.nb_channels == 1 else "stereo"
    output = copy.add_stream("libopus", rate=_RATE, layout=layout)
    resampler = av.AudioResampler(format=output.format, layout=layout, rate=_RATE)
    return output, lambda frame: [one for one in resampler.resample(frame) if one is not None]
