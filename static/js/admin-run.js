// Follows a run on its admin page: asks data-run="URL" for its state and writes the answers into the page as text.
// Says whether it is live or reconnecting; when the run has ended the page is loaded once more, as an ordinary page.
for (const box of document.querySelectorAll("[data-run]")) {
  const link = document.querySelector("[data-run-link]");
  const stages = document.querySelector("[data-run-stages]");
  const state = document.querySelector("[data-run-state]");
  const progress = document.querySelector("[data-run-progress]");
  let failures = 0;
  let waiting = 0;

  const tell = (word, live) => {
    if (link.textContent !== word) link.textContent = word;
    link.classList.toggle("run__link--live", live);
  };

  const show = (said) => {
    for (const place of document.querySelectorAll("[data-run-field]")) {
      const text = String(said[place.dataset.runField] ?? "");
      if (place.textContent === text || (!text && place.matches("pre"))) continue;
      const atEnd = place.scrollTop + place.clientHeight >= place.scrollHeight - 8;
      place.textContent = text;
      if (atEnd) place.scrollTop = place.scrollHeight;
    }
    state.textContent = said.label;
    state.className = `state-word state-word--${said.state}`;
    progress.value = said.progress;
    stages.replaceChildren(
      ...said.stages.map((stage) => {
        const line = document.createElement("li");
        for (const text of [stage.name, stage.took]) {
          line.append(Object.assign(document.createElement("span"), { textContent: text }));
        }
        line.lastChild.className = "quiet";
        return line;
      }),
    );
    stages.parentElement.hidden = said.stages.length === 0;
  };

  const ask = async () => {
    clearTimeout(waiting);
    try {
      const answer = await fetch(box.dataset.run, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const said = await answer.json();
      if (said.ended) return location.reload();
      show(said);
      failures = 0;
      tell(box.dataset.live, true);
    } catch {
      failures += 1;
      if (failures > 1) tell(box.dataset.reconnecting, false);
    }
    waiting = setTimeout(ask, Math.min(1500 * 2 ** failures, 15000) * (document.hidden ? 4 : 1));
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  ask();
}
