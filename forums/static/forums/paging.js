// A long topic read both ways: earlier and later posts are fetched as the reader comes near them, and what is on screen
// stays where it is. Their links do the same by hand; without a script they are pages.
//
//   <p data-part="earlier"><a href="?before=71">70 earlier posts</a></p> <ol data-part="posts">…</ol>
//   <p data-part="later"><a href="?from=121">Later posts</a></p>

import { showFoot } from "./post.js";
import { mountAll } from "../workspace/modules.js";

const NEAR = 600;

// `freshPage(address)` resolves to a page's document or null; `hold(work)` keeps events waiting while it works.
export function keepPaging({ section, freshPage, hold, isOver }) {
  const part = (name, root = section) => root.querySelector(`[data-part="${name}"]`);
  let isLoading = false;
  let lastTop = scrollY;

  // Runs what changes the height above the reader, and puts what they look at back in its place.
  function keepingPlace(work) {
    const root = document.documentElement;
    const anchor = [...section.querySelectorAll(".post")].find((post) => post.getBoundingClientRect().bottom > 0);
    const before = anchor?.getBoundingClientRect().top;
    root.style.overflowAnchor = "none";
    work();
    if (anchor) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
    requestAnimationFrame(() => root.style.removeProperty("overflow-anchor"));
  }

  async function load(direction) {
    const holder = part(direction);
    const link = holder.querySelector("a");
    if (isLoading || holder.hidden || isOver()) return;
    isLoading = true;
    holder.setAttribute("aria-busy", "true");
    const hadFocus = holder.contains(document.activeElement);
    try {
      await hold(async () => {
        const page = await freshPage(link.href);
        const fresh = page?.querySelector('[data-module~="forums/topic"]');
        if (!fresh || isOver()) return;
        keepingPlace(() => add(direction, fresh, hadFocus));
      });
    } finally {
      isLoading = false;
      part(direction)?.removeAttribute("aria-busy");
    }
  }

  function add(direction, fresh, hadFocus) {
    const posts = part("posts");
    const known = new Set([...posts.querySelectorAll(".post")].map(({ dataset }) => dataset.number));
    const more = [...part("posts", fresh).querySelectorAll(".post")].filter(({ dataset }) => !known.has(dataset.number));
    const adopted = more.map((post) => document.adoptNode(post));
    if (direction === "earlier") posts.prepend(...adopted);
    else posts.append(...adopted);
    part(direction).replaceWith(document.adoptNode(part(direction, fresh)));
    if (direction === "later") section.toggleAttribute("data-reaches-end", fresh.hasAttribute("data-reaches-end"));
    for (const post of adopted) {
      showFoot(section, post);
      mountAll(post);
    }
    section.dispatchEvent(new CustomEvent("forums:more"));
    if (hadFocus) adopted.at(direction === "earlier" ? -1 : 0)?.querySelector(".post-number").focus({ preventScroll: true });
  }

  section.addEventListener("click", (event) => {
    const holder = event.target.closest('[data-part="earlier"], [data-part="later"]');
    if (!holder || !event.target.closest("a") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    load(holder.dataset.part);
  });

  addEventListener("scroll", () => {
    const isUp = scrollY < lastTop;
    if (scrollY === lastTop || isOver()) return;
    lastTop = scrollY;
    const near = part(isUp ? "earlier" : "later")?.getBoundingClientRect();
    if (near?.height && near.bottom > -NEAR && near.top < innerHeight + NEAR) load(isUp ? "earlier" : "later");
  }, { passive: true });

  // A page that was opened anew, at no post in particular, shows where the unread ones begin.
  const line = part("unread-line");
  const isNew = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  if (line && isNew && !location.hash && line.getBoundingClientRect().top > innerHeight / 2) line.scrollIntoView({ block: "center", behavior: "instant" });
}
