"""Writes small Parquet files with pyarrow, in every type, encoding, codec and page version it has, for Tests/ParquetTests.

Run with any Python that has NumPy and pyarrow: python3 Tests/Goldens/parquet_files.py
expected.json holds the values of each table, as text by row, and for each file the table it has.
"""

import decimal
import json
import pathlib
import uuid

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

folder = pathlib.Path(__file__).parent / "recorded" / "parquet"
folder.mkdir(exist_ok=True)
for old in folder.iterdir():
    old.unlink()
random = np.random.default_rng(11)


def ints(kind, count):
    """Whole numbers of every size, the extremes among them."""
    info = np.iinfo(kind)
    bits = random.integers(0, info.bits, count)
    values = [int(random.integers(0, 2 ** int(b), dtype=np.uint64, endpoint=True)) for b in bits]
    values = [min(v, int(info.max)) * (-1 if info.min < 0 and i % 3 == 0 else 1) for i, v in enumerate(values)]
    return [int(info.min), int(info.max), 0] + values[3:]


def texts(count):
    words = ["", "a", "Ürümqi", "0123456789abcdef", "0123456789abcdefg", "a longer string, with a comma", "𝔘"]
    return [words[i % 7] if i % 2 else f"row {i}" for i in range(count)]


def decimals(precision, scale, count):
    """Unscaled numbers of every length."""
    values = []
    for i in range(count):
        digits = "".join(random.choice(list("0123456789"), 1 + i % precision))
        values.append(decimal.Decimal(digits).scaleb(-scale, decimal.Context(prec=80)) * (-1 if i % 2 else 1))
    return values


def holed(values, step):
    return [None if step and i % step == step - 1 else v for i, v in enumerate(values)]


