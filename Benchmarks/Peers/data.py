"""Other readers of tables, on one thread: times of CSV and Parquet, and whether they read our data sets and we theirs.

  peers/bin/python Benchmarks/Peers/data.py time --peer pandas --work csv --file num.csv
  peers/bin/python Benchmarks/Peers/data.py compare --csv mixed.csv --parts a.parquet b.parquet
  peers/bin/python Benchmarks/Peers/data.py write --csv mixed.csv --folder out

`time` prints a line of figures: rows as `steps`, seconds. `compare` prints a line for each reader with the columns that differ
from what pyarrow reads from the CSV file. `write` writes that as Parquet with each of them and prints the files.
"""
import argparse
import json
import os

os.environ["POLARS_MAX_THREADS"] = "1"
import peer

parser = argparse.ArgumentParser(description=__doc__)
commands = parser.add_subparsers(dest="command", required=True)
timing = commands.add_parser("time")
timing.add_argument("--peer", required=True, choices=["pandas", "polars", "pyarrow", "duckdb"])
timing.add_argument("--work", required=True, choices=["csv", "describe", "read", "write"])
timing.add_argument("--file", required=True, help="CSV, or Parquet for read")
comparing = commands.add_parser("compare")
comparing.add_argument("--csv", required=True)
comparing.add_argument("--parts", nargs="+", required=True)
writing = commands.add_parser("write")
writing.add_argument("--csv", required=True)
writing.add_argument("--folder", required=True)
options = parser.parse_args()


def arrow_csv(file):
    import pyarrow.csv

    return pyarrow.csv.read_csv(
        file,
        read_options=pyarrow.csv.ReadOptions(use_threads=False),
        convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True, null_values=[""]),
    )


def duck():
    import duckdb

    database = duckdb.connect()
    database.execute("set threads = 1")
    return database


class Pandas:
    def __init__(self):
        import pandas

        self.pandas, self.version = pandas, pandas.__version__

    def csv(self, file):
        return self.pandas.read_csv(file)

    def read(self, file):
        return self.pandas.read_parquet(file)

    def write(self, table, file):
        table.to_parquet(file, compression="snappy")

    def describe(self, table):
        table.describe(include="all")
        for name in table:
            column = table[name]
            column.value_counts()
            if self.pandas.api.types.is_numeric_dtype(column):
                self.histogram(column)

    def histogram(self, column):
        import numpy

        numpy.histogram(column.dropna(), bins=20)


class Polars:
    def __init__(self):
        import polars

        self.polars, self.version = polars, polars.__version__

    def csv(self, file):
        return self.polars.read_csv(file, try_parse_dates=True)

    def read(self, file):
        return self.polars.read_parquet(file)

    def write(self, table, file):
        table.write_parquet(file, compression="snappy")

    def describe(self, table):
        table.describe()
        for column in table:
            column.value_counts(sort=True)
            if column.dtype.is_numeric():
                column.drop_nulls().hist(bin_count=20)


class Arrow:
    def __init__(self):
        import pyarrow
        import pyarrow.parquet

        self.parquet, self.version = pyarrow.parquet, pyarrow.__version__

    def csv(self, file):
        return arrow_csv(file)

    def read(self, file):
        return self.parquet.read_table(file, use_threads=False)

    def write(self, table, file):
        self.parquet.write_table(table, file, compression="snappy")


class Duck:
    def __init__(self):
        import duckdb

        self.version, self.database = duckdb.__version__, duck()

    def csv(self, file):
        self.database.execute("create or replace temp table rows as select * from read_csv(?)", [file])
        return self.database

    def read(self, file):
        self.database.execute("create or replace temp table rows as select * from read_parquet(?)", [file])
        return self.database

    def write(self, table, file):
        table.execute(f"copy rows to '{file}' (format parquet, compression snappy)")

    def describe(self, table):
        table.execute("summarize rows").fetchall()


def rows(table):
    return len(table) if hasattr(table, "__len__") else table.execute("select count(*) from rows").fetchone()[0]


def measure():
    it = {"pandas": Pandas, "polars": Polars, "pyarrow": Arrow, "duckdb": Duck}[options.peer]()
    figures = {"peer": options.peer, "version": it.version}
    if options.work in ("csv", "read"):
        with peer.timed(figures):
            table = getattr(it, options.work)(options.file)
    else:
        table = it.csv(options.file)
        with peer.timed(figures):
            it.write(table, options.file + ".peer") if options.work == "write" else it.describe(table)
        if options.work == "write":
            os.unlink(options.file + ".peer")
    figures["steps"] = rows(table)
    peer.report(figures)


def compare():
    import pandas
    import polars
    import pyarrow
    import pyarrow.parquet

    expected = arrow_csv(options.csv)
    files = ", ".join(f"'{part}'" for part in options.parts)
    readers = {
        "pyarrow": lambda: pyarrow.concat_tables(pyarrow.parquet.read_table(part) for part in options.parts),
        "pandas": lambda: pyarrow.concat_tables(
            pyarrow.Table.from_pandas(pandas.read_parquet(part, dtype_backend="pyarrow"), preserve_index=False)
            for part in options.parts
        ),
        "polars": lambda: polars.read_parquet(options.parts).to_arrow(),
        "duckdb": lambda: duck().sql(f"select * from read_parquet([{files}])").to_arrow_table(),
    }
    for name, read in readers.items():
        found = read().drop_columns(["_row"])
        wrong = [] if found.column_names == expected.column_names else ["the columns"]
        for column in expected.column_names if not wrong else []:
            own, theirs = (table[column].combine_chunks() for table in (found, expected))
            if not own.cast(theirs.type).equals(theirs):
                wrong.append(column)
        print(json.dumps({"reader": name, "rows": len(found), "differences": wrong}), flush=True)


def write():
    import pandas
    import polars
    import pyarrow.parquet

    table = arrow_csv(options.csv)
    files = {name: f"{options.folder}/{name}.parquet" for name in ("pyarrow", "pandas", "polars", "duckdb")}
    pyarrow.parquet.write_table(table, files["pyarrow"], compression="zstd")
    table.to_pandas().to_parquet(files["pandas"])
    polars.from_arrow(table).write_parquet(files["polars"])
    database = duck()
    database.register("rows", table)
    database.execute(f"copy rows to '{files['duckdb']}' (format parquet)")
    for name, file in files.items():
        print(json.dumps({"writer": name, "file": file}), flush=True)


{"time": measure, "compare": compare, "write": write}[options.command]()
