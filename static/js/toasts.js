// A click that was refused says so: htmx swaps no answer of 4xx or 5xx, so without this nothing would happen, silently.

const WORDS = document.getElementById("trouble");

function kindOf(status) {
  if (status === 403) return "stale";
  if (status === 404) return "gone";
  if (status === 413) return "large";
  return status ? "broken" : "offline";
}

// Show the words for `kind` (a <template> in base.html) once, until they are dismissed or 10 seconds have passed.
// Words that ask for a reload stay.
function showTrouble(kind) {
  const toasts = document.getElementById("toasts");
  const words = WORDS?.content.querySelector(`[data-kind="${kind}"]`);
  if (!toasts || !words || toasts.querySelector(`[data-kind="${kind}"]`)) return;
  const toast = document.importNode(words, true);
  toast.querySelector("[data-reload]")?.addEventListener("click", () => window.location.reload());
  toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
  toasts.append(toast);
  if (!toast.querySelector("[data-reload]")) setTimeout(() => toast.remove(), 10_000);
}

// What asks by itself is quiet, and the page's own live mark tells of it: a poll, a part that loads later (neither has an
// event behind it), and what live.js asks for. Buttons inside of it are not.
function isQuiet({ target, detail }) {
  return !detail.requestConfig?.triggeringEvent || (target instanceof Element && target.matches("[data-look]"));
}

document.addEventListener("htmx:responseError", (event) => {
  if (!isQuiet(event)) showTrouble(kindOf(event.detail.xhr.status));
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (!isQuiet(event)) showTrouble("offline");
  });
}
