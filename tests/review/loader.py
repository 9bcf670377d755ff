"""Loads documents into a store as a run does, in a process of its own, until it is told to stop.

`python -m tests.review.loader OUTPUT MOST` prints how many it loaded when MOST are in or its
standard input closes.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from store.database import Store
from tests.builders import House, evidence, fetched, proposal, sha, tagging

_BATCH = 100


def _wait_for_the_end(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def main(output: Path, most: int) -> int:
    """Load up to `most` documents, each with ten pages and three entries; return how many."""
    stop = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(stop,), daemon=True).start()
    done = 0
    with Store.open(output / "materiel.db") as store:
        house = House(output, store, journals=900)
        while done < most and not stop.is_set():
            bodies = [b"load %d" % number for number in range(done, min(done + _BATCH, most))]
            for body in bodies:
                house.put(body)
            house.load(house.journal(*(fetched(f"url:load/{sha(b)}", b) for b in bodies)))
            for body in bodies:
                text = f"Delivery of 4 patrol boats and 9 trucks, number {sha(body)[:8]}."
                made = [proposal(text, one) for one in ("patrol boats", "trucks")]
                made.append(proposal(text, "9 trucks", quantity=evidence(text, "9", {"min": "9"})))
                house.read(body, *[text] * 10, tagged=tagging(*made))
                done += 1
                if stop.is_set():
                    break
    return done


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), int(sys.argv[2])))  # noqa: T201 - what the test reads
