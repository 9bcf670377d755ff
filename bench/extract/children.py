"""Processes that read files on request, so that each reader is timed alone in its process.

`python -m bench.extract.children ours|pdfplumber` answers each line of its input (a path) with a
line of JSON; `... peak PATH` reads one file and says how much memory that took.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import extract

ROOT = Path(__file__).resolve().parents[2]
Reader = Literal["ours", "pdfplumber"]


@dataclass(frozen=True)
class Reading:
    """What one reading took: processor seconds with those of children, and pages read.

    `other` counts pages that were read by other means than their text, such as OCR.
    """

    seconds: float
    pages: int
    other: int


def _ours(path: Path, data: bytes) -> tuple[int, int]:
    pages = extract.read(data, sha256="0" * 64, name=path.name).document.pages
    return len(pages), sum(page.method in {"ocr", "rendered"} for page in pages)


def _plain(_: Path, data: bytes) -> tuple[int, int]:
    import pdfplumber  # noqa: PLC0415 - loads only where it reads

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.extract_tables()
            page.close()
        return len(pdf.pages), 0


_READERS: dict[str, Callable[[Path, bytes], tuple[int, int]]] = {
    "ours": _ours,
    "pdfplumber": _plain,
}


def _used() -> float:
    """Return the processor seconds of this process and of its children that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _answer(reader: Reader, path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    begin = _used()
    pages, other = _READERS[reader](path, data)
    return {"seconds": _used() - begin, "pages": pages, "other": other}


class Child:
    """A process that reads with one reader; close it when done."""

    def __init__(self, reader: Reader) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.extract.children", reader],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self, path: Path) -> Reading:
        """Read a file in the child. Raises `RuntimeError` where the child ends."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("The reading process has no pipes; start it anew.")
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The reading process ended on {path.name}; see its error above.")
        return Reading(**json.loads(line))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _resident(name: Literal["VmHWM", "VmRSS"]) -> float:
    """Return a figure of /proc/self/status in MiB; `ru_maxrss` would count the parent's too."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    if found is None:
        raise RuntimeError("Memory is measured from /proc; run this on Linux.")
    return int(found[1]) / 1024


def peak(path: Path) -> tuple[float, float]:
    """Read a file in a fresh process; return MiB before reading, and at the most."""
    command = [sys.executable, "-m", "bench.extract.children", "peak", str(path)]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    before, most = json.loads(said.stdout)
    return float(before), float(most)


def main(arguments: list[str]) -> None:
    """Answer requests until the input ends."""
    if arguments[0] == "peak":
        before = _resident("VmHWM")
        path = Path(arguments[1])
        extract.read(path.read_bytes(), sha256="0" * 64, name=path.name)
        print(json.dumps([before, _resident("VmHWM")]))
        return
    reader: Reader = "ours" if arguments[0] == "ours" else "pdfplumber"
    for line in sys.stdin:
        print(json.dumps(_answer(reader, Path(line.rstrip("\n")))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
