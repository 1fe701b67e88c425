// Whether what a screen shows is still true: an answer older than 30 s is believed no more (P28).
const HONEST_MS = 30000;
let newest = 0; // the server's own stamp of the newest answer: a cached old answer proves nothing
let seen = { clock: Date.now(), ticks: performance.now() };

export function isFresh() {
  // A laptop that slept has a wall clock that jumped; one whose clock was set has ticks that did not. Believe the older.
  return Math.max(Date.now() - seen.clock, performance.now() - seen.ticks) < HONEST_MS;
}

// When the server gave this answer, or null for one that is older than another we have had.
export function stamp(answer) {
  const date = new Date(answer.headers.get("Date"));
  if (!(date.getTime() >= newest)) return null;
  newest = date.getTime();
  return date;
}

export function believe() {
  seen = { clock: Date.now(), ticks: performance.now() };
}

export function doubt() {
  seen = { clock: -HONEST_MS, ticks: -HONEST_MS };
}
