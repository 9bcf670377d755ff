"""The points at which the tests kill, in the order in which a run passes them."""

from __future__ import annotations

# of the nightly job
RUN_POINTS = (
    "after-start",
    "before-crawl",
    "before-bodies",
    "before-rename",
    "after-blob",
    "before-lines",
    "after-journal",
    "after-lines",
    "after-crawl",
    "in-loader",
    "after-batch",
    "after-journal-load",
    "after-crawl-load",
    "after-plan",
    "before-members",
    "after-members",
    "before-pages",
    "after-pages",
    "after-refresh",
    "after-reading",
    "after-old-reading",
    "after-readings",
    "in-pairs",
    "after-pairs",
    "in-places",
    "after-places",
    "before-image",
    "after-images",
    "after-news",
    "after-watch",
    "after-digest",
    "before-feed",
    "after-feeds",
    "before-mail",
    "after-mail",
    "before-finish",
    "after-finish",
    "before-report-mail",
    "after-report-mail",
    "before-report-file",
    "after-report-files",
    "after-metrics",
)
# those that the crawl's process passes first: it dies there, and the run ends with a sentence
IN_CRAWL = ("before-bodies", "before-rename", "after-blob", "before-lines", "after-journal",
            "after-lines")  # fmt: skip
# of other commands, whose own tests kill there
OTHER_POINTS = ("in-restore", "after-tombstone", "after-scrub", "after-erased-rows")
# how often a point is passed before it kills, where the first time is not the most telling
PASSES = {
    "before-rename": 3, "after-blob": 2, "after-journal": 2, "before-pages": 3, "after-pages": 3,
    "after-refresh": 3, "after-reading": 2, "in-pairs": 2, "before-image": 2,
}  # fmt: skip
