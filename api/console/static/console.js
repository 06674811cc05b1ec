// Live state of a connection: the server tells by events, and the page is loaded again when its state has changed.
const WORKING = ["syncing", "backfilling"];

for (const box of document.querySelectorAll("[data-events]")) {
  const said = box.querySelector("[data-said]");
  const bar = box.querySelector("progress");
  const source = new EventSource(box.dataset.events);
  source.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    box.hidden = false;
    const done = `${told.done.toLocaleString()}${told.total ? ` of ${told.total.toLocaleString()}` : ""} ${told.unit}`;
    said.textContent = told.waiting ? `${told.phase}: waiting for the vendor, ${done}` : `${told.phase}: ${done}`;
    if (told.total) {
      bar.max = told.total;
      bar.value = told.done;
    } else {
      bar.removeAttribute("value");
    }
  });
  source.addEventListener("connection", (event) => {
    const { state } = JSON.parse(event.data);
    if (WORKING.includes(state)) {
      box.hidden = false;
    }
    if (state !== box.dataset.state && !WORKING.includes(state)) {
      source.close();
      location.reload();
    }
    box.dataset.state = state;
  });
  source.addEventListener("removed", () => source.close());
}

for (const button of document.querySelectorAll("[data-confirm]")) {
  button.addEventListener("click", (event) => {
    if (!confirm(button.dataset.confirm)) event.preventDefault();
  });
}

for (const button of document.querySelectorAll("[data-menu]")) {
  const menu = document.getElementById(button.getAttribute("aria-controls"));
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(menu.classList.toggle("is-open")));
  });
}

for (const select of document.querySelectorAll("[data-submits]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
