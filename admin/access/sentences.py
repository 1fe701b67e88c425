"""The texts of the staff pages about accounts, passwords and second factors."""

from enum import StrEnum

from admin.frame.faults import AnyFault, Known, Words
from mentoring.access import accounts, keys, staff


class Wrong(StrEnum):
    """Codes of faults that only the pages find: two entries that differ, and log-in codes that do not fit."""

    NOT_AGAIN = "page.not_again"
    NEW_NOT_AGAIN = "page.new_not_again"
    CODE = "page.code"
    CODE_NEEDED = "page.code_needed"
    CODE_AND_PASSWORD = "page.code_and_password"  # noqa: S105 # a code, not a password
    PRINTED_CODE = "page.printed_code"
    RECOVERY = "page.recovery"
    NO_ROLE = "page.no_role"
    OWN_CODE = "page.own_code"


_NEXT_CODE = "each works once and for half a minute: wait for the next, and look at both clocks"


def _last_reader(fault: AnyFault, subject: str) -> Words:
    number = fault.values["texts"]
    texts = "1 sealed text" if number == 1 else f"{number} sealed texts"
    return (
        f"{subject} is the last who can read {texts} of concerns",
        "without them only the recovery key on paper would open it. First have another safeguarding lead or deputy log "
        "in with their second factor, and then seal the concerns to them, on the concerns page",
    )


FAULTS: Known = {
    staff.Wrong.SHORT: ("{subject} is shorter than {least} characters", "three words in a row are easy"),
    staff.Wrong.GUESSED: ("{subject} is your name or address", "choose words nobody would guess"),
    staff.Wrong.NO_NAME: ("{subject} is missing", "write the name"),
    staff.Wrong.NO_LEAD: ("{subject} is missing", "write the lead's name"),
    staff.Wrong.NO_NAME_FOR_PUPILS: ("{subject} is missing", "write it as pupils say it"),
    staff.Wrong.NO_SCHOOL: ("{subject} is missing", "write the school's name"),
    staff.Wrong.NO_ADDRESS: ("{subject} is not an e-mail address", "write one such as name@school.example"),
    staff.Wrong.EMAIL_TAKEN: ("{subject} is already somebody's", "each member of staff has an address of their own"),
    accounts.Wrong.IS_LEAD: ("{subject} is the lead", "hand the lead over first: there is always exactly one"),
    accounts.Wrong.OWN_ACCOUNT: ("{subject} is your own account", "ask the lead or the deputy to end it"),
    accounts.Wrong.NOBODY_STAYS: ("{subject} is nobody who stays", "choose who is within call instead"),
    accounts.Wrong.NOT_YOUR_PASSWORD: ("{subject} is not your password", "type the one you logged in with"),
    accounts.Wrong.LEAD_IS_HANDED_OVER: (
        "{subject} is the lead's",
        "hand the lead over instead: there is always exactly one",
    ),
    accounts.Wrong.LEADS_NEW_ROLE: ("{subject} is the lead's", "choose what the lead is from now on"),
    accounts.Wrong.NO_PASSWORD_YET: ("{subject} has not chosen a password yet", "wait until they have logged in once"),
    keys.Wrong.LAST_READER: _last_reader,
    Wrong.NOT_AGAIN: ("{subject} is not the same", "type the password twice"),
    Wrong.NEW_NOT_AGAIN: ("{subject} is not the same", "type the new password twice"),
    Wrong.CODE: ("{subject} does not fit", _NEXT_CODE),
    Wrong.CODE_NEEDED: ("{subject} is needed in your role", "it stays"),
    Wrong.CODE_AND_PASSWORD: ("{subject} and that password do not go together", _NEXT_CODE),
    Wrong.PRINTED_CODE: ("{subject} is not good, or not any more", "read it again, or ask the lead to print a new one"),
    Wrong.RECOVERY: ("{subject} and that name and code do not go together", "look at each, or ask the lead"),
    Wrong.NO_ROLE: ("{subject} is not on the list", "choose one"),
    Wrong.OWN_CODE: ("{subject} is for others", "your own password is changed on your own page"),
}
