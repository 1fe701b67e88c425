"""What the box costs: the first page after a cold start, and memory while nothing happens"""

import time
from pathlib import Path
from urllib.request import urlopen

import psutil

from benchmarks.demo import example_school

RUNS = 3


def pss(pid: int) -> float:
    """A process's proportional set size, in MB: shared pages are divided among those who share them."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def main() -> None:
    """Print one table."""
    print("| run | first page after (s) | kiosk (MB) | admin (MB) | reader (MB) | together (MB) | keeper (MB) |")
    print("|---|---|---|---|---|---|---|")
    for run in range(1, RUNS + 1):
        began = time.perf_counter()
        with example_school() as (process, told):
            urlopen(told["kiosk"]).read()
            first_page = time.perf_counter() - began
            urlopen(f"{told['kiosk']}/scan").read()  # the reader's child starts with the scan page
            time.sleep(4)
            sizes = {}
            for child in psutil.Process(process.pid).children(recursive=True):
                name = child.cmdline()[-1]
                sizes[name] = pss(child.pid)
            parts = [sizes[name] for name in ("kiosk", "admin", "badges.reader")]
            shown = " | ".join(f"{size:.0f}" for size in (*parts, sum(parts), pss(process.pid)))
            print(f"| {run} | {first_page:.2f} | {shown} |")


if __name__ == "__main__":
    main()
