// The table of actions edited in place: each value by itself, saved by itself. Where somebody else changed the same
// value meanwhile, both are shown beside it to choose from.
//
//   <div data-module="plans/refreshed plans/cells">
//     <tr data-number="3" data-title="Field school"><td><span data-field="budget" data-seen="&quot;1200&quot;">…</span></td></tr>
//     <template data-editor="budget"><label>…</label><input …></template>
//     <template data-part="cell-form"><form data-editing> <div data-part="input"></div> <div data-part="trouble" hidden></div>
//       <button data-part="save"> <button data-part="cancel"> </form></template>
//     <template data-part="cell-edit"><button class="plan-cell-edit"><span></span></button></template>
//   </div>

import { csrfToken } from "../workspace/csrf.js";

const AMOUNTS = ["budget", "baseline", "target"];
// 1.5 written in the page's language, for its mark before the decimals.
const decimalMark = new Intl.NumberFormat(document.documentElement.lang).format(1.5).replace(/\d/g, "");
let opened = 0;

class Cell {
  constructor(root, value) {
    this.root = root;
    this.value = value;
    this.field = value.dataset.field;
    this.seen = JSON.parse(value.dataset.seen);
    this.row = value.closest("[data-number]");
  }

  open() {
    if (this.value.dataset.editing !== undefined) return;
    this.form = this.root.querySelector('[data-part="cell-form"]').content.firstElementChild.cloneNode(true);
    this.part("input").append(this.root.querySelector(`[data-editor="${this.field}"]`).content.cloneNode(true));
    const label = this.part("input").querySelector("label");
    this.label = label.textContent;
    this.inputs = [...this.part("input").querySelectorAll("input, select, textarea")];
    this.show(this.seen);
    this.name(label);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.form.addEventListener("keydown", (event) => this.onKey(event));
    this.part("cancel").addEventListener("click", () => this.close());
    this.value.dataset.editing = "";
    this.value.hidden = true;
    this.value.after(this.form);
    this.inputs[0].focus();
    this.inputs[0].select?.();
  }

  // Each input by its label; the boxes of the partners have their own, under the group's.
  name(label) {
    const id = `cell-${++opened}`;
    if (this.field === "partners") {
      this.part("input").setAttribute("role", "group");
      label.id = id;
      this.part("input").setAttribute("aria-labelledby", id);
    } else {
      this.inputs[0].id = id;
      label.htmlFor = id;
    }
  }

  part(name) {
    return this.form.querySelector(`[data-part="${name}"]`);
  }

  show(value) {
    if (this.field === "partners") {
      for (const box of this.inputs) box.checked = value.includes(Number(box.value));
      return;
    }
    const text = value === null ? "" : String(value);
    this.inputs[0].value = AMOUNTS.includes(this.field) ? text.replace(".", decimalMark) : text;
  }

  typed() {
    if (this.field === "partners") return this.inputs.filter((box) => box.checked).map((box) => Number(box.value));
    if (this.field === "lead") return this.inputs[0].value === "" ? null : Number(this.inputs[0].value);
    return this.inputs[0].value;
  }

  onKey(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && event.target.tagName === "TEXTAREA" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.save();
    }
  }

  async save() {
    const sent = { changes: { [this.field]: { seen: this.seen, value: this.typed() } } };
    const button = this.part("save");
    button.disabled = true;
    this.form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${this.root.dataset.actions}${this.row.dataset.number}`, {
        method: "PATCH",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify(sent),
      });
      if (answer.ok) {
        this.close();
        this.root.dispatchEvent(new CustomEvent("refresh"));
        this.say(interpolate(gettext("%(field)s of “%(title)s” is saved."), this.names(), true));
      } else if (answer.status === 409) {
        this.contested(await answer.json());
      } else {
        const { errors, detail } = await answer.json().catch(() => ({}));
        this.trouble(errors?.map(({ message }) => message).join(" ") || detail || gettext("This was not saved. Try again."));
      }
    } catch {
      this.trouble(gettext("There is no connection, so this was not saved. Try again when it is back."));
    }
    button.disabled = false;
    this.form.removeAttribute("aria-busy");
  }

  trouble(...content) {
    this.part("trouble").replaceChildren(...content);
    this.part("trouble").hidden = false;
    this.inputs[0].setAttribute("aria-invalid", "true");
    this.inputs[0].focus();
  }

  contested({ removed, terms }) {
    if (removed) {
      this.trouble(gettext("The action was taken out of the table meanwhile, so this was not saved."));
      return;
    }
    const [{ mine, theirs, seen }] = terms;
    const words = document.createElement("p");
    words.textContent = gettext("Somebody else changed this meanwhile. Which value stays?");
    const choose = (text, value, chosen) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-small plan-cell-choice";
      const [strong, rest] = [document.createElement("strong"), document.createElement("span")];
      strong.textContent = text;
      rest.textContent = value || gettext("(empty)");
      button.append(strong, " ", rest);
      button.addEventListener("click", chosen);
      return button;
    };
    this.trouble(
      words,
      choose(gettext("Mine:"), mine, () => {
        this.seen = seen;
        this.save();
      }),
      choose(gettext("Theirs:"), theirs, () => {
        this.close();
        this.root.dispatchEvent(new CustomEvent("refresh"));
      }),
    );
  }

  names() {
    return { field: this.label, title: this.row.dataset.title };
  }

  say(words) {
    this.root.querySelector('[data-part="announcer"]').textContent = words;
  }

  close() {
    this.form.remove();
    this.value.hidden = false;
    delete this.value.dataset.editing;
    this.value.querySelector(".plan-cell-edit")?.focus();
  }
}

function addButtons(root) {
  const template = root.querySelector('[data-part="cell-edit"]').content.firstElementChild;
  for (const value of root.querySelectorAll("[data-field]")) {
    if (value.querySelector(".plan-cell-edit")) continue;
    const button = template.cloneNode(true);
    const label = root.querySelector(`[data-editor="${value.dataset.field}"]`).content.querySelector("label").textContent;
    const names = { field: label, title: value.closest("[data-number]").dataset.title };
    button.dataset.added = "";
    button.dataset.key = value.dataset.field;
    button.querySelector("span").textContent = interpolate(gettext("Change “%(field)s” of “%(title)s”"), names, true);
    value.append(button);
  }
}

export function mount(root) {
  addButtons(root);
  for (const hint of root.querySelectorAll('[data-part="hint"]')) hint.hidden = false;
  root.addEventListener("refreshed", () => addButtons(root));
  root.addEventListener("click", (event) => {
    const value = event.target.closest("[data-field]");
    // A link in a description is followed, and words that are being marked are not meant.
    if (!value || event.target.closest("a") || String(getSelection())) return;
    new Cell(root, value).open();
  });
}
