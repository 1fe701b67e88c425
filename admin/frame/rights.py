"""Who may do what: the sets of roles, and the rights that the areas state, gathered for one app."""

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from flask import current_app, g

from mentoring.access.staff import Role

ROLE_WORDS = MappingProxyType(
    {
        Role.LEAD: "Lead",
        Role.DEPUTY: "Deputy",
        Role.SAFEGUARDING_LEAD: "Safeguarding lead",
        Role.HELPER: "Helper",
        Role.IT: "IT",
    }
)

ALL = frozenset(Role)
LEADS = frozenset({Role.LEAD, Role.DEPUTY})
# Whoever looks after people; the safeguarding lead sees mentors and changes nothing of theirs.
CARERS = LEADS | {Role.SAFEGUARDING_LEAD}
LUNCH = CARERS | {Role.HELPER}
PRINTING = LEADS | {Role.HELPER}
# Whoever looks after the box. IT has no page that names a mentor, a request or a concern.
TECHNICAL = LEADS | {Role.IT}
ACCOUNTS = CARERS | {Role.IT}


@dataclass(frozen=True)
class Right:
    """One thing that staff do, in the guide's words; who may; and the addresses it takes, as Flask names them."""

    words: str
    roles: frozenset[Role]
    endpoints: tuple[str, ...]


@dataclass(frozen=True)
class Rights:
    """Every address of the staff pages and the roles that may have it, gathered from the areas. What no area enters is
    nobody's.

    `by_link`: pages behind a long link, for screens that nobody logs in on, and what is no secret; they answer over the
    network without TLS too (`ways.py`). `open_to_all`: those, and what else answers without a log-in. `polled`: what a
    page asks by itself, and "I am going": both work even when the log-in has idled, and are no click (P5).
    `before_second_factor`: what is left to somebody who must set up a second factor and has not done so yet.
    """

    table: tuple[Right, ...]
    by_link: frozenset[str]
    open_to_all: frozenset[str]
    polled: frozenset[str]
    before_second_factor: frozenset[str]

    def may(self, role: Role, endpoint: str) -> bool:
        """Whether this role may open this page."""
        return endpoint in self.open_to_all or role in self._roles.get(endpoint, frozenset())

    def first_page(self, role: Role) -> str:
        """Where a log-in begins."""
        return next(each for each in _FIRST_PAGES if self.may(role, each))

    @cached_property
    def _roles(self) -> dict[str, frozenset[Role]]:
        return {endpoint: each.roles for each in self.table for endpoint in each.endpoints}


_FIRST_PAGES = ("today.today", "programme_page.show")


def rights() -> Rights:
    """The rights of this app."""
    gathered: Rights = current_app.extensions["rights"]
    return gathered


def may(endpoint: str) -> bool:
    """Whether whoever is logged in may open this page now."""
    return rights().may(g.me.role, endpoint) and (not g.owes_factor or endpoint in rights().before_second_factor)
