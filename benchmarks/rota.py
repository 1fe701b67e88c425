"""Planning a rota: ourselves, a plain CP-SAT model and scipy's milp (HiGHS), on the same blocks"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.demo import DROPIN
from benchmarks.rota_peers import before, term_in
from benchmarks.rota_terms import term, write_files
from mentoring.planning.optimiser.first_rota import Draft, block_of
from mentoring.planning.optimiser.task import Task

SMALL = ((12, 12, 1, 1), (40, 20, 1, 1))
HALF_TERMS = tuple((40, 60, 1, seed) for seed in (1, 2, 3))
YEAR = (120, 190, 6, 1)
PATIENCE = {SMALL: 20.0, HALF_TERMS: 60.0, (YEAR,): 90.0}  # seconds a peer may take for one term
PEERS = ("plain", "milp")
AIMS = "unfilled, spread, repeats, preferences"
# Runs a command and prints the most memory it took, in KiB. A process that is started counts from the peak of the one
# that starts it, so each run is started by a new, small one, not by this one, which has read every term before.
_MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def main() -> None:
    """Print one row a term and a planner, and whether all found the same optimum in every block."""
    print("| mentors x drop-ins (blocks), seed | planner | from start to end (s) | peak (MB) | proved |")
    print("|---|---|---|---|---|")
    notes = []
    for terms, patience in PATIENCE.items():
        for mentors, lunches, blocks, seed in terms:
            with tempfile.TemporaryDirectory(prefix="rota-") as name:
                shown = f"{mentors} x {lunches} ({blocks}), {seed}"
                notes.append(f"{shown}: {_term(shown, (mentors, lunches, blocks, seed), Path(name), patience)}")
    print("\nThe same optimum a block (" + AIMS + ")?\n")
    for note in notes:
        print(f"- {note}")


def _term(shown: str, size: tuple[int, int, int, int], folder: Path, patience: float) -> str:
    mentors, lunches, blocks, seed = size
    write_files(
        term(mentors=mentors, lunches=lunches, blocks=blocks, seed=seed), folder / "mentors.csv", folder / "term.csv"
    )
    files = ["--mentors", folder / "mentors.csv", "--drop-ins", folder / "term.csv", "--out", folder / "rota.csv"]
    told, seconds, peak = _run([DROPIN, "rota", "plan", *map(str, files)])
    print(f"| {shown} | ours | {seconds:.1f} | {peak:.0f} | {told['status']} |", flush=True)
    ours = reached(term_in(folder), folder)
    same = []
    for peer in PEERS:
        told, seconds, peak = _run([sys.executable, "-m", "benchmarks.rota_peers", peer, str(folder), str(patience)])
        solved = told["blocks"]
        proved = f"{len(solved)} of {blocks} blocks"
        print(f"| {shown} | {peer} | {seconds:.1f} | {peak:.0f} | {proved} |", flush=True)
        differ = [block for block in solved if solved[block] != ours[block]]
        same.append(f"{peer} {'differs in ' + ', '.join(differ) if differ else f'the same in {proved}'}")
    return "; ".join(same)


def reached(task: Task, folder: Path) -> dict[str, list[int]]:
    """What our rota is worth, block by block, counted anew from its file."""
    found = {}
    later = (*task.blocks[1:], None)
    for name, following in zip(task.blocks, later, strict=True):
        done = before(task, folder, name)
        through = before(task, folder, following)
        block = block_of(task, name, done)
        here = {(each.lunch, each.mentor) for each in through - done}
        rota = [{block.keys.index(who) for lunch, who in here if lunch == each.key} for each in block.lunches]
        worth = Draft(block, rota).worth()
        found[name] = [worth.unfilled, worth.spread, worth.repeats, -worth.disliked]
    return found


def _run(command: list[str]) -> tuple[dict[str, object], float, float]:
    """What it printed last as JSON, its seconds from start to end, and the peak of it or of a child of it, in MB."""
    began = time.perf_counter()
    measured = [sys.executable, "-I", "-S", "-c", _MEASURED, *command]
    printed = subprocess.run(measured, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    seconds = time.perf_counter() - began
    *lines, peak = printed.splitlines()
    return json.loads(lines[-1]), seconds, int(peak) / 1024


if __name__ == "__main__":
    main()
