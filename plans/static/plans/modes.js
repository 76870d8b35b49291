// How a section is written: as it will look ("visual"), as it is written ("source"), or in a plain field ("plain").
// Remembered on this device.
//
//   <fieldset data-part="modes"><label><input type="radio" name="plan-mode" value="visual"> Visual</label> …</fieldset>

const NAME = "plan-mode";

function remembered() {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null; // no storage: it is chosen anew each time
  }
}

/** Makes the switch work and returns the mode of now; `onChange(mode)` is told of another. */
export function mountModes(fieldset, onChange) {
  const choices = [...fieldset.querySelectorAll(`input[name="${NAME}"]`)];
  const chosen = choices.find(({ value }) => value === remembered()) ?? choices[0];
  chosen.checked = true;
  fieldset.addEventListener("change", ({ target }) => {
    try {
      localStorage.setItem(NAME, target.value);
    } catch {
      // as above
    }
    onChange(target.value);
  });
  return chosen.value;
}
