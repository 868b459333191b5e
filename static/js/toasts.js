/* Toasts: one at a time at the bottom left, 6 seconds, longer while pointed at or focused; a bad one stays until closed.
   Ask for one with an event, from script or by the header HX-Trigger:
   {"toast": {"text": "Rated green", "url": "/…", "label": "Open", "post": "/…/undo/", "bad": false}} or {"toast": "Saved"}. */

const STAYS = 6000;
const region = document.getElementById("toasts");
const live = document.getElementById("live");
const waiting = [...(region?.children ?? [])];
let shown = null;
let timer = 0;

const next = () => {
  clearTimeout(timer);
  shown?.remove();
  shown = waiting.shift() ?? null;
  if (!shown) return;
  shown.hidden = false;
  region.append(shown);
  if (shown.getAttribute("role") !== "alert") live.textContent = shown.querySelector("[data-text]").textContent;
  rest();
};

const rest = () => {
  clearTimeout(timer);
  if (shown && !shown.classList.contains("gh-toast--bad")) timer = setTimeout(next, STAYS);
};

const wayOn = ({ url, post, label }) => {
  const element = document.createElement(post ? "button" : "a");
  if (post) {
    element.type = "button";
    element.className = "btn-link";
    element.setAttribute("hx-post", post);
    element.setAttribute("hx-swap", "none");
  } else element.href = url;
  element.textContent = label ?? (post ? "Undo" : "Open");
  return element;
};

const make = (detail) => {
  const toast = document.getElementById(detail.bad ? "toast-bad" : "toast").content.firstElementChild.cloneNode(true);
  const text = toast.querySelector("[data-text]");
  text.textContent = detail.text ?? detail.value ?? "";
  if (detail.url || detail.post) text.after(wayOn(detail));
  window.htmx?.process(toast);
  return toast;
};

if (region) {
  for (const toast of waiting) toast.hidden = true;
  document.addEventListener("toast", (event) => {
    waiting.push(make(event.detail));
    if (!shown || !shown.classList.contains("gh-toast--bad")) next();
  });
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-toast], [hx-post]")) setTimeout(next);
  });
  for (const kind of ["pointerenter", "focusin"]) region.addEventListener(kind, () => clearTimeout(timer));
  for (const kind of ["pointerleave", "focusout"]) region.addEventListener(kind, rest);
  next();
}
