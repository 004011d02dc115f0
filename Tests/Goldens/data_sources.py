"""Writes small workbooks, documents, texts, databases and images with the programs people use, for Tests/DataSourcesTests.

Run with Python 3.11 and: pip install openpyxl xlsxwriter python-docx pillow imagehash zstandard numpy
    python3 Tests/Goldens/data_sources.py
expected.json holds for each reading its location, options, columns and rows; a cell is null or a text that begins with its
kind: b: flag, i: integer, f: number, d: seconds since 1970, t: text. For images it holds the pixels as Pillow has them.
"""

import base64
import datetime as dt
import gzip
import hashlib
import json
import pathlib
import shutil
import sqlite3

import docx
import imagehash
import numpy as np
import openpyxl
import xlsxwriter
import zstandard
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from PIL import Image, ImageOps

folder = pathlib.Path(__file__).parent / "recorded" / "sources"
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
readings = []
pixels = {}


def cell(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return f"b:{str(value).lower()}"
    if isinstance(value, int):
        return f"i:{value}"
    if isinstance(value, float):
        return f"f:{value!r}"
    if isinstance(value, dt.datetime):
        return f"d:{value.replace(tzinfo=value.tzinfo or dt.timezone.utc).timestamp()!r}"
    if isinstance(value, dt.date):
        return cell(dt.datetime(value.year, value.month, value.day))
    return f"t:{value}"


def expect(location, columns, rows, **options):
    rows = [[cell(value) for value in row] for row in rows]
    readings.append({"location": location, "options": options, "columns": columns, "rows": rows})


# CSV


def table():
    rows = "".join(f"{i % 50},{['red', 'green', 'blue'][i * 7 % 3]}\n" for i in range(40_000))
    text = ("n,colour\n" + rows).encode()
    (folder / "table.csv.gz").write_bytes(gzip.compress(text, mtime=0))
    (folder / "table.csv.zst").write_bytes(zstandard.ZstdCompressor(level=19, write_checksum=True).compress(text))


# Workbooks


def orders():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Orders"
    sheet.append(["id", "customer", "when", "paid", "total", "note"])
    values = [
        [1.0, "Ürümqi & Söhne", dt.datetime(2024, 1, 31, 13, 45, 30), True, 12.5, None],
        [2.0, "  spaces  ", dt.datetime(1999, 12, 31), False, -0.25, "two\nlines"],
        [3.0, "<tag> \"quoted\"", dt.datetime(1900, 1, 1), True, 1e-300, "x" * 300],
        [4.0, "𝔘nicode 😀", dt.datetime(1900, 3, 1), None, 123456789012.0, "aAb"],
        [5.0, None, dt.datetime(2100, 2, 28, 0, 0, 1), False, 0.1, "=1+1 as text"],
    ]
    formats = ["yyyy-mm-dd hh:mm:ss", "dd/mm/yyyy", 'd" day "mmm\\-yy', "[$-409]mmmm d, yyyy;@", "m/d/yy h:mm"]
    for row, form in zip(values, formats):
        # openpyxl does not escape what Excel reads as an escape.
        sheet.append(["a_x0041_b" if value == "aAb" else value for value in row])
        sheet.cell(sheet.max_row, 3).number_format = form
        if row[5] and row[5].startswith("="):
            sheet.cell(sheet.max_row, 6).data_type = "s"
    sheet.append([])
    sheet.append([7.0, CellRichText(["plain ", TextBlock(InlineFont(b=True), "bold"), " end"]), None, None, None, None])
    values.append([7.0, "plain bold end", None, None, None, None])
    expect("orders.xlsx", ["id", "customer", "when", "paid", "total", "note"], values)
    expect("orders.xlsx", ["customer", "when"], [r[1:3] for r in values[:3]], range="B1:C4", sheet="Orders")

    other = book.create_sheet("Other things")
    other["B3"] = "size"
    other["C3"] = "size"
    other["E3"] = 2024
    other.merge_cells("B3:B4")
    other["C4"] = 1.5
    other["B5"] = "a"
    other.merge_cells("C5:E5")
    other["C5"] = "wide"
    other["C6"] = dt.timedelta(hours=30)
    other["D6"] = dt.time(12, 0)
    other["E6"] = 0.75
    other["E6"].number_format = '0.00" m";[Red]-0.00" m"'
    other["B7"] = "#N/A"
    other["B7"].data_type = "e"
    other["C7"] = "=1/0"
    names = ["size", "size_2", "column3", "2024"]
    rows = [[None, 1.5, None, None], ["a", "wide", None, None], [None, 1.25, 0.5, 0.75], [None] * 4]
    expect("orders.xlsx", names, rows, sheet="Other things")
    expect("orders.xlsx", names, rows, sheet="2")
    expect("orders.xlsx", ["size", "column2"], [[1.5, None], ["wide", None], [1.25, 0.5], [None, None]], sheet="2", range="C3:D7")
    book.create_sheet("Empty")
    book.save(folder / "orders.xlsx")

    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["day"])
    book.active.append([dt.datetime(1904, 1, 2)])
    book.active.append([dt.datetime(2024, 2, 29, 6)])
    book.save(folder / "epoch1904.xlsx")
    expect("epoch1904.xlsx", ["day"], [[dt.datetime(1904, 1, 2)], [dt.datetime(2024, 2, 29, 6)]])


