// Takes images into a section: each is looked at, described in words and sent, with its progress to be seen.

import { csrfToken } from "../workspace/csrf.js";

// Sends an image; `onProgress(share)` is told how much is there, from 0 to 1. Resolves to its address; rejects with an
// Error in words.
function send(address, file, description, onProgress) {
  const body = new FormData();
  body.set("image", file);
  body.set("alt", description);
  body.set("csrfmiddlewaretoken", csrfToken());
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 0));
    request.addEventListener("error", () => reject(new Error(gettext("The image could not be sent. Try again when the connection is back."))));
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(request.response.address);
      else reject(new Error(request.response?.detail ?? gettext("The server did not take the image.")));
    });
    request.send(body);
  });
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function ask(file, address) {
  const shown = URL.createObjectURL(file);
  const words = element("input", { id: "image-words", name: "alt", maxlength: "500", required: "", autocomplete: "off", "aria-describedby": "image-help" });
  const progress = element("progress", { max: "1", value: "0", hidden: "", "aria-label": gettext("Sending the image") });
  const error = element("p", { class: "field-error", role: "alert", hidden: "" });
  const insert = element("button", { class: "button button-primary" }, gettext("Insert the image"));
  const cancel = element("button", { class: "button", type: "button" }, gettext("Cancel"));
  const form = element(
    "form",
    { class: "stack" },
    element("h2", { id: "image-heading" }, gettext("Image for this section")),
    element("img", { class: "plan-image-shown", src: shown, alt: "" }),
    element(
      "div",
      { class: "field" },
      element("label", { for: words.id }, gettext("What does it show?")),
      element("p", { class: "helptext", id: "image-help" }, gettext("In a few words, for those who cannot see it.")),
      words,
    ),
    progress,
    error,
    element("div", { class: "form-actions" }, insert, cancel),
  );
  const dialog = element("dialog", { "aria-labelledby": "image-heading" }, form);
  let result = null;
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    insert.disabled = true;
    [progress.hidden, error.hidden] = [false, true];
    try {
      const description = words.value.trim();
      const sent = await send(address, file, description, (share) => {
        progress.value = share;
      });
      result = { address: sent, description };
      dialog.close();
    } catch (reason) {
      error.textContent = reason.message;
      [insert.disabled, progress.hidden, error.hidden] = [false, true, false];
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  words.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      URL.revokeObjectURL(shown);
      dialog.remove();
      resolve(result);
    });
  });
}

/** Asks for each of these files, one after the other; `insert(address, description)` is given those that were sent. */
export async function askForImages(files, address, insert) {
  for (const file of files) {
    const image = await ask(file, address);
    if (image) insert(image.address, image.description);
  }
}
