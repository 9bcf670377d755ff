"""Manners towards a site: whom we ask, how often, what robots.txt and Retry-After say."""

from crawlers.politeness.common import Forbidden, SeenTonight, Stopped, headers_of

__all__ = ["Forbidden", "SeenTonight", "Stopped", "headers_of"]
