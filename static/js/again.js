// A screen that was opened in a bad moment: tries its address every few seconds, and loads it once it answers.
const address = document.body.dataset.again || location.href;

setInterval(async () => {
  try {
    const answer = await fetch(address, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(4000) });
    if (answer.ok || answer.type === "opaqueredirect") location.replace(address);
  } catch {
    // No answer yet; the next try follows.
  }
}, 5000);
