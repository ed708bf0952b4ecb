"""Films become WebM within limits that are set on purpose; what lies above them waits for a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from films import film

from glamflow.media.inspect import inspect
from glamflow.media.inspection import Refusal, Verdict
from glamflow.media.transcode import FilmLimits, transcode
from glamflow.transforms.outcome import Reason


def quiet() -> None:
    return


@pytest.mark.parametrize("name", ["film.mp4", "film.mov"])
def test_a_film_becomes_webm_of_the_same_size_and_length_with_its_sound(tmp_path: Path, name: str) -> None:
    target, beats = tmp_path / "made.webm", list[int]()
    mime, how = transcode(film(tmp_path / name, seconds=2), target, beat=lambda: beats.append(1))
    found = inspect(target)
    assert (mime, found.mime, found.verdict) == ("video/webm", "video/webm", Verdict.OK)
    assert (found.width, found.height, round(found.duration or 0)) == (64, 48, 2)
    assert "VP9" in how
    assert "Opus" in how
    assert len(beats) > 20


def test_a_film_without_sound_and_a_sound_without_pictures_are_made_of_what_they_have(tmp_path: Path) -> None:
    silent, sound = tmp_path / "silent.webm", tmp_path / "sound.ogg"
    assert "Opus" not in transcode(film(tmp_path / "silent.mp4", sound=False), silent, beat=quiet)[1]
    assert inspect(silent).verdict is Verdict.OK
    mime, how = transcode(film(tmp_path / "sound.m4a", seconds=3, picture=False), sound, beat=quiet)
    found = inspect(sound)
    assert (mime, found.mime, found.verdict, round(found.duration or 0)) == ("audio/ogg", "audio/ogg", Verdict.OK, 3)
    assert "VP9" not in how


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        (FilmLimits(seconds=1), "minutes long"),
        (FilmLimits(pixels=1_000), "64×48"),
        (FilmLimits(work_seconds=-1), "longer than the time allowed"),
    ],
)
def test_what_would_take_too_long_or_too_much_waits_for_a_person(tmp_path: Path, limits: FilmLimits, word: str) -> None:
    with pytest.raises(Refusal, match=word) as refused:
        transcode(film(tmp_path / "film.mp4", seconds=2), tmp_path / "made", beat=quiet, limits=limits)
    assert (refused.value.reason, refused.value.verdict) == (Reason.NEEDS_TRANSCODE, Verdict.HELD)


def test_half_a_film_is_no_film(tmp_path: Path) -> None:
    whole = film(tmp_path / "film.mp4", seconds=2).read_bytes()
    (tmp_path / "half.mp4").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refusal) as refused:
        transcode(tmp_path / "half.mp4", tmp_path / "made", beat=quiet)
    assert (refused.value.reason, refused.value.verdict) == (Reason.MEDIA_CORRUPT, Verdict.REJECTED)


def test_the_same_film_gives_the_same_bytes(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4")
    for name in ("one", "other"):
        transcode(source, tmp_path / name, beat=quiet)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
