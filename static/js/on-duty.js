// The staff room's screen: shows each change within a second and a half, and touches the page only when there is one.
const who = document.getElementById("who");
let tag = "";

async function look() {
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const given = { headers, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(5000) };
    const answer = await fetch("/on-duty.json", given);
    if (answer.status !== 200) return;
    // Our own server's HTML, every name in it already written as text.
    const found = new DOMParser().parseFromString((await answer.json()).who, "text/html");
    who.replaceChildren(...found.body.childNodes);
    tag = answer.headers.get("ETag") ?? "";
  } catch {
    // The bar that staff.js keeps on every page says when the box is lost.
  }
}

(async () => {
  for (;;) {
    await look();
    await new Promise((wait) => setTimeout(wait, 1000));
  }
})();
