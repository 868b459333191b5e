/* A table of many links is one tab stop: data-roving on the table, arrow keys within. The heat-map and the calendar use it. */

const cells = (table) => [...table.rows].map((row) => [...row.querySelectorAll("[data-roves], .gh-heat, .gh-day")].filter((cell) => cell.matches("a, button"))).filter((row) => row.length);

const only = (table, chosen) => {
  for (const cell of cells(table).flat()) cell.tabIndex = cell === chosen ? 0 : -1;
};

const target = (rows, row, column, key) => {
  const last = rows[row].length - 1;
  switch (key) {
    case "ArrowRight": return rows[row][Math.min(column + 1, last)];
    case "ArrowLeft": return rows[row][Math.max(column - 1, 0)];
    case "ArrowDown": return rows[row + 1]?.[Math.min(column, rows[row + 1].length - 1)];
    case "ArrowUp": return rows[row - 1]?.[Math.min(column, rows[row - 1].length - 1)];
    case "Home": return rows[row][0];
    case "End": return rows[row][last];
    default: return undefined;
  }
};

const prepare = (root) => {
  for (const table of root.querySelectorAll?.("table[data-roving]") ?? []) only(table, cells(table).flat()[0]);
};

document.addEventListener("keydown", (event) => {
  const table = event.target.closest?.("table[data-roving]");
  if (!table || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = cells(table);
  const row = rows.findIndex((candidates) => candidates.includes(event.target));
  if (row < 0) return;
  const to = target(rows, row, rows[row].indexOf(event.target), event.key);
  if (!to) return;
  event.preventDefault();
  only(table, to);
  to.focus();
});

document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
prepare(document);
