// Sends a form once, however often its button is pressed before the answer is there.
//
//   <form method="post" data-module="groups/once">

export function mount(form) {
  let sent = false;
  // In the capturing phase, so that the form's other behaviours do not hear of what is not sent.
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    sent = true;
  }, { capture: true });
  addEventListener("pageshow", () => {
    sent = false;
  });
}
