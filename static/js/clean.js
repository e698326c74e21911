// data-clean on a filter form leaves empty fields out of the address, so that it says only what is asked.
for (const form of document.querySelectorAll("form[data-clean]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });
}
