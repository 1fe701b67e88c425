// The keys of the touchscreen: what a scanner types, told from what a person presses.
//
// A scanner types as the factory set it: with or without a suffix, with a prefix, in another country's layout, at 1 to
// 150 ms a key. A code is recognised by its content, and what surrounds it does nothing. Outside a text field no page
// here has a use for characters, so a key that follows one closely is the scanner's: it moves no focus and presses
// nothing. A person's Tab, Enter, Space, Escape and arrows follow no character, and do what they always do.

const READ_GAP_MS = 2000; // at most between two characters of one code
const BURST_GAP_MS = 400; // a key so soon after a character belongs to the same burst
const HOLD_MS = 200; // Enter and Space wait so long, because a burst may begin with them
const AGAIN_MS = 1000; // the same code within this time is the same act
const CUT_MS = 1000; // a burst that begins so soon after its document may have lost its beginning to the one before
// A burst without a code is a scanner's if it is so long, or shorter and faster than anybody types.
const LONG = 8, SHORT = 4, FAST_MS = 60;
// In a text field a person may type too: the mean time between characters of a code, and of a fast burst.
const FIELD_CODE_MS = 180, FIELD_FAST_MS = 40;

const CODE = /^PM[0-9A-HJ-KM-NP-TV-Z]{8}$/; // as in badges/code.py
const CODE_LETTERS = 10;

// Without a modifier these do what a person at a keyboard needs. All others are the browser's, and are stopped.
const PLAIN = new Set(["Tab", "Enter", " ", "Escape", "Shift", "CapsLock", "Backspace", "Delete", "Insert",
  "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown", "Dead"]);
const WITHOUT_SHIFT = new Set(["Escape", "Insert", "Delete"]); // with it: the task manager, the clipboard

// Where German and French layouts have other letters than the English one, by the place of the key.
const GERMAN = { KeyY: "Z", KeyZ: "Y" };
const FRENCH = { KeyQ: "A", KeyA: "Q", KeyW: "Z", KeyZ: "W", Semicolon: "M", KeyM: "," };

// The character of one key, in each layout that a scanner may think it types into; "" where it has none.
function readings(event) {
  const place = /^(?:Key|Digit|Numpad)([0-9A-Z])$/.exec(event.code)?.[1] ?? "";
  return [event.key.toUpperCase(), place, GERMAN[event.code] ?? place, FRENCH[event.code] ?? place];
}

// The codes that the last keys may be: one, or two where layouts differ. The server tells which was made here.
function codes(keys) {
  if (keys.length < CODE_LETTERS) return [];
  const last = keys.slice(-CODE_LETTERS);
  const texts = last[0].read.map((_, layout) => last.map(({ read }) => read[layout]).join(""));
  return [...new Set(texts)].filter((text) => CODE.test(text));
}

function mean(keys) {
  return (keys.at(-1).at - keys[0].at) / (keys.length - 1);
}

