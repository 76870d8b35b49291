// What stands in the place of Markdown's signs in the visual editor: bullets, boxes, rules, images.

import { isUpload } from "./syntax.js";
import { WidgetType } from "../vendor/editor.js";

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

export class Bullet extends WidgetType {
  eq() {
    return true;
  }

  toDOM() {
    return element("span", "md-bullet", "•");
  }
}

export class Rule extends WidgetType {
  eq() {
    return true;
  }

  toDOM() {
    return element("span", "md-rule");
  }
}

/** A task's box. A click ticks it in the text, where one may write. */
export class TaskBox extends WidgetType {
  constructor(isDone, isReadOnly) {
    super();
    Object.assign(this, { isDone, isReadOnly });
  }

  eq(other) {
    return other.isDone === this.isDone && other.isReadOnly === this.isReadOnly;
  }

  toDOM(view) {
    const box = element("input", "md-task");
    box.type = "checkbox";
    box.checked = this.isDone;
    box.disabled = this.isReadOnly;
    box.tabIndex = -1; // by keyboard a task is ticked from its line
    box.setAttribute("aria-label", gettext("Done"));
    box.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("click", (event) => {
      event.preventDefault();
      const at = view.posAtDOM(box) + 1;
      view.dispatch({ changes: { from: at, to: at + 1, insert: this.isDone ? " " : "x" }, userEvent: "input.task" });
    });
    return box;
  }

  ignoreEvent() {
    return true;
  }
}

/** An upload as it will be seen; an image from elsewhere by its name, since fetching it would tell others who reads. */
export class Picture extends WidgetType {
  constructor(address, description) {
    super();
    Object.assign(this, { address, description });
  }

  eq(other) {
    return other.address === this.address && other.description === this.description;
  }

  toDOM() {
    if (!isUpload(this.address)) {
      const name = this.description || this.address;
      return element("span", "md-elsewhere", interpolate(gettext("Image from elsewhere, shown as a link: %(name)s"), { name }, true));
    }
    const image = element("img", "md-image");
    image.src = this.address;
    image.alt = this.description;
    image.decoding = "async";
    return image;
  }

  ignoreEvent() {
    return false;
  }
}
