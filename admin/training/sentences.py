"""The texts about modules and scenarios."""

from admin.frame.faults import Known
from mentoring.training import modules, scenarios

FAULTS: Known = {
    modules.Wrong.HARD: (
        "{name} is for a reading age of {years} years",
        "write shorter sentences and shorter words, until it is for {most} years at most",
    ),
    modules.Wrong.NO_WORDING: ("{name} is given for staff", "leave it out: staff's modules have one wording"),
    scenarios.Wrong.NO_STEP: ("there is no [[step]]", "write at least one"),
    scenarios.Wrong.SAME_STEP: ("the id “{step}” is there twice, or is “end”", "give each step an id of its own"),
    scenarios.Wrong.ANSWERS: (
        "the step “{step}” has too few or too many answers",
        "write {least} to {most} under [[step.answer]]",
    ),
    scenarios.Wrong.NO_SUCH_STEP: ("there is no step “{step}”", "write the id of a step, or “end”"),
    scenarios.Wrong.DEAD_END: ("after this answer nothing follows", "write its next: the id of a step, or “end”"),
    scenarios.Wrong.COMES_AGAIN: (
        "a wrong answer where one must be right has a next",
        "leave next out: the step comes again by itself",
    ),
    scenarios.Wrong.UNREACHABLE: ("no answer leads to the step “{step}”", "name it in an answer's next, or delete it"),
    scenarios.Wrong.NO_WAY_OUT: (
        "from the step “{step}” no way leads to the end",
        "write “end” as the next of an answer on its way",
    ),
    scenarios.Wrong.NO_MUST: (
        "no step must be right",
        "write must and because at the step where a secret, passing on, investigating or fetching an adult is decided",
    ),
    scenarios.Wrong.NO_RIGHT: ("no answer of the step “{step}” is right", "write right = true at one"),
    scenarios.Wrong.ALL_RIGHT: ("every answer of the step “{step}” is right", "leave must out, or write a wrong one"),
    scenarios.Wrong.NEEDS_MUST: (
        "right is given at the step “{step}”, where nothing must be right",
        "leave right out, or write must and because at the step",
    ),
}
