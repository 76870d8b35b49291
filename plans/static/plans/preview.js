// Shows a section's text as it would be published, in the place of the editor.
//
//   <button data-part="preview-toggle" aria-pressed="false">…</button> <div data-part="preview" tabindex="-1" hidden></div>

import { csrfToken } from "../workspace/csrf.js";

/**
 * Makes the toggle work; `textOf()` is what to show, `address` renders it, `onChange(isShown)` is told. Returns
 * `{isShown, show(wanted)}`.
 */
export function previewing({ toggle, preview, address }, { textOf, onChange }) {
  let isShown = false;

  async function fill() {
    preview.setAttribute("aria-busy", "true");
    const body = new FormData();
    body.set("text", textOf());
    body.set("csrfmiddlewaretoken", csrfToken());
    try {
      const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
      const { html, detail } = await answer.json();
      // The server has rendered and cleaned it: the same HTML as in the published plan.
      if (html) preview.innerHTML = html;
      else preview.textContent = detail ?? gettext("Nothing has been written here yet.");
    } catch {
      preview.textContent = gettext("The preview could not be fetched. Try again when the connection is back.");
    }
    preview.removeAttribute("aria-busy");
    if (isShown) preview.focus();
  }

  function show(wanted) {
    isShown = wanted;
    toggle.setAttribute("aria-pressed", String(wanted));
    preview.hidden = !wanted;
    onChange(wanted);
    if (wanted) fill();
  }

  toggle.addEventListener("click", () => show(!isShown));
  return {
    get isShown() {
      return isShown;
    },
    show,
  };
}
