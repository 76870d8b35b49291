// Moves the reader's mark to the last post up to which all have really been on screen: half of the post, or half a
// window full of it, in a window that is visible. One's own posts and deleted ones count as read.
//
//   <section data-module="forums/topic forums/reading" data-topic="12" data-me="5" data-read="3"
//            data-marks="marks:5" data-marks-after="40">
//     <ol data-part="posts"><li class="post" data-number="4" data-author="5">…

import { pause, send } from "./http.js";
import { subscribe } from "../live/live.js";

const SETTLING = 400;

export function mount(section) {
  const { topic, me } = section.dataset;
  let mark = Number(section.dataset.read);
  let told = mark;
  let attempts = 0;
  let timer = null;
  let isTelling = false;
  const onScreen = new Set();
  const seen = new Set();

  const postNumbered = (number) => section.querySelector(`.post[data-number="${number}"]`);
  const isOwnOrGone = (post) => post?.dataset.author === me || post?.classList.contains("is-deleted");
  const isRead = (number) => seen.has(number) || isOwnOrGone(postNumbered(number));

  function advance() {
    if (document.visibilityState === "visible") for (const number of onScreen) seen.add(number);
    while (isRead(mark + 1)) mark += 1;
    if (mark > told) {
      clearTimeout(timer);
      timer = setTimeout(tell, SETTLING);
    }
  }

  function showUnread() {
    const lastShown = Number([...section.querySelectorAll('[data-part="posts"] > .post')].at(-1)?.dataset.number ?? 0);
    if ("reachesEnd" in section.dataset && mark >= lastShown) document.querySelector('[data-part="unread"]')?.remove();
  }

  async function tell(options = {}) {
    if (isTelling || mark <= told) return;
    isTelling = true;
    const reached = mark;
    try {
      const { status } = await send("PUT", `/api/topics/${topic}/read`, { number: reached }, options);
      if (status >= 500) throw new Error(`The server answered ${status}`);
      told = reached;
      attempts = 0;
      showUnread();
    } catch {
      timer = setTimeout(tell, pause(attempts++));
    }
    isTelling = false;
    if (told === reached) advance();
  }

  // How much of the window's foot the composer and the bar below it cover: what is behind them nobody has seen.
  function coveredHeight() {
    const foot = document.querySelector('[data-part="topic-foot"]');
    return foot ? Math.ceil(foot.offsetHeight + (parseFloat(getComputedStyle(foot).bottom) || 0)) : 0;
  }

  function newWatcher() {
    const covered = Math.min(coveredHeight(), innerHeight / 2);
    const enough = (innerHeight - covered) / 2;
    return new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting, intersectionRatio, intersectionRect } of entries) {
          const isShown = isIntersecting && (intersectionRatio >= 0.5 || intersectionRect.height >= enough);
          if (isShown) onScreen.add(Number(target.dataset.number));
          else onScreen.delete(Number(target.dataset.number));
        }
        advance();
      },
      { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1], rootMargin: `0px 0px -${covered}px 0px` },
    );
  }

  let watcher = newWatcher();

  function watchAnew() {
    watcher.disconnect();
    onScreen.clear();
    watcher = newWatcher();
    watch();
  }

  function watch() {
    for (const post of section.querySelectorAll('[data-part="posts"] > .post')) watcher.observe(post);
    advance();
  }

  const foot = document.querySelector('[data-part="topic-foot"]');
  if (foot) new ResizeObserver(watchAnew).observe(foot);
  new MutationObserver(watch).observe(section, { childList: true, subtree: true });
  document.addEventListener("visibilitychange", advance);
  addEventListener("pagehide", () => tell({ keepalive: true }));
  watch();
  // What was read on another device.
  subscribe(section.dataset.marks, Number(section.dataset.marksAfter), {
    onEvent({ data }) {
      if (String(data.topic) !== topic) return;
      mark = Math.max(mark, data.number);
      told = Math.max(told, data.number);
      showUnread();
      advance();
    },
    pollUrl: "/api/read-marks/events",
  });
}
