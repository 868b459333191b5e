/* Typed tables: a row more, a row less, and where rows have an order, one up or down. Without this there is one blank
   row, saving gives the next, and the buttons of an ordered table send the form. */

const ready = (root) => {
  for (const table of root.querySelectorAll?.("[data-rows]") ?? []) {
    table.querySelector("[data-row-add]").hidden = false;
    for (const button of table.querySelectorAll("[data-row-remove]")) button.hidden = false;
  }
};

const rowsOf = (table) => [...table.querySelectorAll(":scope > [data-row]")];

/* Rows are sent in the order of their numbers: where that says something, they are numbered as they stand. */
const renumber = (table) => {
  rowsOf(table).forEach((row, index) => {
    row.querySelector("[data-row-number]").textContent = index + 1;
    if (table.dataset.rows !== "ordered") return;
    for (const field of row.querySelectorAll("[name]")) field.name = field.name.replace(/-\d+-(\w+)$/, `-${index}-$1`);
  });
};

/* The neighbour is moved and not the row itself, so that the focus stays where it is. */
const move = (table, row, button) => {
  const rows = rowsOf(table);
  const from = rows.indexOf(row);
  const to = from + (button.dataset.rowMove === "up" ? -1 : 1);
  const other = rows[to];
  if (!other) return;
  if (to < from) row.after(other);
  else row.before(other);
  renumber(table);
  table.querySelector("[data-row-said]").textContent = `Row ${from + 1} is row ${to + 1} now.`;
  row.querySelector("input, select, textarea").dispatchEvent(new Event("input", { bubbles: true }));
  const left = [...row.querySelectorAll("[data-row-move]")].filter((one) => getComputedStyle(one).visibility !== "hidden");
  (left.includes(button) ? button : left[0])?.focus();
};

const add = (table) => {
  const made = table.querySelector("template").content.firstElementChild.cloneNode(true);
  const taken = new Set([...table.querySelectorAll("[name]")].map((field) => field.name.split("-").at(-2)));
  let number = rowsOf(table).length;
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
  if (event.target.closest("[data-row-add], [data-row-move], [data-row-remove]")) event.preventDefault();
  if (event.target.closest("[data-row-add]")) add(table);
  const mover = event.target.closest("[data-row-move]");
  if (mover) move(table, mover.closest("[data-row]"), mover);
  const gone = event.target.closest("[data-row-remove]")?.closest("[data-row]");
  if (!gone) return;
  const next = gone.nextElementSibling?.querySelector?.("input, select, textarea") ?? table.querySelector("[data-row-add]");
  gone.remove();
  renumber(table);
  next.focus();
});

ready(document);
document.addEventListener("htmx:afterSettle", (event) => ready(event.target));
