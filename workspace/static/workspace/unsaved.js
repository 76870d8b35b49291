// Warns before a form is left with changes that were not sent.
//
//   <form method="post" data-module="workspace/unsaved">

const fingerprint = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value instanceof File ? value.name : value]));

export function mount(form) {
  const before = fingerprint(form);
  let sent = false;
  form.addEventListener("submit", (event) => {
    sent = !event.defaultPrevented;
  });
  addEventListener("pageshow", () => {
    sent = false;
  });
  addEventListener("beforeunload", (event) => {
    if (!sent && form.isConnected && fingerprint(form) !== before) event.preventDefault();
  });
}
