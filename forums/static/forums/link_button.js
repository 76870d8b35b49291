// A button in a line of text that looks like a link.

export function linkButton(text, work) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "link-button";
  element.textContent = text;
  element.addEventListener("click", work);
  return element;
}
