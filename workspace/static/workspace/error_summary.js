// Puts the focus on what is wrong when a form comes back with errors, so that nobody has to search for it.
//
//   <div class="error-summary" role="alert" tabindex="-1" data-module="workspace/error_summary">

export function mount(summary) {
  summary.focus();
}
