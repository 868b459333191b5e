/* htmx as the portal uses it: every writing request carries the CSRF token, refusals are seen, failures are said. */

const token = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";
const toast = (text, more = {}) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, bad: true, ...more } }));

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = decodeURIComponent(token());
});

/* A refused form says why at its head or at its field: go there, so that nobody has to look for it. */
const toReasons = (root) => root.querySelector?.("[data-focus]")?.focus();
document.addEventListener("htmx:afterSettle", (event) => toReasons(event.target));
toReasons(document);

/* Some answers are not for the place they were asked from: a refusal that no form caught, and the sign-in page of a session
   that ended. They are said, nothing is swapped, and what was typed stays where it is. */
const quiet = (event) => event.detail.elt?.matches?.("[data-quiet]"); /* asks by itself now and then: nobody waits for it */
const signIn = () => `/sign-in/?next=${encodeURIComponent(location.pathname + location.search)}`;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (quiet(event) && xhr.status !== 200) event.detail.shouldSwap = false;
  if (quiet(event)) return;
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const refusal = answer.querySelector("[data-refusal]");
  const ended = answer.querySelector(".gh-signin");
  if (!refusal && !ended) return;
  xhr.said = true;
  event.detail.shouldSwap = false;
  event.detail.isError = false;
  if (refusal) toast(refusal.textContent.trim());
  else toast("Your session ended. What you wrote is still here.", { url: signIn(), label: "Sign in" });
});

document.addEventListener("htmx:sendError", (event) => {
  if (!quiet(event)) toast("No connection. Nothing was saved; your text is still in the field.");
});
document.addEventListener("htmx:responseError", (event) => {
  if (quiet(event)) return;
  const { status } = event.detail.xhr;
  if (status === 404) toast("It is no longer there. Load the page again to see why.");
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
