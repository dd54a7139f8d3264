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
      item.classList.toggle("filtered", !fits);
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
    const words = new Intl.Collator(undefined, {numeric: true});
    const order = (one, other) =>
      one && other && Number.isFinite(one - other) ? one - other : words.compare(one, other);
    const rows = [...table.tBodies[0].rows];
    rows.sort((one, other) => (up ? 1 : -1) * order(key(one), key(other)));
    table.tBodies[0].append(...rows);
  });
}

// What a link leads to is shown, though it is folded away or filtered out.
const reveal = (hash) => {
  for (let at = hash && document.getElementById(hash.slice(1)); at; at = at.parentElement) {
    at.classList.remove("filtered");
    if (at.localName === "details") at.open = true;
  }
};
addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link) reveal(link.hash);
});
addEventListener("hashchange", () => {
  reveal(location.hash);
  document.querySelector(":target")?.scrollIntoView();
});
reveal(location.hash);

// On paper nothing can be opened. Afterwards all is as it was.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const part of opened) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of opened) part.open = false;
});
