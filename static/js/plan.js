// Polls a running plan: shows the best values so far and their bounds, then the proposal.
const place = document.getElementById("in-work");
const lines = document.getElementById("found");

async function look() {
  const answer = await fetch(place.dataset.look, { cache: "no-store", redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const { done, found } = await answer.json();
  if (done) location.reload();
  if (!found.length || found.join() === [...lines.children].map((each) => each.textContent).join()) return;
  lines.replaceChildren(...found.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
}

setInterval(look, 500);
