// The upload form: sends the file in slices, with what was found in it so far. Without this module it is a plain form.

import { Sender, giveUp, howFar, unfinished } from "./slices.js";

const form = document.getElementById("upload");
const input = document.getElementById("file");
const drop = document.getElementById("drop");
const panel = document.getElementById("progress");
const bar = panel.querySelector("[role=progressbar]");
const pause = document.getElementById("progress-pause");
const soFar = document.getElementById("so-far");
const words = document.getElementById("upload-words");
const button = form.querySelector("button");
const language = document.documentElement.lang;
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const MB = 1024 * 1024;
const SPEED_OVER = 5000; // milliseconds
const LOOK_EVERY = 1000; // milliseconds, unless there are new errors
const place = `upload ${form.dataset.uploads} ${form.elements.of?.value ?? ""}`;

let sender = null;
let sending = null; // the file
let samples = []; // [time, bytes] of the last seconds, for the speed
let errors = 0;
let lookedAt = 0;

const fill = (name, values = {}) => words.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
const percentOf = (bytes, size) => whole.format(Math.floor((bytes / Math.max(1, size)) * 100));

function complain(...sentences) {
  const where = document.getElementById("file-error");
  where.replaceChildren();
  input.toggleAttribute("aria-invalid", sentences.length > 0);
  if (sentences.length) {
    input.setAttribute("aria-invalid", "true");
    where.append(words.content.cloneNode(true), " ", sentences.join(" "));
  }
}

function chosen() {
  const file = input.files[0];
  const large = file && file.size > Number(form.dataset.limit);
  complain(...(large ? [fill("large")] : []));
  button.disabled = Boolean(large);
  if (file && form.dataset.next) {
    const address = `${form.dataset.next}?name=${encodeURIComponent(file.name)}`;
    htmx.ajax("GET", address, { target: "#next", swap: "innerHTML" });
  }
}

function timeLeft(seconds) {
  return seconds < 90 ? fill("seconds", { n: whole.format(Math.ceil(seconds)) }) : fill("minutes", { n: whole.format(seconds / 60) });
}

function show(bytes, text) {
  const percent = (bytes / Math.max(1, sending.size)) * 100;
  bar.setAttribute("aria-valuenow", Math.floor(percent));
  bar.firstElementChild.setAttribute("d", `M0 0H${percent.toFixed(1)}V1H0z`);
  document.getElementById("progress-words").textContent = text;
}

function moved(bytes) {
  const now = performance.now();
  samples = [...samples.filter(([time]) => now - time < SPEED_OVER), [now, bytes]];
  const [[since, from]] = samples;
  const rate = (bytes - from) / Math.max(0.001, (now - since) / 1000);
  const parts = { percent: percentOf(bytes, sending.size), done: tenths.format(bytes / MB), total: tenths.format(sending.size / MB) };
  if (rate > 0) show(bytes, fill("sending", { ...parts, rate: tenths.format(rate / MB), left: timeLeft((sending.size - bytes) / rate) }));
  else show(bytes, fill("begun", parts));
}

function notice(text) {
  document.getElementById("progress-notice").textContent = text;
}

async function sent(bytes, found) {
  notice("");
  moved(bytes);
  if (found === errors && performance.now() - lookedAt < LOOK_EVERY) return;
  [errors, lookedAt] = [found, performance.now()];
  const { url } = sender;
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok || answer.redirected || sender?.url !== url) return; // it is over, or signed out: the next slice tells
  const fragment = new DOMParser().parseFromString(await answer.text(), "text/html");
  soFar.replaceChildren(...fragment.body.childNodes);
}

function waits(seconds) {
  samples = [];
  notice(fill("waits", { percent: percentOf(sender.offset, sending.size), n: whole.format(seconds) }));
}

function done(location) {
  sender = null;
  show(sending.size, fill("here"));
  window.location.assign(location);
}

function finish(problem) {
  sender = null;
  panel.hidden = true;
  form.hidden = false;
  if (problem) complain(problem);
  input.focus();
  list();
}

const REFUSALS = { 403: "stale", 413: "large", 422: "many", 507: "full", signedout: "signedout", unreadable: "unreadable" };
const refused = (status) => finish(fill(REFUSALS[status] ?? "failed", { status }));

function send() {
  [samples, errors] = [[], 0];
  notice("");
  pause.textContent = fill("pause");
  const { uploads, slice } = form.dataset;
  const token = form.elements.csrfmiddlewaretoken.value;
  const options = { place, uploads, of: form.elements.of?.value, token, slice: Number(slice) };
  sender = new Sender(sending, options, { sent, moved, waits, done, refused });
  sender.run();
}

// What was begun on this page before and is not whole yet, with how far it is.
async function list() {
  const where = document.getElementById("unfinished");
  const pattern = where.querySelector("template");
  const found = await Promise.all(unfinished(place).map(async (one) => ({ ...one, offset: await howFar(one.url) })));
  where.querySelectorAll("div").forEach((old) => old.remove());
  for (const one of found.filter(({ offset }) => offset !== null)) {
    const row = pattern.content.firstElementChild.cloneNode(true);
    row.querySelector("bdi").textContent = one.name;
    row.querySelector("[data-percent]").textContent = `${percentOf(one.offset, one.size)}%`;
    row.querySelector("button").addEventListener("click", async () => {
      row.remove();
      await giveUp(one, form.elements.csrfmiddlewaretoken.value);
    });
    where.append(row);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  complain();
  [sending] = input.files;
  document.getElementById("progress-name").textContent = sending.name;
  document.getElementById("progress-next").textContent = document.getElementById("next").textContent.trim();
  soFar.replaceChildren();
  form.hidden = true;
  panel.hidden = false;
  show(0, "");
  pause.focus(); // the button that had it is hidden now
  send();
});
input.addEventListener("change", chosen);
pause.addEventListener("click", () => {
  if (!sender.runs) {
    send();
    return;
  }
  sender.pause();
  samples = [];
  moved(sender.offset);
  pause.textContent = fill("resume");
  notice(fill("paused", { percent: percentOf(sender.offset, sending.size) }));
});
document.getElementById("progress-stop").addEventListener("click", async () => {
  const stopped = sender;
  finish(fill("stopped"));
  await stopped?.stop();
  list();
});

for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    event.preventDefault(); // a file dropped beside the field must not replace the page
    drop.classList.toggle("is-over", type !== "drop" && type !== "dragleave");
    if (type === "drop" && event.dataTransfer.files.length && !sender) {
      const one = new DataTransfer();
      one.items.add(event.dataTransfer.files[0]);
      input.files = one.files;
      chosen();
    }
  });
}
chosen();
list();
