// Images into a form's text: chosen, pasted or dropped, uploaded at once with progress, each described in words.
//
//   <form data-module="forums/images" data-group="agrifood"> <div data-part="writing"> <textarea name="source"></textarea>
//     <ul data-part="uploads" hidden></ul> <input type="file" data-part="image-input">
//     <template data-part="upload-template"><li>…<progress data-slot="progress"> <input data-slot="alt"> …</li></template></div></form>

import { csrfToken } from "../workspace/csrf.js";
import { replaceText } from "./toolbar.js";

const PATIENCE = 180000;
const plain = (words) => words.replace(/[[\]\\\n]/g, " ").trim();

export function mount(form) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const field = form.elements.source;
  const list = part("uploads");
  const input = part("image-input");

  function insert(markdown) {
    const { selectionEnd: end, value } = field;
    const before = end && value[end - 1] !== "\n" ? "\n\n" : "";
    const text = `${before}${markdown}\n`;
    replaceText(field, end, end, text, text.length, text.length);
  }

  // The image's description stands in the text itself, between the brackets.
  function describe(upload, words) {
    const made = `![${plain(words)}](${upload.url})`;
    const place = field.value.indexOf(upload.markdown);
    if (place >= 0) {
      field.setRangeText(made, place, place + upload.markdown.length, "preserve");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    upload.markdown = made;
  }

  function remove(upload) {
    upload.request?.abort();
    upload.element.remove();
    list.hidden = !list.children.length;
    const place = upload.markdown ? field.value.indexOf(upload.markdown) : -1;
    if (place >= 0) {
      field.setRangeText("", place, place + upload.markdown.length, "preserve");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    field.focus();
  }

  function send(upload) {
    const slot = (name) => upload.element.querySelector(`[data-slot="${name}"]`);
    const say = (look, words) => {
      slot("state").className = `state ${look}`;
      slot("state").textContent = words;
    };
    const failed = (words) => {
      say("state-bad", words);
      slot("again").hidden = false;
      slot("progress").hidden = true;
    };
    const request = new XMLHttpRequest();
    upload.request = request;
    request.open("POST", `/api/groups/${form.dataset.group}/images`);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.timeout = PATIENCE;
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      slot("progress").value = total ? (100 * loaded) / total : 0;
    });
    request.addEventListener("load", () => {
      let data = {};
      try {
        data = JSON.parse(request.responseText);
      } catch {
        // An answer in no words of ours.
      }
      if (request.status !== 201) {
        failed(data.detail ?? gettext("The image could not be uploaded."));
        return;
      }
      Object.assign(upload, { url: data.url, markdown: data.markdown });
      say("state-good", gettext("Uploaded. Say in words what it shows."));
      slot("progress").hidden = true;
      insert(upload.markdown);
      describe(upload, slot("alt").value);
      slot("alt").focus();
    });
    request.addEventListener("error", () => failed(gettext("Not uploaded: no connection.")));
    request.addEventListener("timeout", () => failed(gettext("Not uploaded: it took too long.")));
    slot("again").hidden = true;
    slot("progress").hidden = false;
    say("", gettext("Uploading…"));
    const body = new FormData();
    body.set("image", upload.file);
    body.set("alt", slot("alt").value);
    request.send(body);
  }

  function add(file) {
    const element = part("upload-template").content.firstElementChild.cloneNode(true);
    const upload = { file, element, request: null, url: null, markdown: "" };
    element.querySelector('[data-slot="name"]').textContent = file.name;
    element.querySelector('[data-slot="alt"]').addEventListener("input", ({ target }) => upload.url && describe(upload, target.value));
    element.querySelector('[data-slot="again"]').addEventListener("click", () => send(upload));
    element.querySelector('[data-slot="remove"]').addEventListener("click", () => remove(upload));
    list.append(element);
    list.hidden = false;
    send(upload);
  }

  function takeFrom(transfer) {
    const images = [...(transfer?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
    for (const file of images) add(file);
    return images.length > 0;
  }

  input.addEventListener("change", () => {
    for (const file of input.files) add(file);
    input.value = "";
  });
  field.addEventListener("paste", (event) => {
    // Text that was copied along (a table, a paragraph of a document) is what was meant.
    if (!event.clipboardData.getData("text/plain") && takeFrom(event.clipboardData)) event.preventDefault();
  });
  const hasFiles = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes("Files");
  form.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    form.toggleAttribute("data-dropping", true);
  });
  form.addEventListener("dragleave", () => form.removeAttribute("data-dropping"));
  form.addEventListener("drop", (event) => {
    form.removeAttribute("data-dropping");
    if (!hasFiles(event)) return;
    event.preventDefault();
    takeFrom(event.dataTransfer);
  });
  form.addEventListener("draft:sent", () => {
    list.replaceChildren();
    list.hidden = true;
  });
}
