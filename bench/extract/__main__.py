"""`python -m bench.extract [speed|text|tables|boxes|memory|all] [--json] [--check]`.

Speed, memory and quality of the reading of PDFs on ../shared/data/pdf and on the demo's papers,
each beside a peer in the same run. `--check` exits 1 where a floor of floors.toml is not met, and
names it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable

from bench.extract import boxes, memory, speed, tables_quality, text_quality
from bench.extract.floors import broken, read_floors
from bench.extract.result import Result

MEASUREMENTS: dict[str, Callable[[], Result]] = {
    "speed": speed.measure,
    "memory": memory.measure,
    "text": text_quality.measure,
    "boxes": boxes.measure,
    "tables": tables_quality.measure,
}


def _print(result: Result) -> None:
    print(f"== {result.name}, load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    for line in (result.skipped, *result.lines):
        if line or not result.skipped:
            print(line)
    if result.losses:
        print(f"-- {len(result.losses)} places to look at")
        print("\n".join(result.losses))
    print(flush=True)


def main(arguments: list[str]) -> int:
    """Measure what is asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.extract", description=__doc__)
    parser.add_argument("measurement", nargs="?", default="all", choices=[*MEASUREMENTS, "all"])
    parser.add_argument("--json", action="store_true", help="print figures and losses as JSON")
    parser.add_argument("--check", action="store_true", help="exit 1 where a floor is not met")
    asked = parser.parse_args(arguments)
    names = list(MEASUREMENTS) if asked.measurement == "all" else [asked.measurement]
    figures: dict[str, float] = {}
    losses: dict[str, list[str]] = {}
    for name in names:
        result = MEASUREMENTS[name]()
        figures |= result.figures
        losses[name] = [result.skipped] if result.skipped else result.losses
        if not asked.json:
            _print(result)
    faults = list(broken(read_floors(), figures))
    if asked.json:
        print(json.dumps({"figures": figures, "losses": losses, "below": faults}, indent=1))
    else:
        print("\n".join(faults) or "All floors that were measured hold.")
    return 1 if asked.check and faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
