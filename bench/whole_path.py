"""Time, memory and rows of `add` over a folder of real documents, and of a second `add` of it.

`python -m bench.whole_path [FOLDER]` (by default ../shared/data). Memory is the largest sum of
the proportional set sizes of the command and all its children, sampled on Linux.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
SAMPLE = 0.5  # seconds between two looks at the memory


def tree_memory(root: int) -> int:
    """Return the proportional set size in bytes of a process and its descendants."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    family = {root}
    while grown := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= grown
    return sum(_set_size(pid) for pid in family)


def _set_size(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def timed_add(folder: Path, output: Path) -> tuple[float, int, dict[str, dict[str, int]]]:
    """Run `add` with two workers; return seconds, peak bytes, and the command's own report."""
    command = [sys.executable, "pipeline.py", "add", str(folder), "--output", str(output),
               "--workers", "2", "--json"]  # fmt: skip
    begin = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=HERE, stdout=said)
        peak = 0
        while process.poll() is None:
            peak = max(peak, tree_memory(process.pid))
            time.sleep(SAMPLE)
        seconds = time.monotonic() - begin
        said.seek(0)
        return seconds, peak, json.loads(said.read())


def main() -> None:
    """Print the figures as one table."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data").resolve()
    if not folder.is_dir():
        sys.exit(f"There is no folder {folder}; name one with documents to measure on.")
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as place:
        first, second = (timed_add(folder, Path(place)) for _ in range(2))
        for name, (seconds, peak, report) in (("first", first), ("second", second)):
            print(
                f"{name:>6}: {seconds:7.1f} s, {peak / 1024**2:6.0f} MiB, added {report['added']}"
            )
        print(f"totals: {first[2]['totals']}")
        print(f"second / first: {second[0] / first[0]:.3f}")


if __name__ == "__main__":
    main()
