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

// The clipboard is lent to secure pages only; elsewhere the text is selected, ready to be copied by hand.
for (const button of document.querySelectorAll("[data-copies]")) {
  const text = document.getElementById(button.dataset.copies);
  button.addEventListener("click", async () => {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } else {
      getSelection().selectAllChildren(text);
    }
  });
}

// A look is tried on as it is chosen; whether its colours can be told apart, the server says on saving.
const preview = document.getElementById("preview");
// Black or white, whichever stands out more on the colour (the luminance of WCAG 2).
const inkOn = (colour) => {
  const part = (at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2;
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.18 ? "#10151f" : "#ffffff";
};
const wear = () => {
  const own = document.querySelector("[name=own_series]").checked;
  for (const input of document.querySelectorAll("[data-token]")) {
    if (own || input.name === "accent") preview.style.setProperty(input.dataset.token, input.value);
    else preview.style.removeProperty(input.dataset.token);
    if (input.name === "accent") preview.style.setProperty("--accent-ink", inkOn(input.value));
  }
};
if (preview) {
  document.querySelector("[data-brand]").addEventListener("input", wear);
  wear();
}

for (const input of document.querySelectorAll("[data-into]")) {
  input.addEventListener("change", () => {
    const reader = new FileReader();
    reader.onload = () => (document.getElementById(input.dataset.into).value = reader.result);
    if (input.files[0]) reader.readAsDataURL(input.files[0]);
  });
}

// Work that goes on: its part of the page follows, and at its end the whole page is loaded again.
for (const box of document.querySelectorAll("[data-follows]")) {
  const look = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
    const now = page.getElementById(box.id);
    if (!now?.hasAttribute("data-follows")) {
      location.assign(location.pathname);
      return;
    }
    box.replaceChildren(...now.childNodes);
    setTimeout(look, 1500);
  };
  setTimeout(look, 1500);
}
