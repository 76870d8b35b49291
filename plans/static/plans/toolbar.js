// The toolbar above the text: one stop for Tab, arrow keys from button to button, Home and End.
//
//   <div role="toolbar" data-part="toolbar"><button type="button" data-mark="bold">…</button> …</div>

/** Makes it work; `use(mark)` does what the button with this `data-mark` says. */
export function mountToolbar(toolbar, use) {
  const buttons = [...toolbar.querySelectorAll("[data-mark]")];
  for (const [place, button] of buttons.entries()) {
    button.tabIndex = place === 0 ? 0 : -1;
    button.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps the focus
    button.addEventListener("click", () => use(button.dataset.mark));
  }
  toolbar.addEventListener("keydown", ({ key }) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -buttons.length, End: buttons.length }[key];
    const from = buttons.indexOf(document.activeElement);
    if (!steps || from < 0) return;
    const to = Math.min(Math.max(from + steps, 0), buttons.length - 1);
    buttons[from].tabIndex = -1;
    buttons[to].tabIndex = 0;
    buttons[to].focus();
  });
}
