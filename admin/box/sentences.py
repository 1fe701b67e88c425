"""The words of the server's pages: what the kiosk's page last found of a camera."""

from mentoring.lunch.cameras import State

CAMERAS = {
    State.SEES: "sees",
    State.UNTRIED: "not tried yet",
    State.DARK: "shows only black: something is in front of it, or its shutter is closed",
    State.STILL: "shows a picture that has stopped",
    State.SILENT: "sends no picture",
    State.SHUT: "does not open",
    State.GONE: "is not there any more: look at its plug",
    State.INFRARED: "infrared: sees no badges, so it is passed over",
}
