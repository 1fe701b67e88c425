"""The staff pages' tests use what both doors share."""

from tests.kiosk.both_doors import (  # noqa: F401 # fixtures are found by their names here
    amiras_card,
    box,
    codes,
    compiled,
    impatient,
    kiosk_door,
    lead,
    open_kiosk,
    pair,
    pairs_cards,
    scan,
    staff_app,
    staff_door,
    wall,
    warm_reader,
)
