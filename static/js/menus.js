/* Menus and tabs. Menus are <details class="gh-menu">: Escape closes the open one and gives the focus back, so does a press elsewhere. */

const open = () => document.querySelectorAll("details.gh-menu[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    const within = menu.contains(document.activeElement);
    menu.open = false;
    if (within) menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

/* Tabs that do not fit scroll sideways: the one that is open begins in sight. */
for (const tab of document.querySelectorAll(".gh-tabs [aria-current]")) {
  tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
}
