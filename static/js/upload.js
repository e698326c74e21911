// data-upload=URL on a form: sends its file in pieces; it can be paused, outlives a lost connection and goes on after a
// reload, as what was begun stands in the page (data-begun). Sentences are elements with data-say.
const PIECE = 4 * 2 ** 20;
for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const part = (name) => form.querySelector(`[data-upload-${name}]`);
  const [box, bar, numbers, live, heard, pause, resume, cancel] = "box bar numbers live heard pause resume cancel".split(" ").map(part);
  const token = form.elements.csrfmiddlewaretoken.value;
  const write = (value, options) => new Intl.NumberFormat(document.documentElement.lang, options).format(value);
  const percent = (share) => write(Math.floor(share * 100) / 100, { style: "percent" });
  const megabytes = (bytes) => write(bytes / 2 ** 20, { maximumFractionDigits: 1 });
  const span = (count, unit) => write(count, { style: "unit", unit, unitDisplay: "long" });
  const say = (name, words = {}) =>
    form.querySelector(`[data-say=${name}]`).textContent.replace(/\{(\w+)\}/g, (_, word) => words[word]);
  let file, arrival, paused, flight, wake, told, speed;

  const ask = (method, url, body, headers = {}) =>
    new Promise((done) => {
      const request = (flight = new XMLHttpRequest());
      const [began, from] = [performance.now(), arrival?.offset];
      request.open(method, url);
      request.responseType = "json";
      request.timeout = 120000;
      request.setRequestHeader("X-CSRFToken", token);
      for (const name in headers) request.setRequestHeader(name, headers[name]);
      if (method === "PATCH")
        request.upload.onprogress = ({ loaded }) => {
          const now = loaded / (performance.now() - began + 1);
          speed = speed ? 0.9 * speed + 0.1 * now : now;
          if (!paused) draw(from + loaded);
        };
      request.onloadend = () => done(request);
      request.send(body);
    });

  const draw = (here) => {
    const share = Math.min(here / file.size, 1);
    const seconds = Math.ceil((file.size - here) / speed / 1000);
    const left = seconds > 90 ? span(Math.ceil(seconds / 60), "minute") : span(seconds, "second");
    bar.value = share;
    numbers.textContent = say(seconds > 0 && !paused ? "numbers" : "still", {
      here: megabytes(here), size: megabytes(file.size), share: percent(share), left,
    });
    if (share * 10 >= told + 1) heard.textContent = percent((told = Math.floor(share * 10)) / 10);
  };

  const show = (state, sentence) => {
    const focused = [pause, resume].includes(document.activeElement);
    box.hidden = false;
    const over = state === "stopped";
    part("acts").hidden = part("fields").disabled = !over;
    bar.hidden = numbers.hidden = cancel.hidden = over;
    pause.hidden = state !== "sending";
    resume.hidden = state !== "paused";
    if (focused) (resume.hidden ? pause : resume).focus();
    live.textContent = sentence;
  };

  const rest = (seconds) =>
    new Promise((done) => {
      wake = done;
      setTimeout(done, seconds * 1000);
    });

  const announce = () => {
    const body = new FormData();
    for (const field of form.querySelectorAll("[name=kind]:checked, [name=complete]:checked")) body.set(field.name, field.value);
    body.set("filename", file.name);
    body.set("size", file.size);
    body.set("modified", file.lastModified);
    return ask("POST", form.dataset.upload, body);
  };

  const sending = () => say("sending", { name: file.name });
  const next = () =>
    ask("PATCH", arrival.url, file.slice(arrival.offset, arrival.offset + PIECE), {
      "Upload-Offset": arrival.offset,
      "Content-Type": "application/offset+octet-stream",
    });

  const go = async () => {
    let failures = 0;
    paused = false;
    told = 0;
    show("sending", sending());
    while (!paused) {
      const { status, response } = await (!arrival ? announce() : arrival.unsure ? ask("GET", arrival.url) : next());
      if (paused) return;
      if (status >= 200 && status < 300 && response) {
        if (failures) live.textContent = sending();
        failures = 0;
        arrival = response;
        draw(arrival.offset);
        if (arrival.upload) return location.assign(arrival.upload);
      } else if (status === 409) {
        arrival.unsure = true;
      } else if (arrival && (status === 404 || status === 410)) {
        arrival = null; // cancelled or too old: anew
      } else if (!status || status === 423 || status === 429 || status >= 500) {
        const wait = Math.min(2 ** failures++, 30);
        if (arrival) arrival.unsure = true;
        live.textContent = say("lost", { wait: span(wait, "second") });
        await rest(wait);
      } else {
        return show("stopped", response?.detail || say("signed-out"));
      }
    }
  };

  const halt = () => {
    paused = true;
    if (arrival) arrival.unsure = true;
    flight?.abort();
    wake?.();
  };

  input.addEventListener("change", () => {
    file = input.files[0];
    arrival = null;
    for (const { dataset: one } of document.querySelectorAll("[data-begun]")) {
      if (!file || one.name !== file.name || +one.size !== file.size || +one.modified !== file.lastModified) continue;
      arrival = { url: one.begun, unsure: true };
      form.querySelector(`[name=kind][value=${one.kind}]`).checked = true;
      form.elements.complete.checked = one.complete === "True";
      box.hidden = false;
      live.textContent = say("again", { name: file.name });
    }
  });
  form.addEventListener("submit", (event) => {
    if (!file?.size) return;
    event.preventDefault();
    if (file.size <= +form.dataset.uploadLimit) go();
    else show("stopped", say("too-large", { name: file.name, size: megabytes(file.size) }));
  });
  pause.addEventListener("click", () => {
    halt();
    show("paused", say("paused"));
    draw(bar.value * file.size);
  });
  resume.addEventListener("click", go);
  cancel.addEventListener("click", async () => {
    halt();
    if (arrival) await ask("DELETE", arrival.url);
    location.reload();
  });
  addEventListener("online", () => wake?.());
}
