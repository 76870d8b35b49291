// Shows the page in light, in dark, or as the system has it, until it is left.
//
//   <fieldset data-module="workspace/theme_choice"><label><input type="radio" name="theme" value="dark"> Dark</label> …</fieldset>

export function mount(element) {
  element.hidden = false;
  element.addEventListener("change", ({ target }) => {
    if (target.value) document.documentElement.dataset.theme = target.value;
    else delete document.documentElement.dataset.theme;
  });
}
