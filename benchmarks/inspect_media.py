"""Time of inspecting pictures, as a ratio to decoding and hashing them alone.

    .venv/bin/python benchmarks/inspect_media.py [--count 10]

Draws 12-megapixel JPEG, TIFF and PNG files in a temporary folder; prints one JSON line.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import tempfile
import time
from pathlib import Path

from PIL import Image

from glamflow.media.inspect import inspect

SIZE = (4000, 3000)


def draw(folder: Path, kind: str, number: int) -> Path:
    noise = Image.effect_noise(SIZE, 40 + number)
    picture = Image.merge("RGB", (noise, noise.transpose(Image.Transpose.ROTATE_180), noise))
    path = folder / f"{number}.{kind}"
    picture.save(path, quality=88, compress_level=1)
    return path


def decode_and_hash(path: Path) -> None:
    data = path.read_bytes()
    hashlib.sha1(data, usedforsecurity=False).hexdigest()
    hashlib.sha256(data).hexdigest()
    with Image.open(path) as image:
        image.load()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=5)
    count = parser.parse_args().count
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("jpg", "tif", "png"):
            paths = [draw(Path(folder), kind, number) for number in range(count)]
            spent = [0.0, 0.0]
            for path in paths:
                start = time.process_time()
                decode_and_hash(path)
                middle = time.process_time()
                inspect(path)
                spent[0] += middle - start
                spent[1] += time.process_time() - middle
            figures[f"{kind}_ms"] = round(spent[1] / count * 1000)
            figures[f"{kind}_ratio"] = round(spent[1] / spent[0], 2)
    figures["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
