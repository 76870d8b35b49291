// On every page of somebody signed in: has the browser keep the page that helps where the workspace cannot be reached.
//
//   <div data-module="workspace/offline" data-worker="/worker.js"></div>
//
// The worker is templates/workspace/worker.js. It is fetched once the page is there, and waits for nobody.

export function mount(element) {
  if (!navigator.serviceWorker) return; // the page is not served securely, or the browser is an old one
  const address = `${element.dataset.worker}?language=${document.documentElement.lang}`;
  const register = () => navigator.serviceWorker.register(address, { scope: "/" }).catch(() => {}); // storage is full or forbidden
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
