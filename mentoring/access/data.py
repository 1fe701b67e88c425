"""What `access` keeps, for whom, and how long unless the school says otherwise.

Staff accounts and what lets their owners in, a school year after they left; a log-in, two days.
"""

from mentoring.basics.data_map import PUBLIC_TASK, SAFEGUARDING, AreaData, DataClass, Period, Table, Unit, Whom

_FORMER_STAFF = "A member of staff"
# A hash that no password matches; checking it takes as long as any other.
_NO_PASSWORD = "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43

CLASSES = (
    DataClass(
        "staff",
        "Staff: their accounts",
        Whom.STAFF,
        "To let the right adults in, and to tell pupils whom to find",
        PUBLIC_TASK,
        "Lead, deputy, safeguarding lead and IT; pupils see name and room of who can help",
        "The end of the school year in which the person left",
        Period(Unit.YEARS, 1),
        least=0,
        most=6,
        source="IRMS toolkit for schools: user accounts",
        leavers=True,
        data="Name, e-mail address, role, room, telephone; password, recovery codes and printed codes as hashes; the "
        "second factor; browsers used before, as hashes",
    ),
    DataClass(
        "keys",
        "Keys of those who may open concerns",
        Whom.STAFF,
        "To seal what only its readers may open",
        SAFEGUARDING,
        "Nobody: a private half opens with its owner's password alone",
        "As long as the owner's account; then the lock is gone and the public half stays",
    ),
    DataClass(
        "log_ins",
        "Staff: log-ins that stand",
        Whom.STAFF,
        "To know which browser belongs to whom",
        PUBLIC_TASK,
        "Nobody: only a hash is kept",
        "the log-in's beginning",
        Period(Unit.DAYS, 2),
        least=1,
        most=2,
        source="A log-in ends after a working day",
        forget=("delete from log_ins where started < :before",),
        can_be_held=False,
    ),
)

TABLES = (
    Table(
        "log_ins",
        "log_ins",
        "Log-ins that stand",
        staff=("delete from log_ins where staff_id = :id",),
        held_back=("token_hash",),
    ),
    Table(
        "known_browsers",
        "staff",
        "Browsers this person has logged in from, as hashes",
        staff=("delete from known_browsers where staff_id = :id",),
        held_back=("token_hash",),
    ),
    Table(
        "second_factors",
        "staff",
        "The second factor of the log-in",
        staff=("delete from second_factors where staff_id = :id",),
        held_back=("secret", "last_step"),
    ),
    Table(
        "recovery_codes",
        "staff",
        "Recovery codes, as hashes, and which were used",
        staff=("delete from recovery_codes where staff_id = :id",),
        held_back=("code_hash",),
    ),
    Table(
        "printed_codes",
        "staff",
        "Printed codes that let this person in once, as hashes",
        staff=("delete from printed_codes where staff_id = :id",),
        held_back=("code_hash",),
    ),
    Table(
        "keys",
        "keys",
        "Keys of those who may open concerns: the public half, and the private half locked with their password",
        staff=(
            """
            update keys set locked = null, ended = coalesce(ended, :now)
             where staff_id = :id and (locked is not null or ended is null)""",
        ),
        kept="The public half of a key stays, because it says to whom a record was sealed; its lock is gone",
        held_back=("public", "locked"),
    ),
    Table(
        "staff",
        "staff",
        "Name, address, role, room, telephone",
        staff=(
            f"""
            update staff
               set name = '{_FORMER_STAFF}', email = 'nobody-' || id || '@gone.invalid', password = '{_NO_PASSWORD}',
                   role = 'helper', room = '', phone = '', ended = coalesce(ended, :now)
             where id = :id""",  # noqa: S608 # two texts of our own
        ),
        kept="A number without a name stays, so that the trail stays whole and the number is never given again",
        held_back=("password",),
    ),
)

ABOUT_NOBODY = {
    "signing_keys": "what the box signs its backups with",
}

DATA = AreaData(CLASSES, TABLES, ABOUT_NOBODY)
