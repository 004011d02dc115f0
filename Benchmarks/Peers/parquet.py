"""Reads Parquet files of ours with pyarrow, pandas and DuckDB, and times pyarrow: `check FOLDER`, `time FILE CODEC …`."""

import decimal
import json
import os
import pathlib
import sys
import time

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def as_text(column):
    """The values as the benchmark writes them; times in nanoseconds."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0)
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        column, kind = column.storage, column.storage.type
    factor = None
    if pa.types.is_date32(kind):
        factor = 86_400 * 10**9
    elif pa.types.is_temporal(kind):
        factor = {"s": 10**9, "ms": 10**6, "us": 1000, "ns": 1}[kind.unit]
    if factor:
        column = pc.cast(column, pa.int64() if kind.bit_width == 64 else pa.int32())
    return [text(value, factor) for value in column.to_pylist()]


def text(value, factor):
    if value is None:
        return None
    if factor:
        return str(value * factor)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    return str(value)


def equal(ours, theirs, name):
    if name == "uuid":
        theirs = [value and value.replace("-", "") for value in theirs]
    if name in ("double", "float"):
        ours, theirs = ([None if v is None else repr(float(v)) for v in values] for values in (ours, theirs))
    return ours == theirs


def check(folder):
    import duckdb
    import pandas

    duckdb.sql("set timezone = 'UTC'")
    readers = {
        "pyarrow " + pa.__version__: lambda file: pq.read_table(file, page_checksum_verification=True),
        "pandas " + pandas.__version__: lambda file: pa.Table.from_pandas(
            pandas.read_parquet(file, dtype_backend="pyarrow"), preserve_index=False),
        "DuckDB " + duckdb.__version__: lambda file: duckdb.sql(f"select * from read_parquet('{file}')").to_arrow_table(),
    }
    values = json.loads((folder / "values.json").read_text())
    for reader, read in readers.items():
        files, differences = 0, []
        for file in sorted(folder.glob("*.parquet")):
            table = read(str(file))
            files += 1
            if set(table.column_names) != set(values):
                differences.append(f"{file.name}: other columns")
            differences += [
                f"{file.name}: {name} ({table[name].type})" for name in table.column_names
                if not equal(values[name], as_text(table[name]), name)
            ]
        print(json.dumps({"reader": reader, "files": files, "differences": differences}), flush=True)


def mixed(rows):
    """Numbers, times, words that repeat and words that do not, with nulls and without."""
    import numpy as np

    random = np.random.default_rng(1)
    words = np.array([f"word-{i:03d}-{'x' * (i % 9)}" for i in range(300)])
    return pa.table({
        "id": pa.array(np.arange(rows)),
        "int": pa.array(random.integers(-10**9, 10**9, rows).astype("int32")),
        "small": pa.array(random.integers(0, 100, rows), mask=random.random(rows) < 0.1),
        "double": pa.array(random.normal(size=rows)),
        "double_nulls": pa.array(random.normal(size=rows), mask=random.random(rows) < 0.2),
        "words": pa.array(words[random.integers(0, 300, rows)]),
        "words_nulls": pa.array(words[random.integers(0, 40, rows)], mask=random.random(rows) < 0.1),
        "unique": pa.array([f"user-{x:012x}" for x in random.integers(0, 2**48, rows)]),
        "stamp": pa.array(np.cumsum(random.integers(0, 10**7, rows)) + 1_600_000_000_000_000, pa.timestamp("us")),
        "flag": pa.array(random.random(rows) < 0.3, mask=random.random(rows) < 0.05),
    })


def measure(file, codec, rows, group, core):
    os.sched_setaffinity(0, {core})
    pa.set_cpu_count(1)
    table = mixed(rows)
    level = 3 if codec == "zstd" else None
    start = time.process_time()
    pq.write_table(table, file, compression=codec, compression_level=level, row_group_size=group)
    write = time.process_time() - start
    start = time.process_time()
    pq.read_table(file, use_threads=False, pre_buffer=False)
    print(json.dumps({"read": time.process_time() - start, "write": write}), flush=True)


if sys.argv[1] == "check":
    check(pathlib.Path(sys.argv[2]))
else:
    measure(sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7]))
