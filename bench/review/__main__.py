"""`python -m bench.review [ENTRIES] [--check]`: 200 steps of a reviewer over HTTP.

A step asks for the next entry, fetches the picture of its page and sends a decision. The store has
200,000 entries on 20,000 pages of PDFs unless another number is named. Median and 95th percentile
are printed with the machine's load; `--check` fails above 150 ms for the next entry and 50 ms for a
picture that is kept.
"""

from __future__ import annotations

import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import msgspec
import uvicorn

from bench.review.stock import PAGES, make, picture
from core.settings import Settings
from operate.images import image_path
from operate.reviewing import Desk
from review.access import COOKIE, new_session
from review.app import build_app
from review.site import Options
from store.database import Store
from store.reviewing.reviewers import add_reviewer

STEPS = 200
ENTRY, IMAGE = 0.150, 0.050  # seconds


def main(entries: int, *, check: bool) -> int:
    """Measure and print; return 1 where `check` finds a figure above its limit."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(output=Path(folder))
        begin = time.monotonic()
        contents = make(settings.output, entries // 100, entries, seed=time.time_ns() % 10_000)
        drawn = picture()
        for sha256 in contents:
            for page in range(1, PAGES + 1):
                path = image_path(settings, sha256, page)
                path.parent.mkdir(parents=True, exist_ok=True)
                if page == 1:
                    path.write_bytes(drawn)
                else:
                    path.hardlink_to(image_path(settings, sha256, 1))
        spent = time.monotonic() - begin
        print(f"{entries:,} entries on {len(contents) * PAGES:,} pages made in {spent:.0f} s")
        with serving(settings) as (address, headers):
            times = walk(address, headers)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"load {load}")
    worst = 0
    for name, limit in (("next entry", ENTRY), ("picture", IMAGE), ("decision", None)):
        taken = sorted(times[name])
        median, p95 = statistics.median(taken), taken[int(len(taken) * 0.95)]
        asked = f" (at most {limit * 1000:.0f})" if limit else ""
        print(f"{name:12} median {median * 1000:6.1f} ms, p95 {p95 * 1000:6.1f} ms{asked}")
        worst |= limit is not None and p95 > limit
    return int(check and worst)


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve the store; give the address and the headers of a reviewer."""
    with Store.open(settings.database) as store:
        add_reviewer(store, "Bench")
    options = Options(database=settings.database, second_share=0.1)
    with Desk(settings) as desk, socket.create_server(("127.0.0.1", 0)) as waiting:
        app = build_app(options, desk)
        server = uvicorn.Server(uvicorn.Config(app.app(), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [waiting]}, daemon=True)
        thread.start()
        session = new_session(app.materiel, "Bench")
        address = f"http://127.0.0.1:{waiting.getsockname()[1]}"
        headers = {
            "cookie": f"{COOKIE}={session}", "origin": address, "accept": "application/json",
            "x-materiel-token": app.materiel.token(session),
        }  # fmt: skip
        yield address, headers
        server.should_exit = True
        thread.join(10)


def walk(address: str, headers: dict[str, str]) -> dict[str, list[float]]:
    """Return how long each part of each step took, in seconds; the first five are not counted."""
    times: dict[str, list[float]] = {"next entry": [], "picture": [], "decision": []}
    after = ""
    for step in range(STEPS + 5):
        begin = time.monotonic()
        told = ask(f"{address}/review/more?limit=1&after={after}", headers)
        (panel,) = msgspec.json.decode(told)["panels"]
        times["next entry"].append(time.monotonic() - begin)
        html, after = panel["html"], panel["after"]
        begin = time.monotonic()
        ask(address + html.partition('<image href="')[2].partition('"')[0], headers)
        times["picture"].append(time.monotonic() - begin)
        seen = html.partition('name="seen" value="')[2].partition('"')[0]
        if seen:
            begin = time.monotonic()
            said = f"verdict={'accept' if step % 3 else 'skip'}&seen={seen}".encode()
            ask(f"{address}/review/decide/{panel['key']}", headers, said)
            times["decision"].append(time.monotonic() - begin)
    return {name: taken[5:] for name, taken in times.items()}


def ask(url: str, headers: dict[str, str], body: bytes | None = None) -> bytes:
    """Return the answer of the app that was started above."""
    with urlopen(Request(url, body, headers)) as answer:  # noqa: S310 - our own address
        return bytes(answer.read())


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    sys.exit(main(numbers[0] if numbers else 200_000, check="--check" in sys.argv))
