"""axe-core, fetched once from the npm registry into a folder that git ignores."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

VERSION = "4.14.1"
SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"  # of the package
_FILE = Path(__file__).parent / "__kept__" / f"axe-core-{VERSION}.tgz"
_SECONDS = 60


def axe() -> str:
    """Return the script; the test is skipped where it cannot be fetched.

    A package of another checksum than the one that is known fails the test.
    """
    if not _FILE.is_file():
        _fetch()
    package = _FILE.read_bytes()
    assert hashlib.sha256(package).hexdigest() == SHA256, f"{_FILE.name} is not what it was."
    with tarfile.open(fileobj=io.BytesIO(package)) as unpacked:
        script = unpacked.extractfile("package/axe.min.js")
        assert script
        return script.read().decode()


def _fetch() -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core is not here, and there is no npm to fetch it with.")
    _FILE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_FILE.parent) as folder:
        command = [npm, "pack", "--silent", f"axe-core@{VERSION}"]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            pytest.skip("axe-core cannot be fetched; is there a network?")
        (Path(folder) / _FILE.name).replace(_FILE)
