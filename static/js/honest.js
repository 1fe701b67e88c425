// Tells whether the content of a screen is current: the newest answer is at most 30 s old (P28).
const HONEST_MS = 30000;
let newest = 0; // the server's Date of the newest answer, in ms; a cached answer has an older one
let seen = { clock: Date.now(), ticks: performance.now() };

export function isFresh() {
  // The wall clock also counts time asleep; the monotonic clock ignores changes of the clock. Take the greater age.
  return Math.max(Date.now() - seen.clock, performance.now() - seen.ticks) < HONEST_MS;
}

// The Date of an answer, or null if it is older than that of an earlier answer.
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
