// Puts a photo's line into the story where the caret is.
//
//   <form data-module="visits/place_photo"><textarea name="source"></textarea>
//     <button type="button" data-place="[photo 12]" hidden>Place it</button></form>

export function mount(form) {
  const text = form.elements.source;
  for (const button of form.querySelectorAll("[data-place]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const before = text.value.slice(0, text.selectionStart).trimEnd();
      const after = text.value.slice(text.selectionEnd).trimStart();
      const placed = `${before ? `${before}\n\n` : ""}${button.dataset.place}\n\n`;
      text.value = placed + after;
      text.focus();
      text.setSelectionRange(placed.length, placed.length);
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