def written():
    for name, options in [("writer.xlsx", {}), ("inline.xlsx", {"constant_memory": True})]:
        book = xlsxwriter.Workbook(folder / name, options)
        sheet = book.add_worksheet("Data")
        date = book.add_format({"num_format": 14})
        for column, header in enumerate(["n", "double", "word", "day", "flag"]):
            sheet.write(0, column, header)
        rows = []
        for row in range(1, 60):
            day = dt.datetime(2020, 1, 1) + dt.timedelta(days=row)
            sheet.write_number(row, 0, row)
            sheet.write_formula(row, 1, f"=A{row + 1}*2", None, row * 2)
            sheet.write_string(row, 2, f"word {row % 7}")
            sheet.write_datetime(row, 3, day, date)
            sheet.write_boolean(row, 4, row % 2 == 0)
            rows.append([float(row), float(row * 2), f"word {row % 7}", day, row % 2 == 0])
        book.close()
        expect(name, ["n", "double", "word", "day", "flag"], rows)


# Documents


def document():
    text = docx.Document()
    text.add_heading("A title", 0)
    text.add_paragraph("First paragraph with a\ttab and a\nbreak.")
    text.add_paragraph("")
    text.add_heading("Section", 1)
    paragraph = text.add_paragraph("Mixed ")
    paragraph.add_run("bold").bold = True
    paragraph.add_run(" and é<&>.")
    table = text.add_table(rows=3, cols=3)
    for r, row in enumerate([["name", "size", "size"], ["a", "1", ""], ["b", "2", "z"]]):
        for c, value in enumerate(row):
            table.cell(r, c).text = value
    text.add_paragraph("After the table", style="List Bullet")
    table = text.add_table(rows=3, cols=2)
    for r, row in enumerate([["k", "v"], ["tall", "1"], ["", "2"]]):
        for c, value in enumerate(row):
            table.cell(r, c).text = value
    table.cell(1, 0).merge(table.cell(2, 0))
    row = table.add_row()
    row.cells[0].text = "wide"
    row.cells[0].merge(row.cells[1])
    text.save(folder / "report.docx")
    expect(
        "report.docx",
        ["paragraph", "style", "text"],
        [
            [1, "Title", "A title"],
            [2, "Normal", "First paragraph with a\ttab and a\nbreak."],
            [4, "heading 1", "Section"],
            [5, "Normal", "Mixed bold and é<&>."],
            [6, "List Bullet", "After the table"],
        ],
    )
    expect("report.docx", ["name", "size", "size_2"], [["a", "1", None], ["b", "2", "z"]], table="1")
    expect("report.docx", ["k", "v"], [["tall\n", "1"], [None, "2"], ["wide", None]], table="2")


# Texts and JSON


