"""Plan a rota: a proposal beside the rota as it is, with its reasons. The rota changes only when somebody uses it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.planning.proposals import Proposal, Proposals, key_of, task_of
from admin.planning.rota import asked_stretch
from admin.planning.sentences import rota_fault
from mentoring.basics.forms import Fault
from mentoring.people import mentors
from mentoring.planning import rota, rota_file
from mentoring.planning.optimiser.task import Aim, Found, Place, Plan, Status, by_lunch, measure
from mentoring.planning.rota import DropInToPlan, ToPlan
from mentoring.school import school_year
from mentoring.store import journal

pages = Blueprint("rota_plan", __name__, url_prefix="/rota/plan")

SECONDS = {"20": "20 seconds", "60": "a minute", "300": "five minutes"}
PATIENCE = 1.5  # seconds that a response waits, so that a small plan is ready when the page is shown
AIMS = {
    Aim.UNFILLED: "Places that stay empty",
    Aim.SPREAD: "Difference in duties between the busiest mentor and the least busy",
    Aim.REPEATS: "Pairs that meet again",
    Aim.PREFERENCES: "Preferences met",
    Aim.MOVED: "Mentors moved from where they are now",
}
STATUS = {
    Status.OPTIMAL: "Nothing better exists: every aim is proved.",
    Status.FEASIBLE: "The best that was found in the time; where it says so, a better one may exist.",
    Status.IMPOSSIBLE: "Some places nobody can take; the rest is planned as well as was found.",
}


@dataclass(frozen=True)
class Row:
    """One drop-in of the proposal: who is due now, who is proposed, who of them is new, and why."""

    drop_in: DropInToPlan
    before: tuple[str, ...]
    planned: tuple[str, ...]
    new: frozenset[str]
    why: str

    @property
    def is_changed(self) -> bool:
        """Whether the proposal differs from the rota as it is."""
        return set(self.before) != set(self.planned)


@dataclass(frozen=True)
class Figure:
    """One aim: its value now if it has one, its value in the plan, and how far it is proved, in words."""

    words: str
    before: int | None
    planned: int
    proved: str


@pages.get("")
def choose() -> str:
    """The form: what there is to plan, and how long to search."""
    return _choose_page()


@pages.post("")
def begin() -> AnyResponse | tuple[str, int]:
    """Start to plan the drop-ins that have not begun."""
    chosen, asked = asked_stretch(), _asked()
    if not asked.drop_ins or not asked.mentors or _in_the_way(asked):
        return _choose_page(), 422
    names = rota_file.names_of(mentors.mentors(g.db))
    task = task_of(asked, names=names, zone=school_year.zone(g.db), keep=request.form.get("keep") == "yes")
    seconds = request.form.get("seconds", "")
    limit = float(seconds if seconds in SECONDS else "60")
    work = _plans().begin(asked, task, half=chosen.id, seconds=limit, now=g.now)
    work.done.wait(PATIENCE)
    return redirect(url_for("rota_plan.plan", plan_id=work.id), 303)


@pages.get("/<plan_id>")
def plan(plan_id: str) -> str:
    """The progress of the search, then the proposal."""
    return _plan_page(_find(plan_id))


@pages.get("/<plan_id>.json")
def plan_json(plan_id: str) -> Response:
    """The progress as JSON, for the page to poll."""
    work = _find(plan_id)
    return jsonify({"done": work.done.is_set(), "found": found_words(work.planning.best)})


@pages.post("/<plan_id>/stop")
def stop(plan_id: str) -> AnyResponse:
    """Stop the search; the best rota so far becomes the proposal."""
    work = _find(plan_id)
    work.planning.stop()
    work.done.wait(PATIENCE)
    return redirect(url_for("rota_plan.plan", plan_id=plan_id), 303)


@pages.post("/<plan_id>/use")
def use(plan_id: str) -> AnyResponse | tuple[str, int]:
    """Replace the rota by the proposal, completely. Refused with 409 if anything has changed since the search began."""
    work = _find(plan_id)
    if work.plan is None:
        abort(404)
    if fault := rota.apply_plan(g.db, work.cells, by=journal.staff(g.me.id), now=g.now):
        return _plan_page(work, fault=fault), 409
    return redirect(url_for("rota_page.rota_by_hand", half=work.half, said="planned"), 303)


def found_words(found: Found) -> list[str]:
    """A line for each aim: the best value so far, and the bound that no rota can pass."""
    lines = []
    for each in found.settled:
        most = "at most" if each.aim is Aim.PREFERENCES else "at least"
        so_far = "proved" if each.is_proved else f"{most} {each.bound}"
        lines.append(f"{AIMS[each.aim]}: {each.best}, {so_far}")
    return lines


def rows(work: Proposal, plan: Plan, *, names: Mapping[int, str]) -> list[Row]:
    """The drop-ins of the proposal beside the rota as it is, by time."""
    on = by_lunch(plan.places)
    found = []
    for each in work.asked.drop_ins:
        before = tuple(names[one] for one in each.due)
        planned = tuple(names[int(one)] for one in on.get(key_of(each), ()))
        why = plan.pairs.get(key_of(each), "")
        found.append(Row(each, before, planned, frozenset(planned) - frozenset(before), why))
    return found


def figures(work: Proposal, plan: Plan) -> list[Figure]:
    """The values of each aim, for the rota as it is and the plan."""
    task = work.planning.task
    keys = {mentor.key for mentor in task.mentors}
    placed = {Place(key_of(each), str(one)) for each in work.asked.drop_ins for one in each.due if str(one) in keys}
    fixed = {each for each in task.pinned if each.lunch.startswith("earlier:")}
    was = measure(task, frozenset(placed | fixed))
    aims = [aim for aim in AIMS if aim is not Aim.MOVED or task.today is not None]
    return [
        Figure(
            AIMS[aim],
            None if aim is Aim.MOVED else getattr(was, aim),
            getattr(plan.figures, aim),
            _proved(plan, aim),
        )
        for aim in aims
    ]


def _proved(plan: Plan, aim: Aim) -> str:
    settled = [each for each in plan.settled if each.aim is aim]
    if settled and all(each.is_proved for each in settled):
        return "proved best"
    if len(settled) == 1:
        return f"{'at most' if aim is Aim.PREFERENCES else 'at least'} {settled[0].bound} is possible"
    return "not proved"


def _plans() -> Proposals:
    plans: Proposals = current_app.extensions["proposals"]
    return plans


def _find(plan_id: str) -> Proposal:
    return _plans().find(plan_id, now=g.now) or abort(404)


def _asked() -> ToPlan:
    chosen = asked_stretch()
    return rota.to_plan(g.db, chosen.first, chosen.last, now=g.now)


def _in_the_way(asked: ToPlan) -> list[DropInToPlan]:
    """The drop-ins on which an inactive mentor is pinned: no plan may move them or keep them."""
    active = {each.id for each in asked.mentors}
    return [each for each in asked.drop_ins if set(each.pinned) - active]


def _choose_page() -> str:
    asked = _asked()
    return render_template(
        "admin/planning/rota_plan_choose.html",
        stretch=asked_stretch(),
        asked=asked,
        in_the_way=_in_the_way(asked),
        places=sum(each.drop_in.places for each in asked.drop_ins),
        due=sum(len(each.due) for each in asked.drop_ins),
        pinned=sum(len(each.pinned) for each in asked.drop_ins),
        seconds=SECONDS,
    )


def _plan_page(work: Proposal, *, fault: Fault | None = None) -> str:
    names = rota_file.names_of(mentors.mentors(g.db))
    shown: Sequence[Row] = rows(work, work.plan, names=names) if work.plan else ()
    return render_template(
        "admin/planning/rota_plan.html",
        work=work,
        plan=work.plan,
        rows=shown,
        changes=sum(each.is_changed for each in shown),
        figures=figures(work, work.plan) if work.plan else (),
        status=STATUS[work.plan.status] if work.plan else "",
        found=found_words(work.planning.best),
        fault=rota_fault(fault) if fault else work.fault,
    )
