"""What `planning` keeps, for whom, and how long unless the school says otherwise.

When mentors can come and why not, to the end of the term; who was due and who covered, a school year.
"""

from mentoring.basics.data_map import LEADS, PUBLIC_TASK, SAFEGUARDING, AreaData, DataClass, Period, Table, Unit, Whom

CLASSES = (
    DataClass(
        "availability",
        "Mentors: when they can come, and with whom never",
        Whom.MENTOR,
        "To plan a rota that each mentor can keep",
        SAFEGUARDING,
        LEADS,
        "The mentor's leaving, at once; an entry for certain dates: the end of its term",
        Period(Unit.TERMS, 0),
        most=3,
        source="Kept while the rota needs it (art 5(1)(e))",
        forget=(
            """
            delete from availability
             where ends < :before and mentor_id not in (select id from held_mentors)""",
            """
            delete from availability
             where mentor_id in (select id from mentors where state = 'left')
               and mentor_id not in (select id from held_mentors)""",
            """
            delete from caps
             where mentor_id in (select id from mentors where state = 'left')
               and mentor_id not in (select id from held_mentors)""",
            """
            delete from apart
             where (mentor_id in (select id from mentors where state = 'left')
                    or other_id in (select id from mentors where state = 'left'))
               and mentor_id not in (select id from held_mentors)
               and other_id not in (select id from held_mentors)""",
        ),
        child="When you can come, and why not if you said so",
    ),
    DataClass(
        "attendance",
        "Mentors: who was due, excuses, covers and corrections",
        Whom.MENTOR,
        "To find cover, to share duties evenly, and to see a mentor who struggles",
        PUBLIC_TASK,
        f"{LEADS}; the two mentors of a cover each other's name",
        "The end of the school year of the drop-in",
        Period(Unit.YEARS, 1),
        least=1,
        most=3,
        source="Conduct records: to the end of the year, and one for whoever was away at its end",
        forget=(
            """
            delete from cover_asked
             where mentor_id not in (select id from held_mentors)
               and request_id in (
                   select cover_requests.id from cover_requests
                     join drop_ins on drop_ins.id = cover_requests.drop_in_id
                    where date < :before
                      and mentor_id not in (select id from held_mentors)
                      and coalesce(taken_by, 0) not in (select id from held_mentors))""",
            """
            delete from cover_requests
             where drop_in_id in (select id from drop_ins where date < :before)
               and id not in (select request_id from cover_asked)
               and mentor_id not in (select id from held_mentors)
               and coalesce(taken_by, 0) not in (select id from held_mentors)""",
            """
            delete from attendance_corrections
             where drop_in_id in (select id from drop_ins where date < :before)
               and mentor_id not in (select id from held_mentors)""",
            """
            delete from once_due
             where drop_in_id in (select id from drop_ins where date < :before)
               and mentor_id not in (select id from held_mentors)""",
            """
            delete from due
             where drop_in_id in (select id from drop_ins where date < :before)
               and mentor_id not in (select id from held_mentors)""",
        ),
        child="When you were due, and who came instead",
    ),
    DataClass(
        "cover_reasons",
        "Mentors: why somebody asked for cover",
        Whom.MENTOR,
        "To know whether an absence is excused",
        SAFEGUARDING,
        LEADS,
        "That there was a reason stays; which one: the end of the term of the drop-in",
        Period(Unit.TERMS, 0),
        most=3,
        source="“Not well” is data about health: no longer than needed (art 9)",
        forget=(
            """
            update cover_requests set kind = 'other'
             where kind <> 'other' and drop_in_id in (select id from drop_ins where date < :before)
               and mentor_id not in (select id from held_mentors)""",
        ),
        columns=("cover_requests.kind",),
        child="Why you asked for cover",
        data="Why cover was asked for: one of a list, such as a lesson or not well",
    ),
    DataClass(
        "overrides",
        "Why a rule of the rota was broken on purpose",
        Whom.MENTOR,
        "To answer for a decision about a pair",
        PUBLIC_TASK,
        LEADS,
        "Which rules were broken stays; the reason: the end of the school year of the decision",
        Period(Unit.YEARS, 0),
        most=3,
        source="Kept while the decision can be asked about",
        child="Why a rule of the rota was broken, such as three duties in a week",
        forget=(
            """
            update overrides set reason = ''
             where reason <> '' and at < :before
               and drop_in_id not in (
                   select drop_in_id from due where mentor_id in (select id from held_mentors)
                    union select drop_in_id from duties where mentor_id in (select id from held_mentors))""",
        ),
    ),
    DataClass(
        "undo",
        "How the rota was before its last changes",
        Whom.MENTOR,
        "To take back a change of the rota",
        PUBLIC_TASK,
        "Whoever made the change",
        "The end of the term of the change",
        Period(Unit.TERMS, 0),
        most=3,
        source="Of no use once the term is over",
        child="How the rota was before it was changed",
        forget=(
            """
            delete from rota_changes
             where at < :before
               and id not in (
                   select change_id from earlier_due, json_each(earlier_due.due) as each_due
                    where json_extract(each_due.value, '$[0]') in (select id from held_mentors))""",
            "delete from pattern_changes where at < :before",
        ),
    ),
    DataClass(
        "leavings",
        "What a mentor's leaving ended, for the day on which it can be taken back",
        Whom.MENTOR,
        "To put right a mistake of the same day: the lead takes back that somebody has left",
        PUBLIC_TASK,
        "Nobody: the box reads it when the leaving is taken back",
        "the day the mentor left",
        Period(Unit.DAYS, 1),
        least=1,
        most=1,
        source="Of no use once the day is over",
        forget=("delete from leavings where day <= :before and mentor_id not in (select id from held_mentors)",),
        child="What ended when you left, for one day, in case it was a mistake",
    ),
    DataClass(
        "calendars",
        "Secret calendar addresses",
        Whom.MENTOR,
        "To show each mentor their own duties in a calendar",
        PUBLIC_TASK,
        "Whoever has the address: the mentor",
        "the day the address was ended",
        Period(Unit.DAYS, 30),
        least=0,
        most=365,
        source="An ended address is of no use",
        forget=(
            """
            delete from calendar_links
             where ended < :before and coalesce(mentor_id, 0) not in (select id from held_mentors)""",
        ),
        child="A calendar's secret address that was ended",
    ),
)

