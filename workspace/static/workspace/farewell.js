// When a connection of this page ends because the person is signed out or may no longer read something, asks the
// server what this page is to them now, says so plainly, offers the way on, and brings the navigation up to date.
// The leaves that hold connections tell it by the event "access-ended" of the document.
//
//   <div class="farewell" role="alert" data-module="workspace/farewell">
//     <div class="notice notice-warn" data-part="signed-out" hidden>… <a class="button" href="…">Sign in</a></div>
//     <div class="notice notice-warn" data-part="gone" hidden>…</div>
//     <div class="notice notice-warn" data-part="changed" hidden>…</div>
//   </div>

const NAVIGATION = [".topbar", ".rail", ".bottom-bar"];
const PAUSE_MS = 3000;

// "signed-out", "gone" or "changed", and the document that the server answers with.
async function ask() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (answer.status >= 500) throw new Error(`${answer.status}`);
  const now = new DOMParser().parseFromString(await answer.text(), "text/html");
  const isSignedIn = "person" in now.body.dataset;
  if (!isSignedIn && "person" in document.body.dataset) return ["signed-out", now];
  return [answer.ok ? "changed" : "gone", now];
}

function renewNavigation(now) {
  for (const selector of NAVIGATION) {
    const [old, renewed] = [document.querySelector(selector), now.querySelector(selector)];
    if (old && renewed) old.replaceWith(document.adoptNode(renewed));
  }
}

export function mount(element) {
  let isAsking = false;
  async function tell() {
    if (isAsking) return;
    isAsking = true;
    try {
      const [what, now] = await ask();
      if (what !== "signed-out") renewNavigation(now);
      for (const part of element.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== what;
    } catch {
      setTimeout(tell, PAUSE_MS);
    }
    isAsking = false;
  }
  document.addEventListener("access-ended", tell);
}
