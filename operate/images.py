"""Pictures of pages: drawn in the limited children, kept under the output folder."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from core.archive import Archive, explained
from core.errors import DamagedDocument
from core.files import written_beside
from core.killpoints import killpoint
from core.settings import Settings
from operate.child import Drawn, Failed, Task
from operate.workers import Pool


def image_path(settings: Settings, sha256: str, page: int) -> Path:
    """Return where the picture of a page lies or would lie."""
    return settings.images / sha256[:2] / sha256 / f"{page}.png"


def draw_images(
    settings: Settings,
    sha256: str,
    pages: Sequence[int],
    *,
    name: str,
    pool: Pool | None = None,
) -> list[Path]:
    """Return the pictures of pages of a content in the archive, drawing those that are not kept.

    `name` names the document in messages; `pool` has workers that outlast this. Raises
    `DamagedDocument` where a page cannot be drawn within the limits of a worker.
    """
    paths = [image_path(settings, sha256, page) for page in pages]
    missing = [page for page, path in zip(pages, paths, strict=True) if not path.is_file()]
    if missing:
        source = str(Archive(settings.archive).path(sha256))
        task = Task(sha256, source, name, None, None, pages=tuple(missing))
        with nullcontext(pool) if pool else Pool(settings) as workers:
            ((_, outcome),) = workers.run([task])
        if not isinstance(outcome, Drawn):
            detail = outcome.detail if isinstance(outcome, Failed) else f"{name} was not drawn."
            raise DamagedDocument(detail)
        for page, image in zip(missing, outcome.images, strict=True):
            keep_image(settings, sha256, page, image)
    return paths


def keep_image(settings: Settings, sha256: str, page: int, image: bytes) -> None:
    """Put a picture into its place, so that readers see all of it or nothing."""
    path = image_path(settings, sha256, page)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_beside(path, shared=True) as beside:
            beside.write_bytes(image)
            killpoint("before-image")
