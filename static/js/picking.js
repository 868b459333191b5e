/* Rows of a list that are picked for one change: all at once, and how many there are. The form shows once one is. Without script each box works alone. */

const all = document.querySelector("[data-pick-all]");
const boxes = [...document.querySelectorAll('input[name="pick"]')];
const words = document.querySelector("[data-picked]");

const tell = () => {
  const picked = boxes.filter((box) => box.checked);
  boxes.forEach((box) => box.closest("tr, li").classList.toggle("is-picked", box.checked));
  if (words) {
    words.textContent = `${picked.length} picked`;
    words.closest("form").hidden = !picked.length;
  }
  if (!all) return;
  all.checked = picked.length > 0 && picked.length === boxes.length;
  all.indeterminate = picked.length > 0 && picked.length < boxes.length;
};

all?.addEventListener("change", () => {
  boxes.forEach((box) => { box.checked = all.checked; });
  tell();
});
boxes.forEach((box) => box.addEventListener("change", tell));
tell();
