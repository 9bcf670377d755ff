"""Documents per second here and on a Dask cluster, and what the one loader can take."""
