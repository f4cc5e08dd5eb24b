// Sends the upload form with a progress bar. Without this module the same form works as a plain one.

const form = document.getElementById("upload");
const input = document.getElementById("file");
const drop = document.getElementById("drop");
const panel = document.getElementById("progress");
const bar = panel.querySelector("[role=progressbar]");
const words = document.getElementById("upload-words");
const button = form.querySelector("button");
const language = document.documentElement.lang;
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const MB = 1024 * 1024;

let sending = null;

const fill = (name, values = {}) => words.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

function complain(...sentences) {
  const place = document.getElementById("file-error");
  place.replaceChildren();
  input.toggleAttribute("aria-invalid", sentences.length > 0);
  if (sentences.length) {
    input.setAttribute("aria-invalid", "true");
    place.append(words.content.cloneNode(true), " ", sentences.join(" "));
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

function show(percent, text) {
  bar.setAttribute("aria-valuenow", Math.floor(percent));
  bar.firstElementChild.setAttribute("d", `M0 0H${percent.toFixed(1)}V1H0z`);
  document.getElementById("progress-words").textContent = text;
}

function finish(problem) {
  sending = null;
  panel.hidden = true;
  form.hidden = false;
  complain(problem);
  input.focus();
}

function answered(request) {
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    answer = {};
  }
  if (request.status === 200 && answer.location) {
    sending = null;
    window.location.assign(answer.location);
  } else if (answer.errors) {
    finish(answer.errors.join(" "));
  } else if (request.status === 413) {
    finish(fill("large"));
  } else if (request.status === 403) {
    finish(fill("stale"));
  } else {
    finish(fill("failed", { status: request.status }));
  }
}

function send() {
  const request = new XMLHttpRequest();
  const started = performance.now();
  let percent = 0;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    percent = (loaded / total) * 100;
    const rate = loaded / Math.max(0.001, (performance.now() - started) / 1000);
    const parts = { percent: whole.format(Math.floor(percent)), done: tenths.format(loaded / MB), total: tenths.format(total / MB) };
    show(percent, fill("sending", { ...parts, rate: tenths.format(rate / MB), left: timeLeft((total - loaded) / rate) }));
  });
  request.upload.addEventListener("load", () => show(100, fill("checking")));
  request.addEventListener("load", () => answered(request));
  request.addEventListener("error", () => finish(fill("cut", { percent: whole.format(Math.floor(percent)) })));
  request.addEventListener("abort", () => finish(fill("stopped")));
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.send(new FormData(form));
  return request;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  complain();
  document.getElementById("progress-name").textContent = input.files[0].name;
  document.getElementById("progress-next").textContent = document.getElementById("next").textContent.trim();
  form.hidden = true;
  panel.hidden = false;
  show(0, "");
  sending = send();
});
input.addEventListener("change", chosen);
document.getElementById("progress-stop").addEventListener("click", () => sending?.abort());
window.addEventListener("beforeunload", (event) => sending && event.preventDefault());

for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    event.preventDefault(); // a file dropped beside the field must not replace the page
    drop.classList.toggle("is-over", type !== "drop" && type !== "dragleave");
    if (type === "drop" && event.dataTransfer.files.length && !sending) {
      const one = new DataTransfer();
      one.items.add(event.dataTransfer.files[0]);
      input.files = one.files;
      chosen();
    }
  });
}
chosen();
