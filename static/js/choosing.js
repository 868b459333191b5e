/* A long list of boxes: what one types narrows it, what is ticked stays in sight, and how many are is said. */

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const narrow = (place) => {
  const words = folded(place.querySelector("[data-choosing-words]").value).split(/\s+/).filter(Boolean);
  const lines = [...place.querySelectorAll("label:has(> input)")];
  let found = 0;
  let ticked = 0;
  for (const line of lines) {
    const isTicked = line.querySelector("input").checked;
    const fits = words.every((word) => folded(line.textContent).includes(word));
    line.hidden = !fits && !isTicked;
    found += fits;
    ticked += isTicked;
  }
  place.querySelector("[data-choosing-none]").hidden = found > 0;
  const count = words.length ? `${found} of ${lines.length} found, ${ticked} chosen` : `${ticked} of ${lines.length} chosen`;
  const said = place.querySelector("[data-choosing-count]");
  if (said.textContent !== count) said.textContent = count;
};

const ready = (root) => {
  for (const place of root.querySelectorAll?.("[data-choosing]") ?? []) {
    place.querySelector(".gh-choosing-head").hidden = false;
    narrow(place);
  }
};

const changed = (event) => {
  const place = event.target.closest?.("[data-choosing]");
  if (place) narrow(place);
};

document.addEventListener("input", changed);
document.addEventListener("change", changed);

/* Enter in the search would send the whole form: it takes the only one that is left, or nothing. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-choosing-words]")) return;
  event.preventDefault();
  const left = [...event.target.closest("[data-choosing]").querySelectorAll("label:not([hidden]) > input:not(:checked)")];
  if (left.length !== 1) return;
  left[0].click();
  event.target.select();
});

ready(document);
document.addEventListener("htmx:afterSettle", (event) => ready(event.target));
