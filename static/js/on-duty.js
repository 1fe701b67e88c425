// Polls who is on duty every second and updates the page when it has changed.
const who = document.getElementById("who");
let tag = "";

async function look() {
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const given = { headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(5000) };
    const answer = await fetch("/on-duty.json", given);
    if (answer.status !== 200) return;
    // HTML from our own server, with every name escaped.
    const found = new DOMParser().parseFromString((await answer.json()).who, "text/html");
    who.replaceChildren(...found.body.childNodes);
    tag = answer.headers.get("ETag") ?? "";
  } catch {
    // staff.js shows on every page when the server does not answer.
  }
}

(async () => {
  for (;;) {
    await look();
    await new Promise((wait) => setTimeout(wait, 1000));
  }
})();