def texts():
    objects = [
        {"id": 1, "name": "Ürümqi \"x\" \\ \n😀", "at": {"x": 1.5, "y": {"z": None}}, "tags": ["a", {"b": [1, 2.50]}]},
        {"id": 2**53 + 1, "ok": True, "at": {}},
        {"id": 10**30, "name": "", "big": 1e300, "nan": float("nan")},
        {"id": -3, "name": "\ud83d", "new": "2024-01-31", "f": 1.0, "tags": []},
    ]
    columns = ["id", "name", "at.x", "at.y.z", "tags", "ok", "big", "nan", "new", "f"]
    rows = [
        [1, "Ürümqi \"x\" \\ \n😀", 1.5, None, '["a",{"b":[1,2.5]}]', None, None, None, None, None],
        [2**53 + 1, None, None, None, None, True, None, None, None, None],
        [str(10**30), None, None, None, None, None, 1e300, None, None, None],
        [-3, "\ufffd", None, None, "[]", None, None, None, "2024-01-31", 1.0],
    ]
    lines = "".join(json.dumps(value) + "\n" for value in objects).encode()
    (folder / "objects.jsonl").write_bytes(lines)
    (folder / "objects.jsonl.gz").write_bytes(gzip.compress(lines[:40], mtime=0) + gzip.compress(lines[40:], mtime=0))
    (folder / "objects.jsonl.zst").write_bytes(zstandard.compress(lines))
    (folder / "objects.json").write_text(json.dumps(objects, indent=2))
    for name in ["objects.jsonl", "objects.jsonl.gz", "objects.jsonl.zst", "objects.json"]:
        expect(name, columns, rows)

    text = "First line\r\nsecond é\n\n  \nA new paragraph\nof two lines\n\nlast"
    (folder / "prose.txt").write_bytes(text.encode())
    (folder / "latin.txt").write_bytes("Zürich\nGenève".encode("latin-1"))
    (folder / "wide.txt").write_bytes("Zürich\nGenève".encode("utf-16"))
    numbered = [[1, "First line"], [2, "second é"], [5, "A new paragraph"], [6, "of two lines"], [8, "last"]]
    expect("prose.txt", ["line", "text"], numbered)
    paragraphs = [[1, "First line\nsecond é"], [2, "A new paragraph\nof two lines"], [3, "last"]]
    expect("prose.txt", ["paragraph", "text"], paragraphs, textUnit="paragraph")
    expect("prose.txt", ["file", "text"], [["prose.txt", text]], textUnit="file")
    for name in ["latin.txt", "wide.txt"]:
        expect(name, ["line", "text"], [[1, "Zürich"], [2, "Genève"]])

    for label, words in [("bad", ["awful", "poor"]), ("good", ["fine"])]:
        (folder / "reviews" / label).mkdir(parents=True)
        for index, word in enumerate(words):
            (folder / "reviews" / label / f"{index}.txt").write_text(word + "\nmore\n")
    rows = [["bad/0.txt", "bad", "awful\nmore\n"], ["bad/1.txt", "bad", "poor\nmore\n"], ["good/0.txt", "good", "fine\nmore\n"]]
    expect("reviews", ["file", "label", "text"], rows, textUnit="file")
    lines = [[f, l, n + 1, t] for f, l, text in rows for n, t in enumerate(text.split())]
    expect("reviews", ["file", "label", "line", "text"], lines)
    (folder / "parts").mkdir()
    (folder / "parts" / "1.jsonl").write_text('{"a": 1, "file": "x"}\n')
    (folder / "parts" / "2.jsonl").write_text('{"b": true}\n{"a": 2}\n')
    rows = [["1.jsonl", 1, "x", None], ["2.jsonl", None, None, True], ["2.jsonl", 2, None, None]]
    expect("parts", ["file", "a", "file_2", "b"], rows)


# Databases


