// Shows a toast when it is pressed: the component page's sample.
//
//   <button type="button" data-module="workspace/toast_sample" data-toast="Copied">Show a toast</button>

export function mount(button) {
  button.addEventListener("click", () => document.dispatchEvent(new CustomEvent("toast", { detail: button.dataset.toast })));
}
