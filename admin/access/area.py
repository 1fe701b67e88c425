"""The `Area` of staff accounts: its pages, rights and texts."""

from types import MappingProxyType

from admin.access import log_in, me, recovery_key, staff, waiting, welcome
from admin.frame.area import Area, Group, RailLine
from admin.frame.rights import ACCOUNTS, ALL, CARERS, LEADS, Right

RIGHTS = (
    Right(
        "Change one's own password and second factor; log out",
        ALL,
        (
            "me_page.show",
            "me_page.here",
            "me_page.password",
            "me_page.second_factor",
            "me_page.confirm",
            "me_page.new_codes",
            "me_page.remove",
            "me_page.end_others",
            "log_in.log_out",
        ),
    ),
    Right(
        "Make the recovery key",
        CARERS,
        ("recovery_key_page.show", "recovery_key_page.make", "recovery_key_page.paper", "recovery_key_page.confirm"),
    ),
    Right("See who has an account", ACCOUNTS, ("staff_page.everyone",)),
    Right("See one account; print a code for somebody's new password", CARERS, ("staff_page.one", "staff_page.code")),
    Right(
        "Add, change and end accounts, hand the lead over",
        LEADS,
        (
            "staff_page.add",
            "staff_page.change",
            "staff_page.role",
            "staff_page.hand_over",
            "staff_page.end",
            "staff_page.ask_all_for_codes",
        ),
    ),
)
RAIL = (RailLine(Group.SCHOOL_AND_BOX, 4, "Staff", "users-round", "staff_page.everyone", ("staff_page",)),)
# The sentences of the paper trail. Their subject is the person who acted; `{...}` is filled from the journal row.
TRAIL = MappingProxyType(
    {
        "key.confirmed": "typed words of the recovery key from its paper",
        "key.ended": "ended the key of {staff_or_paper}",
        "key.made": "made a key for {staff_or_paper}",
        "staff.added": "made an account for {staff} ({role})",
        "staff.all_need_a_code": "said whether everybody needs a code to log in",
        "staff.changed": "changed the account of {staff}",
        "staff.code_printed": "printed a code for {staff} to log in with once",
        "staff.ended": "ended the account of {staff}",
        "staff.erased": "erased {staff} ({why})",
        "staff.factor_off": "took the second factor of {staff} away",
        "staff.factor_on": "set up a second factor",
        "staff.logged_in": "logged in",
        "staff.others_ended": "ended their own other log-ins",
        "staff.password": "set a new password for {staff} ({how})",
        "staff.recovery_code": "logged in with a recovery code",
        "staff.recovery_codes": "made new recovery codes",
        "staff.role": "changed the role of {staff} to {role}",
    }
)
# The message shown after a change, by the value of `said` in the page's address.
SAID = MappingProxyType(
    {
        "on_paper": "Good: the paper and the key agree. Now seal it in an envelope and lock it away.",
        "account_ended": "The account is ended. Their log-ins are gone; their name stays in what has happened.",
        "role": "Changed. They log in anew.",
        "lead": "The lead is handed over.",
        "password": "Your new password holds. Log in with it and your e-mail address.",
        "code_used": "Your new password holds. The printed code is used up and opens nothing any more: "
        "log in with your e-mail address and this password.",
        "password_mine": "Your new password holds. All other log-ins of yours are ended.",
        "others_ended": "All other log-ins of yours are ended.",
        "factor_off": "Your log-in asks for no code any more.",
        "all_codes": "Saved. Whoever has no code yet is led to set it up first.",
    }
)
# Where the guide explains each page: the anchor of a heading, by blueprint or endpoint.
GUIDE = MappingProxyType(
    {
        "staff_page": "who-may-do-what",
        "me_page": "passwords-phones-and-leavers",
        "recovery_key_page": "the-recovery-key",
    }
)
AREA = Area(
    pages=(
        log_in.pages,
        me.pages,
        recovery_key.pages,
        staff.pages,
        welcome.pages,
    ),
    rights=RIGHTS,
    rail=RAIL,
    waiting=(waiting.recovery_key,),
    trail=TRAIL,
    said=SAID,
    without_log_in=(
        "log_in.form",
        "log_in.log_in",
        "log_in.set_up",
        "log_in.set_up_form",
        "welcome_page.forgotten",
        "welcome_page.form",
        "welcome_page.recover",
        "welcome_page.take_up",
    ),
    before_second_factor=("me_page.second_factor", "me_page.confirm", "log_in.log_out"),
    guide=GUIDE,
)
