"""Files of readings as a pandas frame with units and local times: seconds, and the memory of the whole process.

    python benchmarks/bench_readings.py [--quick] [--files N] [--megabytes N]

By default 500 files of a meter's day, and one of 55 MB. The bar is 200 MB of resident memory at the end, pandas and
NumPy included. The frame is made in a process of its own, by the few lines in ``PROGRAM``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

BAR = 200
"""Megabytes: what a small container has."""
PROGRAM = """
import resource, sys, time
from zoneinfo import ZoneInfo
from cimbus import readings

frame = readings.to_pandas(sys.argv[1], zone=ZoneInfo("Europe/Berlin"))
print(len(frame), time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
HEAD = (
    '<EventMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>created</Verb><Noun>MeterReadings</Noun>'
    '</Header><Payload><MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">'
)
TAIL = "</MeterReadings></Payload></EventMessage>"


def day(meter: int) -> str:
    """Return a day of quarter hours of one meter, each with a quality: about 17 kB."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    values = "".join(
        f"<IntervalReadings><timeStamp>{start + timedelta(minutes=15 * n):%Y-%m-%dT%H:%M:%SZ}</timeStamp>"
        f"<value>{n * 0.013:.3f}</value>"
        '<ReadingQualities><ReadingQualityType ref="1.0.0"/></ReadingQualities></IntervalReadings>'
        for n in range(96)
    )
    kind = '<ReadingType ref="0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"/>'
    name = f"<Meter><mRID>meter-{meter:06d}</mRID></Meter>"
    return f"<MeterReading><IntervalBlocks>{values}{kind}</IntervalBlocks>{name}</MeterReading>"


def write(folder: Path, files: int, megabytes: float) -> int:
    """Write the files; return how many readings are in them."""
    for number in range(files):
        (folder / f"{number:04d}.xml").write_text(HEAD + day(number) + TAIL, encoding="utf-8")
    meters, size = 0, 0
    with (folder / "large.xml").open("w", encoding="utf-8") as out:
        out.write(HEAD)
        while size < megabytes * 1e6:
            size += out.write(day(meters))
            meters += 1
        out.write(TAIL)
    return 96 * (files + meters)


def main() -> int:
    """Run it once; the exit code says whether the rows are complete and the memory is within the bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="20 files and one of 3 MB")
    parser.add_argument("--repeat", type=int, default=1, help="runs")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--megabytes", type=float, default=55)
    options = parser.parse_args()
    files, megabytes = (20, 3.0) if options.quick else (options.files, options.megabytes)
    good = True
    with tempfile.TemporaryDirectory() as name:
        expected = write(Path(name), files, megabytes)
        for _ in range(options.repeat):
            command = [sys.executable, "-c", PROGRAM, name]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            rows, seconds, resident = done.stdout.split()
            print(f"{rows} readings, {float(seconds):.1f} s of CPU, {resident} MB resident (bar: {BAR} MB)")
            good = good and int(rows) == expected and int(resident) <= BAR
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
