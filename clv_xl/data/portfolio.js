"use strict";
// Sorting and finding. Without this script the page shows everything, sorted by CLV.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const tools = document.getElementById("tools");
  if (!tools) return;
  const [find, verdict, attention, sort, shown] = ["find", "verdict", "attention", "sort", "shown"].map((id) =>
    document.getElementById(id));
  const heads = all("table.clients th[data-sort]");
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" }).compare;
  const name = (row) => row.cells[0].querySelector("bdi").textContent;
  let key = "clv", down = true;

  const order = () => {
    for (const table of all("table.clients")) {
      const head = table.querySelector(`th[data-key="${key}"]`);
      const place = head.cellIndex, text = head.dataset.sort === "text", sign = down ? -1 : 1;
      const value = (row) => parseFloat(row.cells[place].dataset.v);
      for (const body of table.tBodies) {
        const rows = [...body.rows].filter((row) => row.id);
        rows.sort((one, other) => {
          if (text) return sign * compare(name(one), name(other));
          const [a, b] = [value(one), value(other)];
          // what is not known stands last in either direction
          if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
          return sign * (a - b) || compare(name(one), name(other));
        });
        body.append(...rows);
      }
      for (const other of all("th[data-sort]", table)) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    }
    sort.value = `${key} ${down ? "down" : "up"}`;
  };

  const filter = () => {
    const wanted = find.value.trim().toLocaleLowerCase();
    let count = 0;
    for (const row of all("table.clients tr[id]")) {
      const fits = row.cells[0].textContent.toLocaleLowerCase().includes(wanted)
        && (!verdict.value || row.dataset.level === verdict.value)
        && (!attention.checked || row.hasAttribute("data-attention"));
      row.hidden = !fits;
      count += fits;
      document.getElementById(row.id.replace("r", "c")).parentElement.hidden = !fits;
    }
    for (const body of all("table.clients tbody")) body.hidden = ![...body.rows].some((row) => row.id && !row.hidden);
    for (const group of all("section.group")) group.hidden = !all("tr[id]", group).some((row) => !row.hidden);
    const text = shown.dataset.text.replace("{shown}", count).replace("{all}", shown.dataset.all);
    shown.textContent = count < Number(shown.dataset.all) ? text : "";
  };

  const choose = (head) => {
    down = head.dataset.key === key ? !down : head.dataset.sort !== "text";
    key = head.dataset.key;
    order();
  };

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => choose(head));
  }
  for (const head of all("th[data-sort]", document.querySelector("table.clients"))) {
    for (const [direction, arrow] of [["down", "\u2193"], ["up", "\u2191"]]) {
      const label = `${head.querySelector(".name").textContent} ${arrow}`;
      sort.append(new Option(label, `${head.dataset.key} ${direction}`));
    }
  }
  sort.addEventListener("change", () => {
    const [chosen, direction] = sort.value.split(" ");
    [key, down] = [chosen, direction === "down"];
    order();
  });
  for (const control of [find, verdict, attention]) control.addEventListener("input", filter);
  tools.addEventListener("submit", (event) => event.preventDefault());
  // not every browser opens the details that a link leads into
  const open = () => {
    const target = /^#c\d+$/.test(location.hash) && document.querySelector(location.hash);
    if (target) {
      target.parentElement.open = true;
      target.parentElement.scrollIntoView();
      target.parentElement.querySelector("summary").focus({ preventScroll: true });
    }
  };
  window.addEventListener("hashchange", open);
  tools.hidden = false;
  order();
  open();
})();