def database():
    connection = sqlite3.connect(folder / "shop.db")
    connection.execute(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL, customer TEXT, day DATE, at DATETIME, paid BOOLEAN, photo BLOB)"
    )
    connection.execute('CREATE TABLE "odd ""name""" (x)')
    connection.execute("CREATE VIEW paid_orders AS SELECT id, total FROM orders WHERE paid")
    rows = [
        [1, 9.5, "Ürümqi", "2024-01-31", "2024-01-31 12:30:00", 1, b"\x00\x01"],
        [2, None, "", "not a day", None, 0, None],
        [2**62, -1.0, "x", None, "2024-01-31T12:30:00Z", None, b""],
    ]
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute('INSERT INTO "odd ""name""" VALUES (1.5), (\'a\')')
    connection.commit()
    connection.close()
    noon = dt.datetime(2024, 1, 31, 12, 30)
    columns = ["id", "total", "customer", "day", "at", "paid", "photo"]
    expected = [
        [1, 9.5, "Ürümqi", dt.date(2024, 1, 31), noon, True, None],
        [2, None, None, "not a day", None, False, None],
        [2**62, -1.0, "x", None, noon, None, None],
    ]
    expect("sqlite:shop.db?table=orders", columns, expected)
    expect("shop.db", columns, expected, table="Orders")
    expect("sqlite:shop.db?query=SELECT%20id%2C%20total%2B1%20AS%20t%20FROM%20paid_orders", ["id", "t"], [[1, 10.5]])
    expect("shop.db", ["x"], [[1.5], ["a"]], table='odd "name"')


# Images


def noise(height, width, channels, seed):
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (5, 7, channels), dtype=np.uint8).squeeze())
    return coarse.resize((width, height), Image.BICUBIC)


def image(name, picture, exact=True, **options):
    path = folder / "images" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, **options)
    opened = Image.open(path)
    stored = opened.size
    orientation = opened.getexif().get(0x0112, 1)
    shown = ImageOps.exif_transpose(opened)
    if shown.mode in ("RGBA", "LA") or "transparency" in shown.info:
        shown = shown.convert("RGBA")
        white = Image.new("RGB", shown.size, "white")
        white.paste(shown, mask=shown.getchannel("A"))
        shown = white
    grey = picture.mode in ("1", "L")
    shown = shown.convert("L" if grey else "RGB")
    raw = shown.tobytes()
    entry = {
        "stored": stored, "size": shown.size, "orientation": orientation, "channels": len(shown.getbands()),
        "phash": str(imagehash.phash(shown)), "sha256": hashlib.sha256(raw).hexdigest(), "exact": exact,
    }
    if not exact and shown.size[0] < 100:
        entry["pixels"] = base64.b64encode(raw).decode()
    pixels[name] = entry


def images():
    colour, grey = noise(28, 40, 3, 1), noise(28, 40, 1, 2)
    clear = colour.copy()
    clear.putalpha(grey)
    image("rgb.png", colour)
    image("grey.png", grey)
    image("alpha.png", clear)
    image("palette.png", colour.convert("P", palette=Image.ADAPTIVE, colors=16))
    image("bits.png", grey.convert("1"))
    image("a/photo.jpg", noise(150, 200, 3, 3), exact=False, quality=90)
    image("a/small.jpg", colour, exact=False, quality=90)
    image("a/grey.jpg", grey, exact=False, quality=80)
    image("a/progressive.jpeg", colour, exact=False, quality=70, progressive=True)
    image("a/inks.jpg", colour.convert("CMYK"), exact=False, quality=95, subsampling=0)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        image(f"b/turned{orientation}.jpg", colour, exact=False, quality=90, subsampling=0, exif=exif)
    exif = Image.Exif()
    exif[0x0112] = 6
    image("b/turned6.png", colour, exif=exif)
    image("b/picture.gif", colour)
    image("b/straight.gif", colour.convert("P", palette=Image.ADAPTIVE), interlace=0)
    holes = colour.convert("P", palette=Image.ADAPTIVE, colors=8)
    image("b/holes.gif", holes, transparency=3)
    image("rgb.bmp", colour)
    image("grey.bmp", grey)
    image("palette.bmp", colour.convert("P", palette=Image.ADAPTIVE, colors=32))
    image("bits.bmp", grey.convert("1"))
    image("narrow.bmp", noise(9, 3, 3, 5))
    image("tiny.png", noise(1, 1, 3, 6))
    image("tall.png", noise(300, 9, 1, 7))


table()
orders()
written()
document()
texts()
database()
images()
(folder / "expected.json").write_text(json.dumps({"readings": readings, "images": pixels}, indent=1, ensure_ascii=True))
print(len(readings), "readings,", len(pixels), "images")
