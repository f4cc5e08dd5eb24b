// One click copies the text in data-copy. What is to be copied stands on the page as text too.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const copied = await copy(button.dataset.copy);
  const told = button.querySelector("[data-told]");
  if (!told) return;
  told.textContent = copied ? button.dataset.done : button.dataset.failed;
  setTimeout(() => { told.textContent = ""; }, 3000);
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // there is no clipboard on a page that came over plain http
  }
}

function copyBySelection(text) {
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "vh" });
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}
