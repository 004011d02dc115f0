"""Other readers of CSV, one file once, on one thread.

  peers/bin/python Benchmarks/Peers/data.py --peer pandas --file num.csv

Prints one line of figures: rows as `steps`, seconds.
"""
import argparse
import os

os.environ["POLARS_MAX_THREADS"] = "1"
import peer

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--peer", required=True, choices=["pandas", "polars", "pyarrow", "duckdb"])
parser.add_argument("--file", required=True)
options = parser.parse_args()

if options.peer == "pandas":
    import pandas

    version, read = pandas.__version__, lambda: pandas.read_csv(options.file)
    rows = len
elif options.peer == "polars":
    import polars

    version, read = polars.__version__, lambda: polars.read_csv(options.file, try_parse_dates=True)
    rows = len
elif options.peer == "pyarrow":
    import pyarrow
    import pyarrow.csv

    once = pyarrow.csv.ReadOptions(use_threads=False)
    version, read = pyarrow.__version__, lambda: pyarrow.csv.read_csv(options.file, read_options=once)
    rows = len
else:
    import duckdb

    database = duckdb.connect()
    database.execute("set threads = 1")

    def read():
        database.execute("create temp table rows as select * from read_csv(?)", [options.file])
        return database

    version = duckdb.__version__

    def rows(database):
        return database.execute("select count(*) from rows").fetchone()[0]

figures = {"peer": options.peer, "version": version}
with peer.timed(figures):
    table = read()
figures["steps"] = rows(table)
peer.report(figures)
