"""The nightly run and everything around it: lock, workers, intake, processing, reports."""
