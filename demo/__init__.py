"""A small replica of the sources, served on loopback: the default, and what tests crawl."""
