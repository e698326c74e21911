// data-poll="URL" asks for an HTML fragment every data-poll-every milliseconds (2000) and puts it inside.
// The fragment ends the polling by containing an element with data-poll-done; if that carries a URL
// ("data-poll-done=/there/"), the page goes there, so the finished state is an ordinary page.
for (const box of document.querySelectorAll("[data-poll]")) {
  const every = Number(box.dataset.pollEvery || 2000);
  let failures = 0;

  const later = (wait) => setTimeout(ask, document.hidden ? wait * 5 : wait);
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.poll, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      if (text !== box.innerHTML) box.innerHTML = text;
      box.removeAttribute("data-poll-stalled");
      failures = 0;
      const done = box.querySelector("[data-poll-done]");
      if (done) {
        if (done.dataset.pollDone) location.assign(done.dataset.pollDone);
        return;
      }
    } catch {
      failures += 1;
      if (failures >= 3) box.setAttribute("data-poll-stalled", "");
    }
    later(every * Math.min(2 ** failures, 8));
  };
  later(every);
}
