"""What `people` keeps, for whom, and how long unless the school says otherwise.

Mentors and their badges, a school year after they left; photographs, while the mentor is here and agrees.
"""

from datetime import timedelta

from mentoring.basics.data_map import CONSENT, LEADS, PUBLIC_TASK, AreaData, DataClass, Period, Table, Unit, Whom
from mentoring.people import photos

_PHOTO_DAYS = photos.AGREED_FOR // timedelta(days=1)

CLASSES = (
    DataClass(
        "mentors",
        "Mentors: who they are, and their badges",
        Whom.MENTOR,
        "To know who is a trained mentor, and to print their badges",
        PUBLIC_TASK,
        f"{LEADS}; a helper the names only; the hallway the first names of those who agreed",
        "The end of the school year in which the mentor left",
        Period(Unit.YEARS, 1),
        least=0,
        most=6,
        source="IRMS toolkit for schools: pupils' activity records; Duke of Edinburgh's Award evidence is handed over",
        leavers=True,
        child="Your name, your year and your badge",
        data="First and family name, name on the badge, year group, e-mail address if given, experienced or not, "
        "whether the name may be shown; each badge's number, when it was issued, printed and ended",
    ),
    DataClass(
        "photos",
        "Mentors: photographs for the staff room",
        Whom.MENTOR,
        "So that staff know who is on duty",
        CONSENT,
        "Staff, on the page On duty alone",
        "the day the mentor agreed; at once when they leave or say no",
        Period(Unit.DAYS, _PHOTO_DAYS),
        least=30,
        most=_PHOTO_DAYS,
        source="ICO on taking photographs in schools: consent that is asked for again",
        forget=(
            """
            delete from photos
             where (agreed < :before or mentor_id in (select id from mentors where state = 'left'))
               and mentor_id not in (select id from held_mentors)""",
        ),
        child="A photo for the staff room, only if you agreed",
    ),
)

TABLES = (
    Table(
        "photos", "photos", "The photograph for the staff room", mentor=("delete from photos where mentor_id = :id",)
    ),
    Table(
        "badges",
        "mentors",
        "Badges issued, printed and ended",
        mentor=("update badges set printed = null where mentor_id = :id and printed is not null",),
        kept="The numbers of ended badges stay, so that no other badge ever gets one of them",
        held_back=("number",),
    ),
    Table(
        "mentors",
        "mentors",
        "Name, year group, address, state",
        mentor=(
            """
            update mentors
               set given_name = 'A former', family_name = 'mentor', display_name = 'A former mentor', year_group = '',
                   email = '', experienced = 0, consent = 'refused', state = 'left'
             where id = :id""",
        ),
        kept="A number without a name stays, so that counts stay right and the number is never given again",
    ),
)

ABOUT_NOBODY = {
    "printers": "measures of printers",
    "printing_choice": "how badges were printed last",
    "logo": "the school's picture",
}

DATA = AreaData(CLASSES, TABLES, ABOUT_NOBODY)
