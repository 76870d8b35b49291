// Asks once before a form that cannot be undone is sent, in words that name the thing.
//
//   <form method="post" data-module="workspace/confirm" data-confirm="Delete “Soil days”?" data-confirm-action="Delete">

function button(text, classes, value) {
  const element = document.createElement("button");
  element.className = classes;
  element.value = value;
  element.textContent = text;
  return element;
}

function ask(question, action) {
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "stack";
  const heading = document.createElement("h2");
  heading.id = "confirm-question";
  heading.textContent = question;
  dialog.setAttribute("aria-labelledby", heading.id);
  const buttons = document.createElement("div");
  buttons.className = "form-actions";
  buttons.append(
    button(action, "button button-danger", "yes"),
    button(gettext("Cancel"), "button", ""),
  );
  form.append(heading, buttons);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  buttons.lastElementChild.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

export function mount(form) {
  let agreed = false;
  form.addEventListener("submit", async (event) => {
    if (agreed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    if (!(await ask(form.dataset.confirm, form.dataset.confirmAction || gettext("Continue")))) return;
    agreed = true;
    form.requestSubmit(submitter);
    agreed = false;
  });
}
