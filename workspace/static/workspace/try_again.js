// Opens the page that was asked for as soon as the workspace answers again.
//
//   <p data-module="workspace/try_again" data-page="/offline/"><a href="">Try again</a> <span data-part="waiting" hidden>…</span></p>

const PAUSE = 10_000;

export function mount(element) {
  if (location.pathname === element.dataset.page) return; // opened by its own address: nothing else was asked for
  element.querySelector("[data-part=waiting]").hidden = false;
  const look = async () => {
    const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
    if (answer?.ok) location.reload();
  };
  addEventListener("online", look);
  setInterval(look, PAUSE);
}
