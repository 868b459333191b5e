/* Keys of a review, on the element with data-review-keys: j and k walk the items, 1 2 3 rate red, yellow, green, x ticks the
   point in hand, or the next open one, e c s press what carries data-key="e", "c", "s". The item in hand has the blue frame.
   They rest while one types, and for good once they are turned off in the list of keys. */

const NOW = "gh-item--now";
const RATINGS = { 1: "red", 2: "yellow", 3: "green" };
const review = () => document.querySelector("[data-review-keys]");
const items = () => [...review().querySelectorAll(".gh-item")].filter((item) => item.checkVisibility());
const inHand = () => review().querySelector(`.${NOW}`);

const take = (item) => {
  inHand()?.classList.remove(NOW);
  item.classList.add(NOW);
  item.dispatchEvent(new CustomEvent("taken", { bubbles: true }));
};

const walk = (step) => {
  const all = items();
  const here = all.indexOf(inHand());
  const next = all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)];
  if (!next) return;
  take(next);
  const summary = next.querySelector("summary");
  (summary ?? next).focus();
  next.scrollIntoView({ block: "nearest" });
};

const open = (item) => {
  if (item.matches("details")) item.open = true;
};

const press = (item, selector) => {
  const target = item.querySelector(selector);
  if (!target || target.disabled) return;
  open(item);
  target.focus();
  if (!target.matches("textarea, input:not([type=checkbox], [type=radio])")) target.click();
};

const tick = (item) => {
  const focused = document.activeElement.closest?.(".gh-point")?.querySelector("input[type=checkbox]");
  const first = item.querySelector(".gh-point input[type=checkbox]:not(:checked, :disabled)");
  const box = focused && !focused.checked ? focused : first;
  if (!box) return;
  open(item);
  box.focus();
  box.click();
};

const typing = (element) => element.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const off = () => document.documentElement.dataset.letters === "off";

document.addEventListener("keydown", (event) => {
  if (!review() || off() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
  const item = inHand();
  if (!item) return;
  if (RATINGS[event.key]) press(item, `input[type=radio][value="${RATINGS[event.key]}"]`);
  else if (event.key === "x") tick(item);
  else if ("ecs".includes(event.key)) {
    event.preventDefault(); /* or the letter lands in the field it leads to */
    press(item, `[data-key="${event.key}"]`);
  }
});

document.addEventListener("focusin", (event) => {
  const item = event.target.closest?.("[data-review-keys] .gh-item");
  if (item && item !== inHand()) take(item);
});

/* An item that comes back from the server keeps the frame it had. */
let framed = "";
document.addEventListener("htmx:beforeSwap", () => { framed = (review() && inHand()?.id) || ""; });
document.addEventListener("htmx:afterSettle", () => {
  if (framed && review() && !inHand()) document.getElementById(framed)?.classList.add(NOW);
});

/* The rail says where one is: the section of the item in hand while that is in sight, else the last one whose head has come up
   to the upper third of the window. */
const inSight = (element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return top < window.innerHeight && bottom > 0;
};
const sections = [...document.querySelectorAll("[data-review-keys] .gh-section")];
const mark = () => {
  const line = window.innerHeight / 3;
  const held = inHand();
  const read = sections.findLast((section) => section.getBoundingClientRect().top < line) ?? sections[0];
  const current = held && inSight(held) ? held.closest(".gh-section") : read;
  for (const link of document.querySelectorAll(".gh-rail a")) {
    if (link.hash === `#${current?.id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};
let asked = 0;
const markSoon = () => {
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(mark);
};
if (sections.length) {
  for (const kind of ["scroll", "resize"]) window.addEventListener(kind, markSoon, { passive: true });
  for (const kind of ["htmx:afterSettle", "taken"]) document.addEventListener(kind, markSoon);
  mark();
}

/* A link to an item opens it; so does an address that ends in one. */
const openNamed = () => {
  const item = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!item?.matches(".gh-item")) return;
  for (let around = item; around; around = around.parentElement) if (around.matches("details")) around.open = true;
  take(item);
  item.scrollIntoView();
};
if (sections.length) {
  window.addEventListener("hashchange", openNamed);
  openNamed();
}

/* A point or a colour shows what is saved: where a request came to nothing, it goes back to that. */
const CHOICES = "input[type=checkbox], input[type=radio]";
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr } = event.detail;
  if (!review()?.contains(elt) || elt.getAttribute("hx-trigger") !== "change") return;
  if (xhr.status && xhr.status < 400 && !xhr.said) return;
  for (const box of [elt, ...elt.querySelectorAll(CHOICES)]) if (box.matches(CHOICES)) box.checked = box.defaultChecked;
});

/* A colour that waits for its sentence stays pressed while the rest of the item is drawn anew. */
document.addEventListener("htmx:afterSettle", () => {
  for (const { form, value } of review()?.querySelectorAll('input[name="colour"][id]') ?? []) {
    form.closest(".gh-item").querySelector(`.gh-segment input[value="${value}"]`).checked = true;
  }
});
