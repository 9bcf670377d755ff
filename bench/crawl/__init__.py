"""The crawl against plain Scrapy on the same pages, and its memory over many."""
