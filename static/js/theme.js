// Theme switch: data-theme-switch cycles system → light → dark; remembered in a cookie so the server
// can write data-theme into the page itself and nothing flashes.
const root = document.documentElement;
const order = ["system", "light", "dark"];

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  const show = () => {
    const now = root.dataset.theme || "system";
    button.querySelector("[data-theme-name]").textContent = button.dataset[`label${now[0].toUpperCase()}${now.slice(1)}`];
  };
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(root.dataset.theme || "system") + 1) % order.length];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    document.cookie = `theme=${next};path=/;max-age=31536000;samesite=lax`;
    show();
  });
  show();
}
