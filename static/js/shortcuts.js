/* Keys that work everywhere: Ctrl K or / to the search or the filter of the list, Ctrl S saves the text in hand, ? lists the keys.
   Keys of a single letter can be turned off there, for who dictates to the computer; this browser remembers it. */

const KEPT = "gatehouse:letters";
const root = document.documentElement;
const box = document.querySelector("input[data-letters]");
try { root.dataset.letters = localStorage.getItem(KEPT) ?? "on"; } catch { root.dataset.letters = "on"; }
if (box) box.checked = root.dataset.letters === "on";
box?.addEventListener("change", () => {
  root.dataset.letters = box.checked ? "on" : "off";
  try { localStorage.setItem(KEPT, root.dataset.letters); } catch { /* it holds for this page */ }
});

const typing = (element) => element.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

const toSearch = () => {
  const fields = [...document.querySelectorAll("[data-search], main input[type=search]")];
  const field = fields.find((candidate) => candidate.checkVisibility());
  field?.focus();
  field?.select();
  return Boolean(field);
};

/* Fields that save as one goes listen for it: hx-trigger="change, save". */
const save = (field) => {
  const saving = field.closest?.('[hx-trigger*="save"]');
  if (saving) field.dispatchEvent(new CustomEvent("save", { bubbles: true }));
  return Boolean(saving);
};

document.addEventListener("keydown", (event) => {
  const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const key = event.key.toLowerCase();
  if (control && key === "k" && toSearch()) event.preventDefault();
  if (control && key === "s" && save(event.target)) event.preventDefault();
  if (root.dataset.letters !== "on" || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") document.getElementById("keys")?.showModal();
  if (event.key === "/" && !control && toSearch()) event.preventDefault();
});
