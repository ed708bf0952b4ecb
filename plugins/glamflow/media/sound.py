"""Sound and moving pictures: every packet decoded by FFmpeg, and the container's stated length held against the file.

Audio and video codecs that Commons accepts only; anything else in an accepted container is `NEEDS_TRANSCODE`. The cover
picture of a sound file is no film: it is not decoded. What a decoder keeps of a film is told from its size beforehand.
"""

from __future__ import annotations

import struct
import time
from pathlib import Path
from typing import Any

from glamflow.media.inspection import Limits, Refusal
from glamflow.transforms.outcome import Reason

_CODECS = frozenset({"vorbis", "opus", "theora", "flac", "speex", "vp8", "vp9", "av1", "libdav1d", "mp3", "mp3float",
                     "libvorbis", "libopus", "libvpx-vp9", "libvpx", "libaom-av1"})  # fmt: skip
_KEPT_FRAMES = 9  # by VP9 and AV1 decoders: eight to refer to and the one in work
_LONGEST_TAG = 64 * 1024**2  # FFmpeg takes the tags before a recording into memory as a whole
_TEXTS = ("title", "artist", "copyright", "license", "comment", "description", "organization", "contact")


def inspect_sound(path: Path, *, mime: str, size: int, limits: Limits) -> dict[str, Any]:
    """Facts of a recording; `Refusal` if a packet does not decode or the file is shorter than it says."""
    import av

    av.logging.set_level(None)
    facts: dict[str, Any] = {}
    cut = _cut_short(path, mime, size)
    if _tag_size(path, mime) > _LONGEST_TAG:
        raise Refusal(Reason.TOO_LARGE_TO_CHECK, "the texts and pictures before its sound are too large", held=True)
    if cut:
        raise Refusal(Reason.MEDIA_CORRUPT, cut)
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            streams = [stream for stream in container.streams if stream.type in ("audio", "video") and not _is_cover(stream)]
            facts = _facts(container, streams, mime)
            _require_bearable(streams, facts, limits)
            _decode(container, streams, facts, limits)
    except av.FFmpegError as error:
        if not facts:
            facts["mime"] = "application/octet-stream"  # nothing of it is what its first bytes promise
        raise Refusal(Reason.MEDIA_CORRUPT, f"it does not decode: {error.strerror}", **facts) from error
    return facts


def _is_cover(stream: Any) -> bool:
    """A picture that belongs to the sound (front of a record, portrait), not one that moves."""
    return bool(stream.disposition & type(stream.disposition).attached_pic)


def _require_bearable(streams: list[Any], facts: dict[str, Any], limits: Limits) -> None:
    for stream in streams:
        if stream.type == "video":
            form = stream.codec_context.format
            samples = sum(part.width * part.height * -(-part.bits // 8) for part in form.components) if form else 0
            needed = _KEPT_FRAMES * (samples or stream.width * stream.height * 3)
            if needed > limits.memory:
                detail = f"decoding frames of {stream.width}×{stream.height} takes {needed >> 20} MB of memory"
                raise Refusal(Reason.TOO_LARGE_TO_CHECK, detail, held=True, **facts)


def _facts(container: Any, streams: list[Any], mime: str) -> dict[str, Any]:
    if not streams:
        raise Refusal(
            Reason.MEDIA_CORRUPT,
            "it holds no sound and no picture that can be decoded",
            mime="application/octet-stream",
        )
    names = [stream.codec_context.name if stream.codec_context else "" for stream in streams]
    facts: dict[str, Any] = {}
    if container.duration:
        facts["duration"] = container.duration / 1_000_000
    video = next((stream for stream in streams if stream.type == "video"), None)
    if video is not None:
        facts |= {"width": video.width, "height": video.height}
    if mime == "audio/ogg" and video is not None:
        facts["mime"] = "video/ogg"
    if mime == "video/webm" and video is None:
        facts["mime"] = "audio/webm"
    tags = {key.lower(): value for source in (container, *streams) for key, value in (source.metadata or {}).items()}
    facts["embedded"] = {f"tag:{name}": str(tags[name])[:2000] for name in _TEXTS if tags.get(name)}
    odd = [name for name in names if name not in _CODECS and not name.startswith("pcm_")]
    if odd:
        raise Refusal(Reason.NEEDS_TRANSCODE, f"its codec {', '.join(odd)} is not accepted", held=True, **facts)
    return facts


def _decode(container: Any, streams: list[Any], facts: dict[str, Any], limits: Limits) -> None:
    """All of it, within the time allowed; a file of which nothing comes out is broken too."""
    end = time.monotonic() + limits.seconds
    frames = 0
    heard: dict[int, float] = {}  # seconds of sound by stream: what the heading says is often rounded
    for packet in container.demux(streams):
        for frame in packet.decode():
            frames += 1
            if packet.stream.type == "audio" and frame.sample_rate:
                heard[packet.stream.index] = heard.get(packet.stream.index, 0.0) + frame.samples / frame.sample_rate
        if time.monotonic() > end:
            raise Refusal(
                Reason.TOO_LARGE_TO_CHECK, f"decoding takes longer than {limits.seconds:.0f} s", held=True, **facts
            )
    if heard and "width" not in facts:
        facts["duration"] = max(heard.values())
    if frames == 0:
        raise Refusal(Reason.MEDIA_CORRUPT, "nothing in it decodes", mime="application/octet-stream", **facts)


def _cut_short(path: Path, mime: str, size: int) -> str:
    """Whether the container says that it is longer than the file, "" if not."""
    with path.open("rb") as file:
        head = file.read(4096)
    if mime == "audio/x-wav" and len(head) >= 8:
        stated = struct.unpack("<I", head[4:8])[0] + 8
        return f"it says {stated} bytes and has {size}" if stated > size + 1 and stated < 0xFFFFFF00 else ""
    if mime in ("video/webm", "audio/webm"):
        at = head.find(b"\x18\x53\x80\x67")
        if at >= 0:
            length, width = _ebml_size(head[at + 4 : at + 12])
            if length is not None and at + 4 + width + length > size:
                return f"its segment says {length} bytes, the file has {size}"
    return ""


def _tag_size(path: Path, mime: str) -> int:
    """Bytes of an ID3 tag, or of the blocks before the sound of a FLAC."""
    with path.open("rb") as file:
        head = file.read(10)
        if head.startswith(b"ID3") and len(head) == 10:
            return sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        if mime != "audio/flac":
            return 0
        total, last = 0, False
        file.seek(4)
        while not last and len(block := file.read(4)) == 4 and total <= _LONGEST_TAG:
            last, length = bool(block[0] & 0x80), int.from_bytes(block[1:], "big")
            total += length
            file.seek(length, 1)
        return total


def _ebml_size(data: bytes) -> tuple[int | None, int]:
    """(value, bytes taken) of a variable-length integer; None where all bits are set (length unknown)."""
    if not data or data[0] == 0:
        return None, 1
    width = 9 - data[0].bit_length()
    value = int.from_bytes(data[:width], "big") & ((1 << (7 * width)) - 1)
    return (None if value == (1 << (7 * width)) - 1 else value), width
