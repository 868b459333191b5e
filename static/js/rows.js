/* Typed tables: a row more, a row less. Without this there is one blank row, and saving gives the next. */

const ready = (root) => {
  for (const table of root.querySelectorAll?.("[data-rows]") ?? []) {
    table.querySelector("[data-row-add]").hidden = false;
    for (const button of table.querySelectorAll("[data-row-remove]")) button.hidden = false;
  }
};

const renumber = (table) => {
  [...table.querySelectorAll(":scope > [data-row]")].forEach((row, index) => {
    row.querySelector("[data-row-number]").textContent = index + 1;
  });
};

const add = (table) => {
  const made = table.querySelector("template").content.firstElementChild.cloneNode(true);
  const taken = new Set([...table.querySelectorAll("[name]")].map((field) => field.name.split("-").at(-2)));
  let number = table.querySelectorAll(":scope > [data-row]").length;
  while (taken.has(String(number))) number += 1;
  for (const field of made.querySelectorAll("[name]")) field.name = field.name.replace("__row__", number);
  for (const button of made.querySelectorAll("[data-row-remove]")) button.hidden = false;
  table.querySelector("[data-row-add]").before(made);
  renumber(table);
  made.querySelector("input, select, textarea").focus();
};

document.addEventListener("click", (event) => {
  const table = event.target.closest?.("[data-rows]");
  if (!table) return;
  if (event.target.closest("[data-row-add]")) add(table);
  const gone = event.target.closest("[data-row-remove]")?.closest("[data-row]");
  if (!gone) return;
  const next = gone.nextElementSibling?.querySelector?.("input, select, textarea") ?? table.querySelector("[data-row-add]");
  gone.remove();
  renumber(table);
  next.focus();
});

ready(document);
document.addEventListener("htmx:afterSettle", (event) => ready(event.target));
