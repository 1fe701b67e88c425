// Polls the board every second and updates the page. Content older than 30 s is replaced by a notice (P28).
import { believe, doubt, isFresh, stamp } from "./honest.js";

const url = `${location.pathname}.json`;
let tag = "";
let zoneOffset = 0;

const make = (tag_, text, className = "") => Object.assign(document.createElement(tag_), { textContent: text, className });

function show(board) {
  const rooms = document.getElementById("rooms");
  rooms.className = `rooms-${Math.min(board.rooms.length, 7)}`;
  if (board.rooms.length) rooms.replaceChildren(...board.rooms.map((room) => {
    const section = make("section", "", `room ${room.state}`);
    const header = document.createElement("header");
    const place = document.createElement("p");
    place.append("Drop-in ", make("i", "·"), ` ${room.room}`);
    header.append(make("h1", room.heading), place);
    const who = make("div", "", "who");
    if (room.large.length) {
      const list = make("ul", "", room.size);
      room.large.forEach((each, index) => {
        const item = document.createElement("li");
        if (each.mark) item.append(make("span", each.mark, `letter tint-${index % 4}`));
        item.append(each.words);
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
    if (each.who) line.append(make("b", each.who), " ");
    line.append(make("i", "·"), ` ${each.room}`);
    return line;
  }));
}

function tellTime(asOf) {
  const [day, hour] = asOf.split("T");
  document.getElementById("hour").textContent = hour.slice(0, 8);
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
    if (answer.status === 404) doubt();
    if (answer.status !== 200 && answer.status !== 304) return;
    const date = stamp(answer);
    if (!date) return;
    if (answer.status === 200) {
      const board = await answer.json();
      show(board);
      tag = answer.headers.get("ETag") ?? "";
      zoneOffset = Date.parse(`${board.as_of.slice(0, 19)}Z`) - Date.parse(board.as_of);
    }
    tellTime(shownTime(date));
    believe();
  } catch {
    // isFresh() turns false when answers are missing for 30 s.
  }
}

setInterval(() => { document.getElementById("unsure").hidden = isFresh(); }, 500);
(async () => {
  for (;;) {
    await look();
    await new Promise((wait) => setTimeout(wait, 1000));
  }
})();
