"""What a row of the table of routes is. Each area states its rows in its `routes.py`; `table.py` gathers them."""

from mentoring.access.staff import Role

# Method, address, what is sent, what answers nobody, what answers whoever may, and who that is.
Row = tuple[str, str, dict[str, object], int, int, frozenset[Role]]
LOG_IN_PAGE = 303  # whoever is not logged in is led there
