// Adds lines to a programme's form set.
//
//   <fieldset data-module="visits/programme_lines">
//     <input name="programme-TOTAL_FORMS" …> <ol data-lines>…</ol>
//     <template data-line><li>… name="programme-__prefix__-day" …</li></template>
//     <button type="button" data-add hidden>Add a line</button>
//   </fieldset>

export function mount(fieldset) {
  const lines = fieldset.querySelector("[data-lines]");
  const template = fieldset.querySelector("template[data-line]");
  const total = fieldset.querySelector("[name$=-TOTAL_FORMS]");
  const add = fieldset.querySelector("[data-add]");
  add.hidden = false;
  add.addEventListener("click", () => {
    const before = [...lines.querySelectorAll("input[type=date]")].at(-1)?.value ?? "";
    const holder = document.createElement("ol");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const line = holder.firstElementChild;
    lines.append(line);
    total.value = Number(total.value) + 1;
    const day = line.querySelector("input[type=date]");
    day.value = before;
    day.focus();
  });
}
