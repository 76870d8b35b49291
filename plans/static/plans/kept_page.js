// Has the workroom's page kept in this browser, so that it opens without a network; the text is kept by the editor.

import { person } from "../collab/copies.js";

function isActive(worker) {
  return new Promise((resolve) => {
    const check = () => worker.state === "activated" && resolve();
    worker.addEventListener("statechange", check);
    check();
  });
}

/** Starts the worker (templates/plans/worker.js) at this address for this page's own path; tells it what the page needs. */
export async function keepPage(address) {
  if (!navigator.serviceWorker) return; // the page is not served securely, or the browser is an old one
  try {
    const { installing, waiting, active } = await navigator.serviceWorker.register(`${address}?person=${person()}`, { scope: location.pathname });
    const worker = installing ?? waiting ?? active; // the newest: an older one may be another person's
    await isActive(worker);
    const parts = performance.getEntriesByType("resource").map(({ name }) => name.split("#")[0]);
    worker.postMessage({ keep: [...new Set(parts)] });
  } catch {
    // Storage is full or forbidden: the page needs the network then, as any other does.
  }
}
