"""`python -m demo serve`, `build FOLDER` or `truth`: serve, build the files, write truth.json."""

import argparse
import sys
import threading
from pathlib import Path

from demo.build import DEFAULT_FOLDER, build
from demo.server import Replica
from demo.truth import TRUTH, truth_text


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve until Ctrl-C")
    into = commands.add_parser("build", help="write the files of the replica into a folder")
    into.add_argument("folder", type=Path)
    commands.add_parser("truth", help="write truth.json anew")
    asked = parser.parse_args(arguments)
    if asked.command == "serve":
        _serve()
    elif asked.command == "build":
        _say(str(build(asked.folder).folder))
    else:
        TRUTH.write_text(truth_text(build(DEFAULT_FOLDER)), encoding="utf-8")
    return 0


def _serve() -> None:
    with Replica() as replica:
        for name, address in replica.base_urls.items():
            _say(f"{name} {address}")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            _say("stopped")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
