/* Files by drop, by paste or by the picker: data-drop around a file field. Its button [data-choose] opens the picker; what is
   too large or too many is refused in words at once, before it travels (data-max-bytes, data-max-files). The server decides again. */

const size = (bytes) => (bytes < 1024 ** 2 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(0)} MB`);

const refusal = (zone, file) => {
  const most = Number(zone.dataset.maxBytes ?? Infinity);
  return file.size > most ? `${file.name} was not taken. It is ${size(file.size)}; files may have up to ${size(most)}. Add a link to it.` : "";
};

const crowd = (zone, files) => {
  const most = Number(zone.dataset.maxFiles ?? Infinity);
  return files.length > most ? `These are ${files.length} files; ${most} are taken at once. Pack them into a ZIP.` : "";
};

const say = (zone, text) => {
  const note = zone.querySelector("[data-drop-note]");
  if (note) note.textContent = text;
};

/* Says what was chosen, or why it was not taken; what is refused leaves the field empty. */
const judge = (zone, field) => {
  const refused = crowd(zone, field.files) || [...field.files].map((file) => refusal(zone, file)).find(Boolean);
  say(zone, refused || [...field.files].map((file) => `${file.name}, ${size(file.size)}`).join(", "));
  if (refused) field.value = "";
  return !refused;
};

const take = (zone, files) => {
  const field = zone.querySelector("input[type=file]");
  const list = new DataTransfer();
  for (const file of field.multiple ? files : [...files].slice(0, 1)) list.items.add(file);
  field.files = list.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
};

const zoneOf = (event) => event.target.closest?.("[data-drop]");

document.addEventListener("dragover", (event) => {
  const zone = zoneOf(event);
  if (!zone || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  zone.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => zoneOf(event)?.classList.remove("is-over"));
document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.remove("is-over");
  take(zone, event.dataTransfer.files);
});
document.addEventListener("paste", (event) => {
  const zone = zoneOf(event) ?? event.target.closest?.("details[open], form, section")?.querySelector("[data-drop]");
  if (!zone || !event.clipboardData.files.length) return;
  event.preventDefault();
  take(zone, event.clipboardData.files);
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-choose]")) zoneOf(event)?.querySelector("input[type=file]").click();
});
document.addEventListener("change", (event) => {
  const zone = zoneOf(event);
  if (zone && event.target.matches("input[type=file]") && !judge(zone, event.target)) event.stopImmediatePropagation();
}, true);
