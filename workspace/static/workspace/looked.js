// Tells the server that this page's changes were seen, once somebody has had them before their eyes for a while.
//
//   <form method="post" action="/groups/agrifood/looked/" data-module="workspace/looked"><input name="upto" …> <button>…</button></form>

const SEEN_MS = 4000;

export function mount(form) {
  let timer = null;
  async function tell() {
    const sent = { method: "POST", body: new FormData(form), redirect: "manual", keepalive: true };
    const answer = await fetch(form.action, sent).catch(() => null);
    if (answer?.type === "opaqueredirect" || answer?.ok) form.hidden = true;
  }
  function follow() {
    clearTimeout(timer);
    if (document.visibilityState === "visible" && !form.hidden) timer = setTimeout(tell, SEEN_MS);
  }
  document.addEventListener("visibilitychange", follow);
  follow();
}
