// One click copies the text in data-copy, and the button says so for a while. The text stands on the page as well: it
// can be selected where this module does not run.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const copied = await copy(button.dataset.copy);
  const told = button.querySelector("[aria-live]");
  if (!copied || told.textContent === button.dataset.done) return;
  const before = told.textContent;
  told.textContent = button.dataset.done;
  setTimeout(() => { told.textContent = before; }, 3000);
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // the clipboard is there on https and this machine alone
  }
}

function copyBySelection(text) {
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}
