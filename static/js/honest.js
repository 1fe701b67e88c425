// Whether what a screen shows is still current: an answer older than 30 s is not (P28).
const HONEST_MS = 30000;
let newest = 0; // the server's own stamp of the newest answer: a cached old answer proves nothing
let seen = { clock: Date.now(), ticks: performance.now() };

export function isFresh() {
  // After sleep the wall clock has jumped; after the clock was set the monotonic clock has not. Take the greater age.
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
