/* htmx as the portal uses it: every writing request carries the CSRF token, refusals are seen, failures are said. */

const token = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";
const toast = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, bad: true } }));

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = decodeURIComponent(token());
});

/* A refused form says why at its head: go there, so that nobody has to look for it. */
const toReasons = (root) => root.querySelector?.("[data-focus]")?.focus();
document.addEventListener("htmx:afterSwap", (event) => toReasons(event.detail.target));
toReasons(document);

document.addEventListener("htmx:sendError", () => toast("No connection. Nothing was saved; your text is still in the field."));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401) toast("Your session ended. Sign in again in another tab; what you wrote is still here.");
  else if (status === 404) toast("It is no longer there. Load the page again to see why.");
  else toast("Not saved: something broke on our side. Your text is still in the field.");
});

/* A refused button stays in reach of the keyboard and leads to its reasons. */
document.addEventListener("click", (event) => {
  const refused = event.target.closest?.('[aria-disabled="true"]');
  if (!refused) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const reasons = document.getElementById(refused.getAttribute("aria-describedby")?.split(" ")[0] ?? "");
  if (!reasons) return;
  reasons.tabIndex = -1;
  reasons.focus();
}, true);
