/* Text that is not saved yet is kept in this browser, per person: every <textarea> of a form, by the form's address
   and its own name, or by data-draft="KEY" where it has one. So a dialog that is closed by mistake loses nothing.
   It is put back when the page comes again without it, and let go when the server has it.
   data-confirm-leave on a form asks before a page with changes is left. */

const person = document.body.dataset.person ?? "";
const KEPT = "[data-draft], form textarea[name]";
const place = (form) => form.getAttribute("hx-post") || form.getAttribute("action") || location.pathname;
const name = (field) => `gatehouse:draft:${person}:${field.dataset.draft ?? `${place(field.form)}:${field.name}`}`;
const SENT = "gatehouse:sent";

const kept = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, text) => { try { localStorage.setItem(key, text); } catch { /* a full or closed store: the field still has it */ } },
  drop: (key) => { try { localStorage.removeItem(key); } catch { /* as above */ } },
};

const tell = (field) => {
  const note = document.createElement("p");
  note.className = "form-hint gh-draftnote";
  note.textContent = "This is what you wrote before; it is not saved yet. ";
  const away = document.createElement("button");
  away.type = "button";
  away.className = "btn-link";
  away.textContent = "Go back to the saved text";
  away.addEventListener("click", () => {
    field.value = field.defaultValue;
    kept.drop(name(field));
    note.remove();
    field.focus();
  });
  note.append(away);
  field.after(note);
};

const restore = (root) => {
  const fields = [...(root.querySelectorAll?.(KEPT) ?? [])];
  if (root.matches?.(KEPT)) fields.push(root);
  const unsaved = root.querySelector?.('[aria-invalid="true"], .gh-conflict');
  for (const field of fields) {
    const text = kept.get(name(field));
    if (text === null) continue;
    if (text === field.value) {
      if (!unsaved) kept.drop(name(field));
    }
    else {
      field.value = text;
      tell(field);
    }
  }
};

/* A form sent without htmx: its drafts are let go on the page that answers, unless that page is the form with its reasons. */
const forgetSent = () => {
  const [arrival] = performance.getEntriesByType("navigation");
  const refused = document.querySelector('[aria-invalid="true"], [data-focus]');
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
  sessionStorage.removeItem(SENT);
  if (arrival?.type === "navigate" && !refused) sent.forEach(kept.drop);
};

const changed = new Set();

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches?.(KEPT)) kept.set(name(field), field.value);
  const form = field.name ? field.form : null; /* what has no name is not sent */
  if (form?.matches("[data-confirm-leave]")) changed.add(form);
});

document.addEventListener("submit", (event) => {
  changed.delete(event.target);
  const fields = [...event.target.querySelectorAll(KEPT)];
  if (!event.defaultPrevented && fields.length) sessionStorage.setItem(SENT, JSON.stringify(fields.map(name)));
});

/* htmx answered well: what was sent is saved. What was typed meanwhile stays a draft. */
document.addEventListener("htmx:beforeRequest", (event) => {
  const source = event.detail.elt;
  const fields = [...source.querySelectorAll(KEPT), ...(source.matches(KEPT) ? [source] : [])];
  event.detail.xhr.drafts = fields.map((field) => [field, name(field), field.value]);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.said || xhr.status >= 300 || requestConfig.verb === "get") return;
  for (const [field, key, text] of event.detail.xhr.drafts ?? []) {
    if (field.value === text) kept.drop(key);
    changed.delete(field.form);
  }
});

document.addEventListener("htmx:load", (event) => restore(event.detail.elt));
window.addEventListener("beforeunload", (event) => {
  for (const form of changed) if (form.isConnected) event.preventDefault();
});

try { forgetSent(); } catch { /* no session store: drafts stay until their text is saved */ }
restore(document);
