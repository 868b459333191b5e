/* data-copy="TEXT" copies the text; data-copy-from="ID" what stands in the element. The button says so for two seconds. */

const write = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea"); /* plain http: the browser has no clipboard to give */
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-copy-from]");
  if (!button) return;
  const from = document.getElementById(button.dataset.copyFrom ?? "");
  const live = document.getElementById("live");
  try {
    await write(button.dataset.copy ?? from?.textContent.trim() ?? "");
    button.classList.add("is-copied");
    setTimeout(() => button.classList.remove("is-copied"), 2000);
    if (live) live.textContent = "Copied";
  } catch {
    if (live) live.textContent = "Not copied. Select the text and copy it by hand.";
  }
});
