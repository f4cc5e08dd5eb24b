// A key presses what carries its letter in data-key: a link is followed, a field is focused.

document.addEventListener("keydown", (event) => {
  const busy = event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select");
  const target = busy ? null : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.select();
  else if (target.matches("textarea")) target.focus();
  else target.click();
});
