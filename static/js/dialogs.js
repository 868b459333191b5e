/* Dialogs: data-dialog="ID" on a button opens <dialog id="ID">, data-close within closes it.
   A dialog that the server sends back with reasons carries data-open and is opened at once. */

const show = (dialog) => {
  if (dialog && !dialog.open) dialog.showModal();
};

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  if (opener && opener.getAttribute("aria-disabled") !== "true") {
    opener.closest("details.gh-menu")?.removeAttribute("open");
    show(document.getElementById(opener.dataset.dialog));
  }
  if (event.target.closest?.("[data-close]")) event.target.closest("dialog")?.close();
});

const openSent = (root) => root.querySelectorAll?.("dialog[data-open]").forEach(show);
document.addEventListener("htmx:load", (event) => {
  const sent = event.detail.elt;
  if (sent.matches?.("dialog[data-open]")) show(sent);
  openSent(sent);
});
openSent(document);