# In the order of an erasure: what looks up who was due comes before that is forgotten.
TABLES = (
    Table(
        "overrides",
        "overrides",
        "Rules of the rota broken on purpose, with the reason",
        mentor=(
            """
            update overrides set reason = ''
             where reason <> '' and drop_in_id in (
                   select drop_in_id from due where mentor_id = :id
                    union select drop_in_id from once_due where mentor_id = :id
                    union select drop_in_id from duties where mentor_id = :id)""",
        ),
        held_back=("reason",),
        mentions="""
            :whose = 'mentor' and drop_in_id in (
                           select drop_in_id from due where mentor_id = :id
                            union select drop_in_id from once_due where mentor_id = :id
                            union select drop_in_id from duties where mentor_id = :id)""",
    ),
    Table(
        "rota_changes",
        "undo",
        "Changes of the rota that can be taken back",
        mentor=(
            """
            delete from rota_changes where id in (
                   select change_id from earlier_due, json_each(earlier_due.due) as each_due
                    where json_extract(each_due.value, '$[0]') = :id)""",
        ),
    ),
    Table(
        "pattern_changes",
        "undo",
        "Changes of slots, weeks, closed days and term dates that can be taken back; of who is due only a hash",
        kept="The change keeps numbers of drop-ins and of the adult within call",
    ),
    Table(
        "earlier_due",
        "undo",
        "Who was due before a change, by number",
        held_back=("due",),
        mentions="""
            :whose = 'mentor' and exists (select 1 from json_each(earlier_due.due) as each_due
                     where json_extract(each_due.value, '$[0]') = :id)""",
    ),
    Table(
        "availability",
        "availability",
        "When the mentor can and cannot come, with the reason if one was given",
        mentor=("delete from availability where mentor_id = :id",),
    ),
    Table(
        "caps",
        "availability",
        "The most duties a week the mentor takes",
        mentor=("delete from caps where mentor_id = :id",),
    ),
    Table(
        "apart",
        "availability",
        "With whom the mentor is never a pair",
        mentor=("delete from apart where :id in (mentor_id, other_id)",),
    ),
    Table(
        "cover_asked",
        "attendance",
        "Who was asked to cover",
        mentor=(
            """
            delete from cover_asked
             where mentor_id = :id or request_id in (select id from cover_requests where mentor_id = :id)""",
        ),
    ),
    Table(
        "cover_requests",
        "attendance",
        "Cover and swaps asked for, and who took them",
        mentor=(
            "delete from cover_requests where mentor_id = :id",
            """
            update cover_requests
               set state = case when back_drop_in_id is null then 'open' else 'withdrawn' end,
                   taken_by = null, back_drop_in_id = null
             where taken_by = :id and state = 'taken'""",
        ),
        kept="That another mentor's place was taken stays with that mentor; by whom is a number without a name",
    ),
    Table("due", "attendance", "Who is or was due", mentor=("delete from due where mentor_id = :id",)),
    Table("once_due", "attendance", "Who was due once", mentor=("delete from once_due where mentor_id = :id",)),
    Table(
        "leavings",
        "leavings",
        "What ended when a mentor left, until the next day",
        mentor=(
            """
            delete from leavings
             where mentor_id = :id
                or exists (select 1 from json_each(leavings.ended, '$.others') as other where other.value = :id)""",
        ),
        held_back=("ended",),
        mentions="""
            :whose = 'mentor'
            and exists (select 1 from json_each(leavings.ended, '$.others') as other where other.value = :id)""",
    ),
    Table(
        "calendar_links",
        "calendars",
        "Secret calendar addresses",
        mentor=("delete from calendar_links where mentor_id = :id",),
        held_back=("link",),
    ),
)

DATA = AreaData(CLASSES, TABLES)
