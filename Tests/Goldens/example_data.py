"""Makes the files of Examples/Data, which the README's commands read: a workbook, a database, a document and images.

  pip install numpy openpyxl python-docx pillow
  python Tests/Goldens/example_data.py
"""
import datetime
import pathlib
import sqlite3

import docx
import numpy
import openpyxl
from PIL import Image

random = numpy.random.default_rng(7)
folder = pathlib.Path(__file__).resolve().parents[2] / "Examples" / "Data"
folder.mkdir(parents=True, exist_ok=True)


def orders(count):
    """Large parcels that are long on their way come back more often."""
    for _ in range(count):
        price, weight, days = round(random.gamma(3, 20), 2), round(random.gamma(2, 1.5), 1), int(random.integers(1, 15))
        region = str(random.choice(["north", "south", "west"]))
        day = datetime.date(2026, 1, 1) + datetime.timedelta(days=int(random.integers(0, 300)))
        score = 0.5 * weight + 0.4 * days - 5 + (1 if region == "west" else 0)
        yield price, weight, region, day, days, "yes" if random.random() < 1 / (1 + numpy.exp(-2 * score)) else "no"


columns = ["price", "weight", "region", "ordered", "days", "returned"]
book = openpyxl.Workbook()
book.active.title = "Read me"
book.active.append(["The orders are on the next sheet."])
sheet = book.create_sheet("Orders")
sheet.append(columns)
for row in orders(200):
    sheet.append(row)
book.save(folder / "orders.xlsx")

(folder / "shop.db").unlink(missing_ok=True)
database = sqlite3.connect(folder / "shop.db")
database.execute("create table orders (price real, weight real, region text, ordered date, days integer)")
database.executemany("insert into orders values (?, ?, ?, ?, ?)", [(*r[:3], r[3].isoformat(), r[4]) for r in orders(30)])
database.commit()
database.close()

words = {
    "delivery": ["parcel", "late", "courier", "arrived", "door", "waiting", "address"],
    "invoice": ["invoice", "charged", "twice", "refund", "card", "amount", "paid"],
    "product": ["broken", "screw", "colour", "fits", "quality", "loose", "lid"],
}
document = docx.Document()
document.add_paragraph("Letters of customers and what they are about.")
table = document.add_table(rows=1, cols=2)
table.rows[0].cells[0].text, table.rows[0].cells[1].text = "letter", "topic"
for number in range(90):
    topic = list(words)[number % 3]
    common = random.choice(["the", "my", "was", "is", "please", "order", "and"], 5)
    own = random.choice(words[topic], 3)
    text = " ".join(random.permutation(numpy.concatenate([common, own])).tolist())
    cells = table.add_row().cells
    cells[0].text, cells[1].text = text, topic
document.save(folder / "letters.docx")


def picture(kind):
    height, width = (int(size) for size in random.integers(20, 33, 2))
    y, x = numpy.mgrid[0:height, 0:width]
    wave, shift = random.uniform(0.8, 1.3), random.uniform(0, 6)
    light = {
        "stripes": numpy.sin(wave * y + shift),
        "bars": numpy.sin(wave * x + shift),
        "checks": numpy.sin(wave * x + shift) * numpy.sin(wave * y + shift),
    }[kind]
    grey = numpy.clip(127 + 80 * light + random.normal(0, 15, light.shape), 0, 255).astype("uint8")
    return Image.fromarray(grey)


for kind in ["stripes", "bars", "checks"]:
    (folder / "photos" / kind).mkdir(parents=True, exist_ok=True)
    for number in range(15):
        picture(kind).save(folder / "photos" / kind / f"{number:02}.{['png', 'jpg', 'bmp'][number % 3]}")
(folder / "unseen").mkdir(exist_ok=True)
for number, kind in enumerate(["bars", "stripes", "checks", "bars"]):
    picture(kind).save(folder / "unseen" / f"{number}.png")
