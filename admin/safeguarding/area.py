"""The `Area` of safeguarding: its pages, rights and texts."""

from types import MappingProxyType

from admin.frame.area import Area, Group, RailLine
from admin.frame.rights import ALL, CARERS, LUNCH, Right
from admin.safeguarding import alert_bar, channels, drills, staff_room, waiting
from admin.safeguarding.concerns import hand_overs, records, sealing, writing
from mentoring.access import keys

RIGHTS = (
    Right("See and answer an alert", ALL, ("alerting.going", "alerting.not_going", "alerting.dealt_with")),
    alert_bar.READ,
    alert_bar.TAKE_BACK,
    Right(
        "Set where alerts are sent beyond the screens",
        CARERS,
        ("channels_page.show", "channels_page.add", "channels_page.test", "channels_page.end"),
    ),
    Right(
        "Hold a drill",
        CARERS,
        ("drill_page.show", "drill_page.now", "drill_page.start", "drill_page.stop", "drill_page.as_csv"),
    ),
    Right(
        "Write a concern",
        LUNCH,
        (
            "concerns_page.show",
            "concern_writing.new",
            "concern_writing.begin",
            "concern_writing.receipt",
            "concern_writing.keep_draft",
            "concern_writing.drop_draft",
        ),
    ),
    Right("Read what to do when a key is lost", CARERS, ("concern_sealing.lost",)),
    Right(
        "Unlock the concerns, read them, add to them, hand them over",
        keys.OWNERS,
        (
            "concerns_page.unlock",
            "concerns_page.lock",
            "concerns_page.one",
            "concerns_page.add",
            "concerns_page.hold",
            "concerns_page.draft",
            "concerns_page.take_over",
            "concerns_page.discard",
            "concern_sealing.seal_anew",
            "concern_sealing.open_with_paper",
            "hand_over_page.choose",
            "hand_over_page.draw_up",
            "hand_over_page.one",
            "hand_over_page.paper",
            "hand_over_page.receipt",
            "hand_over_page.shred",
        ),
    ),
)
RAIL = (
    RailLine(
        Group.SAFEGUARDING,
        1,
        "Concerns",
        "shield",
        "concerns_page.show",
        ("concerns_page", "concern_writing", "concern_sealing", "hand_over_page"),
    ),
    RailLine(
        Group.SAFEGUARDING, 2, "Telling staff", "megaphone", "channels_page.show", ("channels_page", "drill_page")
    ),
)
# The sentences of the paper trail. Their subject is the person who acted; `{...}` is filled from the journal row.
TRAIL = MappingProxyType(
    {
        "alert.acknowledged": "said “I am going” to alert {alert}",
        "alert.answered_for": "said “I am going” to alert {alert} for {staff}",
        "alert.clock_set_back": "noticed that the clock was set back, and counts alert {alert} anew",
        "alert.going_too": "said “I am going” to alert {alert} as well",
        "alert.dealt_with": "said that alert {alert} is dealt with",
        "alert.handed_back": "could not go after all to alert {alert}",
        "alert.raised": "asked for an adult (alert {alert})",
        "alert.said_for": "said “I am going” to alert {alert} for {staff}, who had to confirm it",
        "alert.step": "passed alert {alert} on, because nobody had answered ({level})",
        "alert.taken_back": "took back that {staff} was going to alert {alert}",
        "alert.told": "was shown alert {alert}",
        "channel.added": "added a way to send alerts (channel {channel})",
        "channel.ended": "ended a way to send alerts (channel {channel})",
        "channel.tested": "tried a way to send alerts (channel {channel}: {outcome})",
        "concern.added": "added to concern {concern}",
        "concern.begun": "wrote concern {concern}",
        "concern.draft_begun": "began to write a concern",
        "concern.draft_dropped": "dropped an unfinished account",
        "concern.draft_taken_over": "took over an unfinished account",
        "concern.draft_viewed": "read an unfinished account",
        "concern.drawn_up": "drew up hand-over {hand_over}",
        "concern.held": "put concern {concern} under legal hold",
        "concern.listed": "looked at the list of concerns",
        "concern.receipt": "entered the receipt of hand-over {hand_over}",
        "concern.released": "took concern {concern} off legal hold",
        "concern.sealed_anew": "sealed concerns anew to whoever reads them now",
        "concern.shredded": "shredded what was handed over (hand-over {hand_over})",
        "concern.unlocked": "unlocked the concerns",
        "concern.viewed": "read concern {concern}",
        "drill.seen": "saw drill {drill}",
        "drill.settled": "wrote down how drill {drill} went",
        "drill.started": "started drill {drill}",
        "drill.stopped": "stopped drill {drill}",
        "message.failed": "could not send a message by channel {channel}",
        "message.sent": "sent a message by channel {channel}",
        "screen.trust_ended": "trusted a screen of the staff room no more (screen {screen})",
        "screen.trusted": "marked a screen of the staff room as trusted (screen {screen})",
    }
)
# The message shown after a change, by the value of `said` in the page's address.
SAID = MappingProxyType(
    {
        "locked": "The concerns are locked.",
        "dropped": "Thrown away. Nothing of it is kept.",
        "taken_over": "Taken over, word for word. Add what is missing.",
        "sealed_anew": "Everything is sealed to today's owners again.",
        "shredded": "Shredded. The numbers, the days, the hashes and the receipt stay.",
        "first": "Somebody was first, or it was sealed to others. Look at the list as it is now.",
        "channel_added": "Added. Send a test message before you rely on it.",
        "channel_ended": "Ended. Nothing is sent there any more, and its address and password are wiped.",
        "drill_stopped": "Stopped. What happened until then is kept below.",
        "handed_back": "Taken back. The kiosk does not name them any more.",
    }
)
# Where the guide explains each page: the anchor of a heading, by blueprint or endpoint.
GUIDE = MappingProxyType(
    {
        "concerns_page": "for-the-safeguarding-lead-and-the-deputy",
        "concern_writing": "writing-down-a-concern",
        "concern_sealing": "for-the-safeguarding-lead-and-the-deputy",
        "hand_over_page": "for-the-safeguarding-lead-and-the-deputy",
        "concerns_page.show": "writing-down-a-concern",
        "channels_page": "when-an-adult-is-needed",
        "drill_page": "a-drill",
    }
)
AREA = Area(
    pages=(
        alert_bar.pages,
        channels.pages,
        drills.pages,
        staff_room.pages,
        hand_overs.pages,
        records.pages,
        writing.pages,
        sealing.pages,
    ),
    rights=RIGHTS,
    rail=RAIL,
    waiting=(
        waiting.answers_by_link,
        waiting.unwritten,
        waiting.failing_channels,
        waiting.drill,
    ),
    trail=TRAIL,
    said=SAID,
    by_link=("staff_room.screen", "staff_room.screen_json", "staff_room.going", "staff_room.not_going"),
    alerts=("alerting.going", "alerting.not_going"),
    polled=("drill_page.now",),
    guide=GUIDE,
)
