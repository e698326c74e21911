// data-dismiss on a button removes the nearest ancestor that carries data-dismissible.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) button.closest("[data-dismissible]")?.remove();
});
for (const button of document.querySelectorAll("[data-dismiss]")) button.hidden = false;
