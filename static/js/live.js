// Keeps a page fresh: asks while it is looked at, and is honest about how old it is when no answer comes.
//
// Whatever carries data-look gets the event "look" every 2 s, which its hx-trigger waits for. (An htmx filter on
// "every 2s" would need eval, which our security policy forbids.)

const EVERY = 2000;
const PATIENCE = 8000; // a path that dies silently gives no error: no answer for so long is none
const live = document.getElementById("live");
let answeredAt = Date.now();
let movedAt = 0;

function look() {
  if (document.hidden || handsOn()) return;
  for (const element of document.querySelectorAll("[data-look]")) {
    if (!element.classList.contains("htmx-request")) htmx.trigger(element, "look");
  }
}

// A click is about to be made or is on its way: a swap now could move another button under it.
function handsOn() {
  const aiming = Date.now() - movedAt < 1500 && document.querySelector(".act:hover");
  return aiming || document.querySelector("[data-look] .htmx-request:not([data-look])");
}

function say(fresh) {
  if (!live) return;
  if (fresh) answeredAt = Date.now();
  const [on, off] = ["on", "off"].map((when) => live.querySelector(`[data-when="${when}"]`));
  live.classList.toggle("is-good", fresh);
  live.classList.toggle("is-bad", !fresh);
  on.hidden = !fresh;
  off.hidden = fresh;
  live.querySelector("time").textContent = fresh ? new Date().toLocaleTimeString([], { hourCycle: "h23" }) : "";
  if (!fresh) off.lastElementChild.textContent = live.dataset.age.replace("{age}", age());
}

// Minutes and seconds, as a clock shows them: it needs no words.
function age() {
  const seconds = Math.round((Date.now() - answeredAt) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);
document.addEventListener("pointermove", () => { movedAt = Date.now(); }, { passive: true });

document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.matches("[data-look]")) detail.timeout = PATIENCE;
});
document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.matches("[data-look]")) say(detail.successful);
});

// A log that is read at its end stays at its end.
let follows = true;
const log = () => document.getElementById("log");
const atEnd = (element) => element.scrollHeight - element.scrollTop - element.clientHeight < 8;
document.body.addEventListener("htmx:beforeSwap", () => { if (log()) follows = atEnd(log()); });
document.body.addEventListener("htmx:afterSwap", () => { if (log() && follows) log().scrollTop = log().scrollHeight; });
if (log()) log().scrollTop = log().scrollHeight;

// A button that did its work is gone with the swap: the focus stays in its row, on the job's name.
let rowInFocus = "";
document.body.addEventListener("htmx:beforeSwap", () => { rowInFocus = document.activeElement?.closest(".job")?.id || ""; });
document.body.addEventListener("htmx:afterSettle", () => {
  if (rowInFocus && document.activeElement === document.body) document.querySelector(`#${rowInFocus} h3 a`)?.focus();
});

// What an answer put among the toasts stays for 10 s.
document.body.addEventListener("htmx:oobAfterSwap", () => {
  for (const toast of document.querySelectorAll("#toasts > .toast")) setTimeout(() => toast.remove(), 10000);
});

say(true);