function isBrowsers(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return true;
  if (event.shiftKey && WITHOUT_SHIFT.has(event.key)) return true;
  return event.key.length > 1 && !PLAIN.has(event.key);
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

// Tab and Shift+Tab go round on the page: past its end are the parts of the browser that a kiosk does not show.
function walk(back) {
  const page = document.querySelector("dialog[open]") ?? document;
  const stops = [...page.querySelectorAll("a[href], button, summary, input, select, textarea")]
    .filter((each) => !each.disabled && each.type !== "hidden" && !each.closest("[inert]") && each.checkVisibility());
  const here = document.activeElement;
  const isBefore = (each) => Boolean(here.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING);
  const isAfter = (each) => Boolean(here.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = here === document.body ? undefined : back ? stops.findLast(isBefore) : stops.find(isAfter);
  (next ?? stops.at(back ? -1 : 0))?.focus();
}

// Calls take(codes) for what may be a badge's code, refuse(isCut) for a burst that holds none or only the end of one,
// typing() for each character, and touch() for a person. Returns quiet(), which waits for the end of a burst.
export function watchKeys({ take, refuse, typing, touch }) {
  const opened = performance.now();
  let isTyping = false; // whether a burst's next key may still come
  let waiting = []; // those who wait until none does
  let letters = []; // the characters since the last other key: {read, at}
  let burst = null; // the characters of a burst, when its last key came, what was in it, and whether it was answered
  let timer = 0;
  let held = null; // an Enter or Space that waits: {control, timer}
  let tabbed = null; // where the focus was before a Tab, and when that came
  let taken = { text: "", at: -Infinity };

  // Times are those of the events: a busy machine hands them over late.
  function end() {
    clearTimeout(timer);
    isTyping = false;
    answer();
    waiting.forEach((resolve) => resolve());
    waiting = [];
  }

  function answer() {
    if (burst.isAnswered) return;
    burst.isAnswered = true;
    const { keys, inField, hasSuffix } = burst;
    const isFast = keys.length >= SHORT && mean(keys) <= (inField ? FIELD_FAST_MS : FAST_MS);
    if (!inField && keys.length < CODE_LETTERS && keys[0].at - opened <= CUT_MS) refuse(true);
    else if (inField ? isFast && hasSuffix : isFast || keys.length >= LONG) refuse(false);
    else if (!inField && keys.length < SHORT) touch();
  }

  function goesOn(at) {
    burst.at = at;
    isTyping = true;
    clearTimeout(timer);
    timer = setTimeout(end, BURST_GAP_MS);
  }

  // Whether this key, which is no character, came with the characters before it.
  function isScanners(event, inField) {
    if (!burst) return false;
    if (!inField || burst.isTaken) return true;
    return burst.keys.length >= SHORT && mean(burst.keys) <= FIELD_FAST_MS && event.timeStamp - burst.at <= FAST_MS;
  }

  function character(event, inField) {
    const at = event.timeStamp;
    if (held) clearTimeout(held.timer);
    held = null;
    if (tabbed && !inField && !burst && at - tabbed.at <= BURST_GAP_MS) {
      if (tabbed.from === document.body) document.activeElement?.blur();
      else tabbed.from.focus({ preventScroll: true });
    }
    if (letters.length && at - letters.at(-1).at > READ_GAP_MS) letters = [];
    const key = { read: readings(event), at };
    letters = [...letters.slice(1 - CODE_LETTERS), key];
    typing();
    burst ??= { keys: [], at, inField, hasSuffix: false, isTaken: false, isAnswered: false };
    burst.keys.push(key);
    goesOn(at);
    if (inField) touch();
    else stop(event);
    const found = codes(letters);
    if (!found.length || (inField && mean(letters) > FIELD_CODE_MS)) return;
    letters = [];
    burst.isTaken = burst.isAnswered = true;
    const text = found.join();
    const isSame = taken.text === text && at - taken.at <= AGAIN_MS;
    taken = { text, at };
    if (!isSame) take(found);
  }

  function hold(control) {
    if (held) return;
    const press = () => {
      held = null;
      if (control.isConnected && !control.closest("[inert]")) control.click();
    };
    held = { control, timer: setTimeout(press, HOLD_MS) };
  }

  addEventListener("keydown", (event) => {
    const inField = Boolean(event.target.closest?.("input, textarea"));
    if (burst && event.timeStamp - burst.at > BURST_GAP_MS) {
      end();
      burst = null;
    }
    if (isBrowsers(event) && !(inField && ["Unidentified", "Process"].includes(event.key))) {
      stop(event);
      letters = [];
      if (burst) goesOn(event.timeStamp);
      return;
    }
    if (event.repeat) {
      if (["Enter", " "].includes(event.key) && !inField) stop(event);
      return;
    }
    if (["Shift", "CapsLock"].includes(event.key)) {
      if (burst) goesOn(event.timeStamp);
      else touch();
      return;
    }
    if ([...event.key].length === 1 && event.key !== " ") return character(event, inField);
    letters = [];
    if (isScanners(event, inField)) {
      stop(event);
      burst.hasSuffix = true;
      return goesOn(event.timeStamp);
    }
    if (event.key === "Tab") {
      event.preventDefault();
      tabbed = { from: document.activeElement, at: event.timeStamp };
      walk(event.shiftKey);
    }
    const control = event.target.closest?.("a, button, summary");
    if (control && ["Enter", " "].includes(event.key)) {
      stop(event);
      hold(control);
    }
    touch();
  }, { capture: true });

  // The release of Alt alone opens a menu.
  addEventListener("keyup", (event) => { if (isBrowsers(event)) stop(event); }, { capture: true });

  return { quiet: () => new Promise((resolve) => { if (isTyping) waiting.push(resolve); else resolve(); }) };
}
