"""Finds the best rota with CP-SAT, aim by aim, with a proof or a bound. Reads no file and no database.

It loads OR-Tools, which is heavy: only the child process (`admin/planning/optimiser_child.py`) imports it.

Why it is fast: where a rota reaches a bound found by counting, the solver is not run. Otherwise everybody's number of
duties is limited to a window, which makes the solver's bounds tight. The first model ignores repeated pairs: its bound
is valid with them too, and annealing (`first_rota.py`) often removes the repeats. If some remain, pairs are added to
the model; in a large block only the pairs that a found rota repeats.
"""

import math
from collections.abc import Callable, Iterable
from itertools import combinations

from ortools.sat.python import cp_model

from mentoring.planning.optimiser.first_rota import Block, Draft, Rota, Worth, anneal, block_of, first_rota
from mentoring.planning.optimiser.reasons import tell
from mentoring.planning.optimiser.task import Aim, Found, Place, Plan, Settled, Task
from mentoring.school.school_year import monday_of

# words

WORKERS = 2
SEED = 5
_MOST_MEETINGS = 60_000  # of two mentors on a drop-in that one model watches at once, for the sake of memory
_SHARE = 0.6  # of the time a block has left that one aim may use

Say = Callable[[Found], None]


class _Model:
    """The CP-SAT model of one block: a Boolean for each mentor on each drop-in, and the constraints."""

    def __init__(self, block: Block, *, low: int, high: int) -> None:
        self.block = block
        self.cp = cp_model.CpModel()
        self.x = [{who: self.cp.new_bool_var("") for who in may} for may in block.may]
        self.filled = sum(var for row in self.x for var in row.values())
        self.watched: dict[tuple[int, int], cp_model.IntVar] = {}
        for d in range(len(block.lunches)):
            self._fill(d)
            self._lead(d)
            self._keep_apart(d)
            self._one_at_a_time(d)
        self._weeks()
        for who, before in enumerate(_before(block)):
            duties = [row[who] for row in self.x if who in row]
            self.cp.add_linear_constraint(sum(duties), low - before, high - before)

    def aim(self, aim: Aim) -> cp_model.LinearExprT:
        """The expression to minimise for an aim."""
        block = self.block
        match aim:
            case Aim.UNFILLED:
                return block.wanted - self.filled
            case Aim.SPREAD:
                return 0  # constant: the model's window of duties fixes it
            case Aim.REPEATS:
                start = Draft(block)
                there = sum(max(0, start.times[pair] - 1) for pair in self.watched)
                return start.repeats - there + sum(self.watched.values())
            case Aim.PREFERENCES:
                pinned = sum(len(on & liking) for on, liking in zip(block.pinned, block.likes, strict=True))
                return -pinned - sum(
                    row[who] for row, liking in zip(self.x, block.likes, strict=True) for who in row if who in liking
                )
            case Aim.MOVED:
                return sum(1 - self._there(who, d) for d, on in enumerate(block.today) for who in on)

    def watch(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Count how often these pairs meet beyond the first time."""
        for one, other in pairs:
            if (one, other) in self.watched:
                continue
            meetings = []
            for d in range(len(self.block.lunches)):
                a, b = self._there(one, d), self._there(other, d)
                if isinstance(a, int) or isinstance(b, int):
                    meetings.append(a * b)
                else:
                    both = self.cp.new_bool_var("")
                    self.cp.add_bool_or([a.negated(), b.negated(), both])
                    meetings.append(both)
            before = self.block.times.get((one, other), 0)
            beyond = self.cp.new_int_var(max(0, before - 1), before + len(meetings), "")
            self.cp.add(beyond >= before + sum(meetings) - 1)
            self.watched[one, other] = beyond

    def _there(self, who: int, d: int) -> "cp_model.IntVar | int":
        return 1 if who in self.block.pinned[d] else self.x[d].get(who, 0)

    def _fill(self, d: int) -> None:
        places = max(0, self.block.lunches[d].places - len(self.block.pinned[d]))
        self.cp.add(sum(self.x[d].values()) <= places)

    def _lead(self, d: int) -> None:
        block = self.block
        if not block.wants_leader(d):
            return
        with_them = sum(var for who, var in self.x[d].items() if block.experienced[who])
        others = sum(var for who, var in self.x[d].items() if not block.experienced[who])
        free = block.lunches[d].places - len(block.pinned[d])
        self.cp.add(others <= max(0, free - 1) * with_them)

    def _keep_apart(self, d: int) -> None:
        for one, other in combinations(self.x[d], 2):
            if other in self.block.apart[one]:
                self.cp.add_at_most_one(self.x[d][one], self.x[d][other])

    def _one_at_a_time(self, d: int) -> None:
        """Add the constraint that each mentor is on at most one of the drop-ins that run when this one begins."""
        lunches = self.block.lunches
        running = [e for e in self.block.meets[d] if (lunches[e].start, e) < (lunches[d].start, d)]
        for who, var in self.x[d].items():
            if others := [self.x[e][who] for e in running if who in self.x[e]]:
                self.cp.add_at_most_one(var, *others)

    def _weeks(self) -> None:
        for (who, week), room in self.block.room_left.items():
            duties = [
                row[who] for row, each in zip(self.x, self.block.week, strict=True) if each == week and who in row
            ]
            if len(duties) > room:
                self.cp.add(sum(duties) <= room)


class _Listener(cp_model.CpSolverSolutionCallback):  # type: ignore[misc] # its annotations are skipped
    """The solver's callback for each better rota."""

    def __init__(self, model: _Model, heard: Callable[[Rota], None]) -> None:
        super().__init__()
        self._model = model
        self._heard = heard

    def on_solution_callback(self) -> None:
        self._heard(
            [
                set(on) | {who for who, var in row.items() if self.boolean_value(var)}
                for on, row in zip(self._model.block.pinned, self._model.x, strict=True)
            ]
        )


class _Work:
    """One block's planning: the best rota so far, and what is settled about it."""

    def __init__(
        self,
        block: Block,
        name: str,
        rota: Rota,
        *,
        until: float,
        ticks: Callable[[], float],
        changed: Callable[["_Work"], None],
    ) -> None:
        self.block = block
        self.name = name
        self.best = rota
        self.worth = Draft(block, rota).worth()
        self.settled: list[Settled] = []
        self._until = until
        self._ticks = ticks
        self._changed = changed
        self._windows = [(0, max(block.before, default=0) + len(block.lunches))]
        self._can_meet = can_meet(block)
        self._is_large = sum(len(may) ** 2 // 2 for may in block.may) > _MOST_MEETINGS
        self._watched: set[tuple[int, int]] = set()
        self._last: Aim | None = None

    def run(self, *, anew: bool) -> None:
        """Settle every aim in turn."""
        self._last = Aim.MOVED if anew else Aim.PREFERENCES
        self._settle(Aim.UNFILLED, fewest_unfilled(self.block))
        self._settle_spread()
        repeats, disliked = fewest_repeats(self.block, self.worth.unfilled), -most_preferences(self.block)
        if (self.worth.repeats, self.worth.disliked) > (repeats, disliked) and self._has_time():
            # Without watched pairs it is fast, and its bound on preferences holds with repeats too.
            found, disliked = self._solve(Aim.PREFERENCES, disliked, settled=(Aim.UNFILLED,))
            self._anneal(found, repeats, disliked)
            self._watch(found)
        self._settle(Aim.REPEATS, repeats)
        self._settle(Aim.PREFERENCES, disliked)
        if anew:
            self._settle(Aim.MOVED, 0)
        # What was found late may be better in an earlier aim, where time was too short to settle that one.
        self.settled = [
            _settled(self.name, each.aim, best, min(best, _sign(each.aim) * each.bound))
            for each in self.settled
            for best in (_of(self.worth, each.aim),)
        ]

    def offer(self, rota: Rota) -> None:
        """Keep a rota if it is better than the best."""
        worth = Draft(self.block, rota).worth()
        if worth < self.worth:
            self.best, self.worth = [set(on) for on in rota], worth
            if self.settled:
                last = self.settled[-1]
                self._say(last.aim, _sign(last.aim) * last.bound)

    def _settle(self, aim: Aim, bound: int) -> None:
        """Improve the rota and the bound of one aim until both are equal, time is up, or nothing new is left to try."""
        self._begin(aim, bound)
        while _of(self.worth, aim) > bound and self._has_time():
            found, bound = self._solve(aim, bound, settled=tuple(each.aim for each in self.settled[:-1]))
            self._say(aim, bound)
            if aim is Aim.UNFILLED:
                break  # repeats do not matter for this aim, so the solver's answer is final
            if _of(self.worth, aim) > bound and aim is not Aim.MOVED:
                self._anneal(found, *((bound, 0) if aim is Aim.REPEATS else (self.worth.repeats, bound)))
            if not self._watch(found):
                break
        self._say(aim, bound)

    def _settle_spread(self) -> None:
        """Find the smallest spread of duties: try windows from the narrowest to wider ones."""
        self._begin(Aim.SPREAD, 0)
        spread = 0
        while spread < self.worth.spread and self._has_time():
            lows = windows(self.block, self.worth.unfilled, spread)
            if not all(self._is_impossible(low, low + spread) for low in lows):
                break
            spread += 1
            self._say(Aim.SPREAD, min(spread, self.worth.spread))
        self._windows = [
            (low, low + self.worth.spread) for low in windows(self.block, self.worth.unfilled, self.worth.spread)
        ]

    def _is_impossible(self, low: int, high: int) -> bool:
        """Whether it is proved that no rota gives everybody from `low` to `high` duties; one that does is kept."""
        model = self._model(low, high, (Aim.UNFILLED,))
        status = self._solver().solve(model.cp, _Listener(model, self.offer))
        return bool(status == cp_model.INFEASIBLE)

    def _solve(self, aim: Aim, bound: int, *, settled: tuple[Aim, ...]) -> tuple[Rota, int]:
        """The best rota the solver finds for one aim, with what is settled kept, and the bound it proves.

        The rota may repeat pairs that are not watched; the bound holds all the same.
        """
        duties = Draft(self.block, self.best).duties
        found, reached, proved = self.best, self._seen(self.best, aim), None
        # The window of the best rota comes first, because that rota is the solver's starting point.
        for low, high in sorted(self._windows, key=lambda window: min(duties) < window[0] or max(duties) > window[1]):
            model = self._model(low, high, settled)
            objective = model.aim(aim)
            model.cp.add(objective >= bound)
            model.cp.add(objective <= reached - (proved is not None))
            model.cp.minimize(objective)
            solver = self._solver(1.0 if self.settled[-1].aim is self._last else _SHARE)
            if len(self._windows) == 1 and self.settled[-1].aim is aim:
                solver.best_bound_callback = lambda known: self._say(aim, max(bound, math.ceil(known - 0.001)))
            latest: list[Rota] = []

            def heard(rota: Rota, latest: list[Rota] = latest) -> None:
                latest.append(rota)
                self.offer(rota)

            status = solver.solve(model.cp, _Listener(model, heard))
            if latest:
                found, reached = latest[-1], round(solver.objective_value)
            if status == cp_model.INFEASIBLE:
                here = reached
            elif status == cp_model.UNKNOWN:
                here = bound
            else:
                here = round(solver.best_objective_bound)
            proved = here if proved is None else min(proved, here)
        return found, bound if proved is None else max(bound, min(proved, reached))

    def _model(self, low: int, high: int, settled: tuple[Aim, ...]) -> _Model:
        model = _Model(self.block, low=low, high=high)
        model.watch(sorted(self._watched))
        for each in settled:
            if each is not Aim.SPREAD:
                model.cp.add(model.aim(each) <= _of(self.worth, each))
        for on, row in zip(self.best, model.x, strict=True):
            for who, var in row.items():
                model.cp.add_hint(var, who in on)
        return model

    def _solver(self, share: float = _SHARE) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = WORKERS
        solver.parameters.random_seed = SEED
        solver.parameters.max_time_in_seconds = max(0.01, share * (self._until - self._ticks()))
        return solver

    def _seen(self, rota: Rota, aim: Aim) -> int:
        """The aim as the model counts it, which sees only the repeats of watched pairs."""
        draft, start = Draft(self.block, rota), Draft(self.block)
        if aim is not Aim.REPEATS:
            return _of(draft.worth(), aim)
        return start.repeats + sum(
            max(0, draft.times[pair] - 1) - max(0, start.times[pair] - 1) for pair in self._watched
        )

    def _watch(self, found: Rota) -> bool:
        """Watch the pairs that this rota repeats, or all where they are not too many; False if nothing is new."""
        again = {pair for pair, times in Draft(self.block, found).times.items() if times > 1}
        more = (again if self._is_large else self._can_meet) - self._watched
        self._watched |= more
        return bool(again) and bool(more)

    def _anneal(self, rota: Rota, repeats: int, disliked: int) -> None:
        self.offer(
            anneal(
                self.block,
                rota,
                spread=self.worth.spread,
                repeats=repeats,
                liked=-disliked,
                ticks=self._ticks,
                until=self._until,
            )
        )

    def _begin(self, aim: Aim, bound: int) -> None:
        self.settled.append(_settled(self.name, aim, _of(self.worth, aim), bound))
        self._changed(self)

    def _say(self, aim: Aim, bound: int) -> None:
        self.settled[-1] = _settled(self.name, aim, _of(self.worth, aim), bound)
        self._changed(self)

    def _has_time(self) -> bool:
        return self._ticks() < self._until


# rules


def plan(task: Task, *, seconds: float, ticks: Callable[[], float], say: Say = lambda _: None) -> Plan:
    """The best rota for a task, found within so many seconds of `ticks`, which goes forward in seconds.

    Blocks come one after another. `say` is called with every better rota and every better bound.
    """
    began = ticks()
    done: frozenset[Place] = frozenset()
    settled: list[Settled] = []
    blocks = task.blocks
    for number, name in enumerate(blocks):
        rest = _Rest(task, blocks[number:])
        earlier, proved = done, list(settled)

        def changed(
            work: _Work, rest: "_Rest" = rest, earlier: frozenset[Place] = earlier, proved: list[Settled] = proved
        ) -> None:
            say(Found(rest.after(earlier | work.block.places(work.best)), (*proved, *work.settled)))

        block = block_of(task, name, done)
        today = None if task.today is None else [set(on) for on in block.today]
        until = ticks() + (began + seconds - ticks()) / (len(blocks) - number)
        work = _Work(block, name, first_rota(block, today), until=until, ticks=ticks, changed=changed)
        changed(work)
        work.run(anew=today is not None)
        done |= block.places(work.best)
        settled += work.settled
    return tell(task, Found(done, tuple(settled)), seconds=ticks() - began)


class _Rest:
    """A greedy rota for the blocks not planned yet, so that the rota is complete whenever planning is stopped."""

    def __init__(self, task: Task, blocks: tuple[str, ...]) -> None:
        self._task = task
        self._blocks = blocks[1:]
        weeks = {monday_of(each.date) for each in task.lunches if each.block == blocks[0]}
        self._touches = any(monday_of(each.date) in weeks for each in task.lunches if each.block in self._blocks)
        self._made: frozenset[Place] | None = None

    def after(self, done: frozenset[Place]) -> frozenset[Place]:
        """`done`, and a first rota of all that follows it."""
        if self._made is None or self._touches:  # they share a week with this block, so the rota may not fit
            whole = done
            for name in self._blocks:
                block = block_of(self._task, name, whole)
                whole |= block.places(first_rota(block))
            self._made = whole - done
        return done | self._made


def fewest_unfilled(block: Block) -> int:
    """How many places can never be taken, because too few mentors may be there."""
    return sum(
        max(0, lunch.places - len(on) - len(may))
        for lunch, on, may in zip(block.lunches, block.pinned, block.may, strict=True)
    )


def windows(block: Block, unfilled: int, spread: int) -> list[int]:
    """Each minimum number of duties that is possible with exactly that spread, as far as sums tell."""
    least = _before(block)
    most = [now + _most_more(block, who) for who, now in enumerate(least)]
    total = sum(least) + block.wanted - unfilled
    return [low for low in range(min(most, default=0) + 1) if _adds_up(least, most, low, low + spread, total)]


def _adds_up(least: list[int], most: list[int], low: int, high: int, total: int) -> bool:
    """Whether duties within these bounds can add up to the total with somebody at `low` and somebody at `high`."""
    if any(now > high for now in least) or any(can < low for can in most):
        return False
    floor, ceiling = [max(now, low) for now in least], [min(can, high) for can in most]
    lowest = sum(floor) + min(
        (high - now for now, can in zip(floor, ceiling, strict=True) if can == high), default=total + 1
    )
    highest = sum(ceiling) - min(
        (can - low for now, can in zip(floor, ceiling, strict=True) if now == low), default=total + 1
    )
    return lowest <= total <= highest


def fewest_repeats(block: Block, unfilled: int) -> int:
    """A lower bound on repeats with so many places unfilled, from the number of pairs that have not met."""
    start = Draft(block)
    if unfilled:
        return start.repeats
    meetings = sum(
        lunch.places * (lunch.places - 1) // 2 - len(on) * (len(on) - 1) // 2
        for lunch, on in zip(block.lunches, block.pinned, strict=True)
        if len(on) <= lunch.places
    )
    fresh = sum(start.times[pair] == 0 for pair in can_meet(block))
    return start.repeats + max(0, meetings - fresh)


def most_preferences(block: Block) -> int:
    """An upper bound on the preferences met: the best for each place, independently of the others."""
    return sum(
        len(on & liking) + min(max(0, lunch.places - len(on)), len(liking.intersection(may)))
        for lunch, on, may, liking in zip(block.lunches, block.pinned, block.may, block.likes, strict=True)
    )


def _before(block: Block) -> list[int]:
    """Everybody's duties before anything is planned, the pinned ones too."""
    return [before + sum(who in on for on in block.pinned) for who, before in enumerate(block.before)]


def _most_more(block: Block, who: int) -> int:
    """How many more duties a mentor could get at most, added up by week."""
    chances: dict[int, int] = {}
    for may, week in zip(block.may, block.week, strict=True):
        chances[week] = chances.get(week, 0) + (who in may)
    return sum(min(count, block.room_left[who, week]) for week, count in chances.items())


def can_meet(block: Block) -> set[tuple[int, int]]:
    """Every pair that some rota could put together, or that is pinned together."""
    pairs: set[tuple[int, int]] = set()
    for d, lunch in enumerate(block.lunches):
        here = sorted({*block.may[d], *block.pinned[d]})
        needs = lunch.places == 2 and block.wants_leader(d) and not block.pinned[d]
        pairs.update(
            (one, other)
            for one, other in combinations(here, 2)
            if other not in block.apart[one] and (not needs or block.experienced[one] or block.experienced[other])
        )
    return pairs


def _of(worth: Worth, aim: Aim) -> int:
    """One aim of a rota's worth, the smaller the better."""
    return worth.key[list(Aim).index(aim)]


def _sign(aim: Aim) -> int:
    return -1 if aim is Aim.PREFERENCES else 1


def _settled(block: str, aim: Aim, best: int, bound: int) -> Settled:
    """The result of one aim, where preferences are counted as a positive number."""
    return Settled(block, aim, _sign(aim) * best, _sign(aim) * bound)
