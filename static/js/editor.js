// The editor of a line: Ctrl+Enter saves and goes to the next error; what was put back is judged again; the page that
// a save leads to is ready to type in.

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-editor]");
  if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-then-next]"));
});

document.addEventListener("reset", (event) => {
  const field = event.target.matches("[data-editor]") && event.target.querySelector("textarea");
  if (field) setTimeout(() => field.dispatchEvent(new Event("input", { bubbles: true })));
});

// A second submit of the same form would come too late: the first has made the next version.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-editor]")) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

function ready(root) {
  const field = root.querySelector("[data-editor] textarea");
  if (!field) return;
  field.focus({ preventScroll: true });
  field.closest("article").scrollIntoView({ block: "nearest" });
}

if (new URLSearchParams(window.location.search).has("fix")) ready(document);
document.body.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id.startsWith("fix-")) ready(detail.target);
});