def every_type(count):
    columns, fields = {}, []

    def add(name, kind, values, step=5, nullable=True):
        columns[name] = pa.array(holed(values, step if nullable else 0), kind)
        fields.append(pa.field(name, kind, nullable=nullable))

    add("flag", pa.bool_(), [i % 3 == 0 for i in range(count)])
    add("required_flag", pa.bool_(), [i > count / 2 for i in range(count)], nullable=False)
    for bits in (8, 16, 32, 64):
        add(f"int{bits}", getattr(pa, f"int{bits}")(), ints(f"int{bits}", count), step=3 + bits // 8)
        add(f"uint{bits}", getattr(pa, f"uint{bits}")(), ints(f"uint{bits}", count), step=4 + bits // 8)
    add("required", pa.int64(), list(range(-50, count - 50)), nullable=False)
    add("few", pa.int32(), [i // 17 for i in range(count)])
    odd = [0.0, -0.0, float("inf"), float("-inf"), float("nan"), 1.5, 65504.0, 6e-8]
    floats = [odd[i] if i < 8 else float(np.float16(x)) for i, x in enumerate(random.normal(0, 100, count))]
    add("half", pa.float16(), [np.float16(x) for x in floats])
    add("float", pa.float32(), floats)
    add("double", pa.float64(), [x * 1.1 for x in floats])
    add("required_double", pa.float64(), floats, nullable=False)
    add("text", pa.string(), texts(count))
    add("required_text", pa.string(), texts(count), nullable=False)
    add("bytes", pa.binary(), [bytes([i % 256, 255]) * (i % 4) for i in range(count)])
    add("five", pa.binary(5), [bytes([i % 7, i % 3, 0, 255, 9]) for i in range(count)])
    add("date", pa.date32(), [i * 997 - 20_000 for i in range(count)])
    add("time_ms", pa.time32("ms"), [i * 86_399 for i in range(count)])
    add("time_us", pa.time64("us"), [i * 86_399_001 for i in range(count)])
    add("time_ns", pa.time64("ns"), [i * 86_399_000_001 for i in range(count)])
    for unit, factor in (("ms", 1), ("us", 1_000), ("ns", 1_000_000)):
        values = [(i * 12_345_678_901 - 10**11) * factor + i for i in range(count)]
        add(f"stamp_{unit}", pa.timestamp(unit), values)
        add(f"utc_{unit}", pa.timestamp(unit, tz="UTC"), values)
    add("decimal9", pa.decimal128(9, 2), decimals(9, 2, count))
    add("decimal18", pa.decimal128(18, 0), decimals(18, 0, count))
    add("decimal38", pa.decimal128(38, 10), decimals(38, 10, count))
    add("decimal60", pa.decimal256(60, 3), decimals(60, 3, count))
    add("nothing", pa.int32(), [None] * count)
    columns["null"], field = pa.nulls(count), pa.field("null", pa.null())
    fields.append(field)
    columns["uuid"] = pa.ExtensionArray.from_storage(
        pa.uuid(), pa.array(holed([uuid.UUID(int=i * 2**100 + i).bytes for i in range(count)], 4), pa.binary(16)))
    fields.append(pa.field("uuid", pa.uuid()))
    columns["json"] = pa.ExtensionArray.from_storage(
        pa.json_(), pa.array(holed([json.dumps({"i": i}) for i in range(count)], 4), pa.string()))
    fields.append(pa.field("json", pa.json_()))
    return pa.table(columns, schema=pa.schema(fields))


def as_text(column):
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        column, kind = column.storage, column.storage.type
    if pa.types.is_temporal(kind):
        column = pc.cast(column, pa.int64() if kind.bit_width == 64 else pa.int32())
    out = []
    for value in column.to_pylist():
        if value is None:
            out.append(None)
        elif isinstance(value, bytes):
            out.append(value.hex())
        elif isinstance(value, bool):
            out.append("true" if value else "false")
        elif isinstance(value, decimal.Decimal):
            out.append(format(value, "f"))
        elif isinstance(value, float):
            out.append(repr(float(value)))
        else:
            out.append(str(value))
    return out


expected = {"tables": {}, "files": {}}


def table(name, rows):
    expected["tables"][name] = {column: as_text(rows[column]) for column in rows.column_names}
    return name, rows


def write(file, named, **options):
    name, rows = named
    options = {"store_schema": False, "data_page_version": "1.0", "write_statistics": False} | options
    pq.write_table(rows, folder / f"{file}.parquet", **options)
    expected["files"][file] = name


types = table("types", every_type(32))
some = types[0], types[1].select(["flag", "required", "few", "uint64", "double", "text", "five", "decimal38", "nothing"])
for codec in ("none", "snappy", "gzip", "zstd"):
    for version in ("1.0", "2.0"):
        write(f"types_{codec}_{version[0]}", types if codec == "zstd" else some, compression=codec,
              data_page_version=version)
write("types_plain_1", types, compression="snappy", use_dictionary=False, write_page_checksum=True)
write("types_plain_2", types, compression="gzip", use_dictionary=False, data_page_version="2.0",
      write_page_checksum=True)
# Format 1 has no nanoseconds.
older = types[1].drop_columns(["stamp_ns", "utc_ns", "time_ns"])
write("types_format_1", (types[0], older), version="1.0", compression="snappy", store_decimal_as_integer=True)

# Pages of a few rows, several row groups, statistics.
write("types_small_pages", types, compression="zstd", data_page_size=1, write_batch_size=7,
      row_group_size=20, write_page_checksum=True, write_statistics=["int32", "text", "double", "uint64"],
      store_decimal_as_integer=True)
write("types_small_pages_2", types, compression="zstd", data_page_size=1, write_batch_size=9, data_page_version="2.0",
      use_dictionary=["few", "text", "five", "double"], dictionary_pagesize_limit=100)

# More than a block of differences.
count = 300
rows = {
    "ascending32": pa.array(np.cumsum(random.integers(0, 9, count)).astype("int32")),
    "ascending64": pa.array(holed([i * 1_000_003 - 10**15 for i in range(count)], 6), pa.int64()),
    "any32": pa.array(ints("int32", count), pa.int32()), "any64": pa.array(holed(ints("int64", count), 9), pa.int64()),
    "unsigned64": pa.array(ints("uint64", count), pa.uint64()), "stamp": pa.array(range(count), pa.timestamp("us")),
}
for version in ("1.0", "2.0"):
    write(f"differences_{version[0]}", table("differences", pa.table(rows)), compression="zstd", use_dictionary=False,
          column_encoding={name: "DELTA_BINARY_PACKED" for name in rows}, data_page_version=version)

count = 130
strings = holed([f"https://example.org/{i // 10}/{'x' * (i % 5)}" for i in range(count)], 7)
rows = {"lengths": pa.array(strings), "prefixes": pa.array(strings), "bytes": pa.array([b"\xff" * (i % 40) for i in range(count)]),
        "fixed": pa.array(holed([b"id%06d" % (i * 37) for i in range(count)], 4), pa.binary(8)),
        "few_fixed": pa.array([b"ab" if i % 9 else b"cd" for i in range(count)], pa.binary(2))}
encodings = {"lengths": "DELTA_LENGTH_BYTE_ARRAY", "prefixes": "DELTA_BYTE_ARRAY", "bytes": "DELTA_BYTE_ARRAY",
             "fixed": "DELTA_BYTE_ARRAY", "few_fixed": "PLAIN"}
for version in ("1.0", "2.0"):
    write(f"strings_{version[0]}", table("strings", pa.table(rows)), compression="zstd", use_dictionary=False,
          column_encoding=encodings, data_page_version=version)

noise = random.normal(0, 1, count)
rows = {"float": pa.array(holed(noise.tolist(), 5), pa.float32()), "double": pa.array(holed(noise.tolist(), 6), pa.float64()),
        "int32": pa.array(ints("int32", count), pa.int32()), "int64": pa.array(holed(ints("int64", count), 8), pa.int64()),
        "fixed": pa.array(holed([b"%03d" % i for i in range(count)], 4), pa.binary(3)),
        "half": pa.array([np.float16(x) for x in noise], pa.float16())}
for version in ("1.0", "2.0"):
    write(f"streams_{version[0]}", table("streams", pa.table(rows)), compression="zstd", use_dictionary=False,
          column_encoding={name: "BYTE_STREAM_SPLIT" for name in rows}, data_page_version=version)

rows = {"flag": pa.array(holed([i // 20 % 2 == 0 or i % 3 == 0 for i in range(count)], 11)),
        "all": pa.array([True] * count)}
for version in ("1.0", "2.0"):
    write(f"flags_{version[0]}", table("flags", pa.table(rows)), use_dictionary=False, data_page_version=version,
          column_encoding={"flag": "RLE", "all": "RLE"})

# A dictionary that is given up within the chunk.
rows = {"text": pa.array([f"value {i // 2}" for i in range(400)]), "number": pa.array([i // 2 * 7 for i in range(400)])}
write("fallback", table("fallback", pa.table(rows)), dictionary_pagesize_limit=500, data_page_size=300,
      write_batch_size=50, compression="zstd")

stamps = [i * 86_400_000_000_123 - 10**18 for i in range(60)]
rows = {"stamp": pa.array(holed(stamps, 5), pa.timestamp("ns")), "plain": pa.array(stamps, pa.timestamp("ns"))}
name, rows = table("int96", pa.table(rows))
# Read as microseconds.
for column in expected["tables"][name].values():
    column[:] = [None if v is None else str(int(v) // 1000) for v in column]
write("int96", (name, rows), use_deprecated_int96_timestamps=True, use_dictionary=["stamp"], compression="zstd")

rows = {"before": pa.array([1, 2, 3]), "list": pa.array([[1], None, [2, 3]]), "after": pa.array(["a", "b", None]),
        "struct": pa.array([{"a": 1, "b": [1.5]}, None, {"a": 3, "b": []}]),
        "map": pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int64())), "last": pa.array([True, None, False])}
named = table("nested", pa.table(rows))
for column in ("list", "struct", "map"):
    expected["tables"]["nested"][column] = []
write("nested", named)

rows = {"number": pa.array([1.5, 2.5])}
for codec in ("brotli", "lz4"):
    write(f"refused_{codec}", table("refused", pa.table(rows)), compression=codec)
rows = pa.table({"number": pa.array([], pa.float64()), "text": pa.array([], pa.string())})
noted = rows.replace_schema_metadata({"note": "ünïcode", "empty": ""})
write("no_rows", table("no_rows", noted), store_schema=True)

(folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, separators=(",", ":")) + "\n")
sizes = sum(f.stat().st_size for f in folder.iterdir())
print(f"{folder}: {len(expected['files'])} files, {sizes} bytes, pyarrow {pa.__version__}")
