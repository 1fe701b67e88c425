"""What a careful reader of the manuals would write instead: all aims in one model, one after another

`python -m benchmarks.rota_peers plain|milp FOLDER SECONDS`: every block of the term in FOLDER, after the places that
our rota there gives to the blocks before it, so that all solve the same blocks. One JSON line.
"""

import csv
import json
import sys
import time
from itertools import combinations
from pathlib import Path

import numpy
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from mentoring.planning.optimiser.first_rota import Block, Draft, block_of
from mentoring.planning.optimiser.task import Place, Task
from mentoring.planning.optimiser.term_files import read_term

Terms = list[tuple[int, int]]  # a coefficient and a variable each
Rows = list[tuple[Terms, float, float]]  # least, most
INFINITE = float("inf")


class Whole:
    """One block as one model: variables with an upper bound, rows over them, and the four aims to be made small."""

    def __init__(self, block: Block) -> None:
        self.upper: list[int] = []
        self.rows: Rows = []
        self.x = [{who: self._new(1) for who in may} for may in block.may]
        everybody = [(-1, var) for row in self.x for var in row.values()]
        self._rules(block)
        self.aims: list[tuple[Terms, int]] = [(everybody, block.wanted)]
        self._spread(block)
        self._repeats(block)
        liked = [
            (-1, var)
            for row, likes in zip(self.x, block.likes, strict=True)
            for who, var in row.items()
            if who in likes
        ]
        self.aims.append((liked, 0))

    def _new(self, upper: int) -> int:
        self.upper.append(upper)
        return len(self.upper) - 1

    def _rules(self, block: Block) -> None:
        for d, row in enumerate(self.x):
            places = block.lunches[d].places
            self.rows.append(([(1, var) for var in row.values()], 0, places))
            led = [(-1, var) for who, var in row.items() if block.experienced[who]]
            if places >= 2:
                self.rows += [
                    ([(1, var), *led], -INFINITE, 0) for who, var in row.items() if not block.experienced[who]
                ]
            for one, other in combinations(row, 2):
                if other in block.apart[one]:
                    self.rows.append(([(1, row[one]), (1, row[other])], 0, 1))
            for e in block.meets[d]:
                both = row.keys() & self.x[e].keys() if e > d else ()
                self.rows += [([(1, row[who]), (1, self.x[e][who])], 0, 1) for who in both]
        for (who, week), room in block.room_left.items():
            duties = [(1, row[who]) for row, at in zip(self.x, block.week, strict=True) if at == week and who in row]
            self.rows.append((duties, 0, room))

    def _spread(self, block: Block) -> None:
        highest = max(block.before, default=0) + len(block.lunches)
        least, most = self._new(highest), self._new(highest)
        for who, before in enumerate(block.before):
            duties = [(1, row[who]) for row in self.x if who in row]
            self.rows.append(([*duties, (-1, least)], -before, INFINITE))
            self.rows.append(([*duties, (-1, most)], -INFINITE, -before))
        self.aims.append(([(1, most), (-1, least)], 0))

    def _repeats(self, block: Block) -> None:
        start = Draft(block)
        beyond: Terms = []
        fixed = start.repeats
        for one, other in combinations(range(len(block.keys)), 2):
            together = [row for row in self.x if one in row and other in row]
            before = start.times[one, other]
            if len(together) + before < 2 or not together or other in block.apart[one]:
                continue
            both = [self._new(1) for _ in together]
            for var, row in zip(both, together, strict=True):
                self.rows.append(([(1, var), (-1, row[one]), (-1, row[other])], -1, INFINITE))
            extra = self._new(len(both) + before)
            self.rows.append(([(1, extra), *((-1, var) for var in both)], before - 1, INFINITE))
            fixed -= max(0, before - 1)
            beyond.append((1, extra))
        self.aims.append((beyond, fixed))


def plain(block: Block, until: float) -> list[int] | None:
    """CP-SAT, two workers, aim after aim with the last rota as a hint; None if time was up."""
    whole = Whole(block)
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, upper, "") for upper in whole.upper]
    for terms, least, most in whole.rows:
        low, high = (
            (cp_model.INT_MIN if least == -INFINITE else int(least)),
            (cp_model.INT_MAX if most == INFINITE else int(most)),
        )
        model.add_linear_constraint(sum(n * variables[var] for n, var in terms), low, high)
    reached = []
    for terms, fixed in whole.aims:
        objective = sum(n * variables[var] for n, var in terms)
        model.minimize(objective)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 2
        solver.parameters.max_time_in_seconds = max(0.01, until - time.monotonic())
        if solver.solve(model) != cp_model.OPTIMAL:
            return None
        reached.append(round(solver.objective_value) + fixed)
        model.add(objective <= round(solver.objective_value))
        model.clear_hints()
        for var in variables:
            model.add_hint(var, solver.value(var))
    return reached


def highs(block: Block, until: float) -> list[int] | None:
    """scipy's milp, aim after aim; None if time was up."""
    whole = Whole(block)
    rows = list(whole.rows)
    reached = []
    for terms, fixed in whole.aims:
        costs = numpy.zeros(len(whole.upper))
        for n, var in terms:
            costs[var] += n
        cells = [(n, row, var) for row, (each, _, _) in enumerate(rows) for n, var in each]
        numbers, at, of = zip(*cells, strict=True)
        matrix = coo_array((numbers, (at, of)), shape=(len(rows), len(whole.upper))).tocsr()
        limits = LinearConstraint(matrix, [least for _, least, _ in rows], [most for _, _, most in rows])
        answer = milp(
            costs,
            integrality=numpy.ones(len(whole.upper)),
            bounds=Bounds(0, whole.upper),
            constraints=limits,
            options={"time_limit": max(0.01, until - time.monotonic())},
        )
        if answer.status != 0:
            return None
        reached.append(round(answer.fun) + fixed)
        rows.append((terms, -INFINITE, round(answer.fun)))
    return reached


def main(peer: str, folder: Path, seconds: float) -> None:
    """Solve block after block until the time is up."""
    task = term_in(folder)
    began = time.monotonic()
    solve = {"plain": plain, "milp": highs}[peer]
    reached: dict[str, list[int]] = {}
    for name in task.blocks:
        found = solve(block_of(task, name, before(task, folder, name)), began + seconds)
        if found is None:
            break
        reached[name] = [*found[:3], -found[3]]
    sys.stdout.write(json.dumps({"blocks": reached, "seconds": time.monotonic() - began}) + "\n")


def term_in(folder: Path) -> Task:
    """The term that the folder's files hold."""
    mentors, lunches = (folder / name for name in ("mentors.csv", "term.csv"))
    read = read_term(mentors.read_bytes(), lunches.read_bytes(), mentor_file="mentors", lunch_file="term")
    if read.task is None:
        raise SystemExit("\n".join(map(str, read.faults)))
    return read.task


def before(task: Task, folder: Path, block: str | None) -> frozenset[Place]:
    """What our rota in the folder gives to the blocks before this one; to all without one."""
    earlier = set(task.blocks[: task.blocks.index(block)] if block else task.blocks)
    lunches = {each.key for each in task.lunches if each.block in earlier}
    with (folder / "rota.csv").open(newline="", encoding="utf-8") as file:
        places = [Place(f"{row['date']} {row['start']} {row['room']}", row["mentor"]) for row in csv.DictReader(file)]
    return frozenset(each for each in places if each.lunch in lunches)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
