"""Many workbooks: found, refreshed by a pool or a cluster, journaled, put back; and copies without our functions."""
