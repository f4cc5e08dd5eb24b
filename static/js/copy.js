// A button that copies the text of the field it names. Without this module the field can still be selected.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // the clipboard is there on https and this machine alone
    }
    button.querySelector("span").textContent = button.dataset.done;
  });
  field.addEventListener("focus", () => field.select());
}
