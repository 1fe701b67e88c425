// Keeps the board true, and honest when it cannot: what is older than 30 s is not shown (P28).
const HONEST_MS = 30000;
const url = `${location.pathname}.json`;
let tag = "";
let newest = 0; // the server's own stamp of the newest answer: a cached old answer proves nothing
let seen = { clock: Date.now(), ticks: performance.now() };
let zoneOffset = 0;

function fresh() {
  // A laptop that slept has a wall clock that jumped; one whose clock was set has ticks that did not. Believe the older.
  return Math.max(Date.now() - seen.clock, performance.now() - seen.ticks) < HONEST_MS;
}

const make = (tag_, text, className = "") => Object.assign(document.createElement(tag_), { textContent: text, className });

function show(board) {
  const rooms = document.getElementById("rooms");
  rooms.className = `rooms-${Math.min(board.rooms.length, 4)}`;
  if (board.rooms.length) rooms.replaceChildren(...board.rooms.map((room) => {
    const section = make("section", "", `room ${room.state}`);
    const header = document.createElement("header");
    const place = document.createElement("p");
    place.append("Drop-in ", make("i", "·"), ` ${room.room}`);
    header.append(make("h1", room.heading), place);
    const who = make("div", "", "who");
    if (room.state !== "closed" && room.mentors.length) {
      const list = document.createElement("ul");
      room.mentors.forEach((name, index) => {
        const item = document.createElement("li");
        item.append(make("span", [...name][0], `letter tint-${index % 4}`), name);
        list.append(item);
      });
      who.append(list);
    }
    who.append(make("p", room.line));
    section.append(header, who);
    return section;
  }));
  document.getElementById("next").replaceChildren(...board.next.map((each) => {
    const line = make("li", `${each.words} `);
    if (each.mentors.length) line.append(make("b", each.mentors.join(" & ")), " ");
    line.append(make("i", "·"), ` ${each.room}`);
    return line;
  }));
}

function tellTime(asOf) {
  const [day, hour] = asOf.split("T");
  document.getElementById("hour").textContent = hour.slice(0, 5);
  document.getElementById("day").textContent = new Date(`${day}T12:00:00Z`).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
}

function shownTime(date) {
  const wall = new Date(date.getTime() + zoneOffset);
  return wall.toISOString();
}

async function look() {
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(url, { headers, cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (answer.status === 404) seen = { clock: -HONEST_MS, ticks: -HONEST_MS };
    if (answer.status !== 200 && answer.status !== 304) return;
    const date = new Date(answer.headers.get("Date"));
    if (!(date.getTime() >= newest)) return;
    newest = date.getTime();
    if (answer.status === 200) {
      const board = await answer.json();
      show(board);
      tag = answer.headers.get("ETag") ?? "";
      zoneOffset = Date.parse(`${board.as_of.slice(0, 19)}Z`) - Date.parse(board.as_of);
    }
    tellTime(shownTime(date));
    seen = { clock: Date.now(), ticks: performance.now() };
  } catch {
    // Honesty below does the rest.
  }
}

setInterval(() => { document.getElementById("unsure").hidden = fresh(); }, 500);
(async () => {
  for (;;) {
    await look();
    await new Promise((wait) => setTimeout(wait, 1000));
  }
})();
