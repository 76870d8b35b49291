// A menu that opens from its button: Escape closes it and gives the focus back, a press or a Tab to outside closes it,
// the arrow keys, Home and End go through it. Without this it opens and closes as any <details> does.
//
//   <details data-module="workspace/menu"><summary>Menu</summary> ... </details>

export function mount(menu) {
  const button = menu.querySelector("summary");
  const entries = () => [...menu.querySelectorAll("a[href], button")].filter((entry) => entry.getClientRects().length);

  // Where the focus goes from here; null where this key moves nothing.
  function target(key) {
    const all = entries();
    const at = all.indexOf(document.activeElement);
    if (key === "ArrowDown") return all[(at + 1) % all.length];
    if (key === "ArrowUp") return all.at(at > 0 ? at - 1 : -1);
    if (key === "Home") return all[0];
    return key === "End" ? all.at(-1) : null;
  }

  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      button.focus();
      return;
    }
    if (!menu.open && !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    menu.open = true;
    event.preventDefault();
    target(event.key)?.focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
  });
  document.addEventListener("pointerdown", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}
