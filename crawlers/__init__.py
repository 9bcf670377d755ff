"""Fetching: one card and one small spider for each source, politely, into archive and journal.

The crawl runs in a child process (`run_child`), which is `python -m crawlers PLAN.json`.
"""

from crawlers.cards import load_cards
from crawlers.child import run_child
from crawlers.plan import ADDED, CrawlPlan, Known, check_contact, have_passed

__all__ = ["ADDED", "CrawlPlan", "Known", "check_contact", "have_passed", "load_cards", "run_child"]
