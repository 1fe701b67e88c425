"""Who may do what: the sets of roles, and the rights of all areas."""

from dataclasses import dataclass
from functools import cached_property

from flask import current_app, g

from mentoring.access.staff import Role

ALL = frozenset(Role)
LEADS = frozenset({Role.LEAD, Role.DEPUTY})
# Those who look after people. The safeguarding lead may see mentors but change nothing about them.
CARERS = LEADS | {Role.SAFEGUARDING_LEAD}
LUNCH = CARERS | {Role.HELPER}
PRINTING = LEADS | {Role.HELPER}
# Those who look after the server. IT may open no page that names a mentor, a request or a concern.
TECHNICAL = LEADS | {Role.IT}
ACCOUNTS = CARERS | {Role.IT}


@dataclass(frozen=True)
class Right:
    """One thing that staff do, in the guide's words; the roles that may do it; and its Flask endpoints."""

    words: str
    roles: frozenset[Role]
    endpoints: tuple[str, ...]


@dataclass(frozen=True)
class Rights:
    """Every endpoint of the staff pages and the roles that may use it. An endpoint in no area is open to nobody.

    `by_link`: pages opened by a secret link on screens without a log-in, and public pages; they answer without TLS too
    (`ways.py`). `open_to_all`: these, and all else that needs no log-in. `polled`: endpoints that scripts call, and "I
    am going"; they work after the log-in has idled and do not count as use of it (P5). `before_second_factor`:
    endpoints open to somebody who must first set up a second factor.
    """

    table: tuple[Right, ...]
    by_link: frozenset[str]
    open_to_all: frozenset[str]
    polled: frozenset[str]
    before_second_factor: frozenset[str]

    def may(self, role: Role, endpoint: str) -> bool:
        """Whether this role may use this endpoint."""
        return endpoint in self.open_to_all or role in self._roles.get(endpoint, frozenset())

    def first_page(self, role: Role) -> str:
        """The page to open after a log-in."""
        return next(each for each in _FIRST_PAGES if self.may(role, each))

    @cached_property
    def _roles(self) -> dict[str, frozenset[Role]]:
        return {endpoint: each.roles for each in self.table for endpoint in each.endpoints}


_FIRST_PAGES = ("today.today", "backups_page.show")


def rights() -> Rights:
    """The rights of this app."""
    gathered: Rights = current_app.extensions["rights"]
    return gathered


def may(endpoint: str) -> bool:
    """Whether the person who is logged in may use this endpoint. False if they must first set up a second factor."""
    return rights().may(g.me.role, endpoint) and (not g.owes_factor or endpoint in rights().before_second_factor)
