"use strict";
document.documentElement.classList.add("js");

// Filter: what holds neither the words nor the state that was asked for is hidden.
for (const tools of document.querySelectorAll(".tools")) {
  const scope = tools.closest("[data-scope]");
  const words = tools.querySelector("input");
  const state = tools.querySelector("select");
  const count = tools.querySelector("output");
  const items = [...scope.querySelectorAll("[data-state]")];
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const filter = () => {
    const wanted = words.value.trim().toLowerCase();
    const named = state ? state.value : "";
    let shown = 0;
    for (const item of items) {
      const fits = (!named || item.dataset.state.split(" ").includes(named)) &&
        (!wanted || textOf(item).includes(wanted));
      item.hidden = !fits;
      shown += fits;
    }
    count.textContent = wanted || named ? `${shown} of ${items.length} shown` : "";
  };
  words.addEventListener("input", filter);
  if (state) state.addEventListener("change", filter);
  const expand = tools.querySelector("button");
  if (expand) expand.addEventListener("click", () => {
    const open = expand.getAttribute("aria-pressed") !== "true";
    for (const part of scope.querySelectorAll("details")) part.open = open;
    expand.setAttribute("aria-pressed", String(open));
  });
}

// Sort: by the figure or the words in a column, and back by a second click.
for (const head of document.querySelectorAll("th[data-sort]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const table = head.closest("table");
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => row.cells[head.cellIndex].dataset.key ?? row.cells[head.cellIndex].textContent.trim();
    const order = new Intl.Collator(undefined, {numeric: true});
    const rows = [...table.tBodies[0].rows];
    rows.sort((one, other) => (up ? 1 : -1) * order.compare(key(one), key(other)));
    table.tBodies[0].append(...rows);
  });
}

// On paper nothing can be opened.
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details")) part.open = true;
});
