// Reacts to a post without leaving the page. What was chosen shows at once; the answer says what is.
//
//   <section data-module="forums/topic forums/reactions" data-topic="12" data-me="5">
//     <form data-part="reactions"><button class="reaction" name="add" value="agree" data-count="0" aria-pressed="false">…
//     <button type="button" aria-expanded="false" data-slot="more">React</button></form>

import { send } from "./http.js";
import { showReactions } from "./post.js";
import { toast } from "../workspace/toasts.js";

export function mount(section) {
  const { topic } = section.dataset;

  section.addEventListener("click", ({ target }) => {
    const more = target.closest('[data-slot="more"]');
    if (!more) return;
    const isOpen = more.getAttribute("aria-expanded") === "true";
    more.setAttribute("aria-expanded", String(!isOpen));
    more.closest("form").toggleAttribute("data-open", !isOpen);
    if (!isOpen) more.closest("form").querySelector('.reaction[aria-pressed="false"]')?.focus();
  });

  section.addEventListener("submit", async (event) => {
    const form = event.target.closest('[data-part="reactions"]');
    if (!form || !event.submitter?.value) return;
    event.preventDefault();
    const button = event.submitter;
    const post = form.closest(".post");
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isOn));
    button.disabled = true;
    const address = `/api/topics/${topic}/posts/${post.dataset.number}/reactions/${button.value}`;
    const { status, data } = await send(isOn ? "PUT" : "DELETE", address).catch(() => ({ status: 0, data: {} }));
    button.disabled = false;
    if (status === 200) {
      showReactions(section, post, data.reactions);
      form.removeAttribute("data-open");
      form.querySelector('[data-slot="more"]').setAttribute("aria-expanded", "false");
      if (button.dataset.count === "0") form.querySelector('[data-slot="more"]').focus();
      else button.focus();
    } else {
      button.setAttribute("aria-pressed", String(!isOn));
      toast(data.detail ?? gettext("Your reaction was not saved: no connection."));
    }
  });
}
