// Short messages that pass, read out by screen readers. A toast never carries the only copy of a message.
//
//   <div class="toasts" role="status" aria-live="polite" data-module="workspace/toasts"></div>
//   (import toast from this file)  toast(gettext("Copied"));

const SECONDS = 6;

export function toast(message) {
  const region = document.querySelector(".toasts");
  const element = document.createElement("p");
  element.className = "toast";
  element.textContent = message;
  region.append(element);
  setTimeout(() => element.remove(), SECONDS * 1000);
}

// Any script can ask for a toast by an event, without importing this module.
export function mount() {
  document.addEventListener("toast", (event) => toast(event.detail));
}
