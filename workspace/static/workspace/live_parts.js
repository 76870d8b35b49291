// Puts what changed on an open page in its place: the page is asked for again, so that each sees what is theirs.
//
//   <section id="visit-lessons" data-live-part>…</section>

import { mountAll } from "./modules.js";

// What somebody is busy in is left alone until they have left it; a page asked for later wins.
function replace(old, fresh) {
  if (old.contains(document.activeElement)) {
    old.addEventListener("focusout", () => setTimeout(() => replace(old, fresh)), { once: true });
    return;
  }
  old.replaceWith(fresh);
  mountAll(fresh);
}

// Resolves to the page as it is now, at this address; fails where there is none.
export async function fetchParts(address = location.pathname + location.search) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(`the page: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live-part]")) {
    const fresh = page.getElementById(old.id);
    if (fresh && fresh.outerHTML !== old.outerHTML) replace(old, document.adoptNode(fresh));
  }
  return page;
}
