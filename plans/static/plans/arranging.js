// The plan's outline arranged without loading the page anew: sections are dragged by their grip, and every form of the
// page is sent in the background and answered with the page, which plans/refreshed puts in its place.
//
//   <div data-module="plans/refreshed plans/arranging"> <div data-part="trouble" hidden></div>
//     <ol data-rows><li id="section-k3v9x2ab" data-section="k3v9x2ab" data-heading="Vision">
//       <span data-part="grip"></span> <form action=".../move"><input name="after"></form> … </li></ol>
//   </div>

import { csrfToken } from "../workspace/csrf.js";

class Arranging {
  constructor(root) {
    this.root = root;
    root.addEventListener("submit", (event) => this.submit(event));
    root.addEventListener("pointerdown", (event) => this.take(event));
    root.addEventListener("input", (event) => this.mark(event.target));
    root.dataset.arranging = ""; // upon which the grips are seen: rows stay as they were sent
  }

  // What somebody types into is left alone by what others change.
  mark(field) {
    field.closest("details > form")?.setAttribute("data-editing", "");
  }

  submit(event) {
    const form = event.target;
    // Another module has stopped it, or a question has to be answered first.
    if (event.defaultPrevented || form.dataset.confirm) return;
    event.preventDefault();
    this.send(form.action, new FormData(form), form);
  }

  async send(address, data, form) {
    const row = form?.closest("[data-section]") ?? this.root.querySelector(`[data-section="${data.get("section")}"]`);
    try {
      const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": csrfToken(), Accept: "text/html" }, body: data });
      if (answer.status === 422 && form) {
        // The page that says what is wrong, at its field.
        form.removeAttribute("data-module");
        form.submit();
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      form?.removeAttribute("data-editing");
      if (form?.closest("details")) form.closest("details").open = false;
      if (form && !row) form.reset();
      const page = new DOMParser().parseFromString(text, "text/html");
      this.trouble([...page.querySelectorAll(".messages .notice")].map((notice) => notice.textContent.trim()).join(" "));
      this.root.addEventListener("refreshed", () => this.tell(row?.dataset.section), { once: true });
      this.root.dispatchEvent(new CustomEvent("refresh", { detail: text }));
    } catch {
      this.trouble(gettext("This was not saved. Try again when there is a connection."));
      this.root.dispatchEvent(new CustomEvent("refresh"));
    }
  }

  trouble(words) {
    const place = this.root.querySelector('[data-part="trouble"]');
    place.textContent = words;
    place.hidden = !words;
  }

  tell(id) {
    const rows = [...this.root.querySelectorAll("[data-section]")];
    const at = rows.findIndex((row) => row.dataset.section === id);
    if (at < 0) return;
    const names = { heading: rows[at].dataset.heading, place: at + 1, number: rows.length };
    this.root.querySelector('[data-part="announcer"]').textContent = interpolate(
      gettext("“%(heading)s” is number %(place)s of %(number)s."),
      names,
      true,
    );
  }

  // Dragging: the row follows the pointer through the list; Escape puts it back.
  take(event) {
    const grip = event.target.closest('[data-part="grip"]');
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    const row = grip.closest("[data-section]");
    const home = row.nextElementSibling;
    const list = row.parentElement;
    row.dataset.dragging = "";
    const move = ({ clientY }) => {
      const others = [...list.children].filter((other) => other !== row);
      const next = others.find((other) => {
        const { top, height } = other.getBoundingClientRect();
        return clientY < top + height / 2;
      });
      if (row.nextElementSibling !== (next ?? null)) list.insertBefore(row, next ?? null);
    };
    const end = (isDropped) => {
      delete row.dataset.dragging;
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", cancel);
      document.removeEventListener("keydown", escape);
      if (!isDropped) list.insertBefore(row, home);
    };
    const drop = () => {
      end(true);
      if (row.nextElementSibling === home) return;
      const data = new FormData();
      data.set("after", row.previousElementSibling?.dataset.section ?? "");
      data.set("section", row.dataset.section);
      this.send(`${this.root.dataset.sections}${row.dataset.section}/move`, data);
    };
    const cancel = () => end(false);
    const escape = ({ key }) => key === "Escape" && end(false);
    // On the document: a row that moves through the list would lose what it had captured.
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", cancel);
    document.addEventListener("keydown", escape);
  }
}

export function mount(root) {
  new Arranging(root);
}
