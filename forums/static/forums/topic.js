// A topic that stays true while it is open: what is posted, changed and decided appears without a reload, in order, once.
// Nothing that is on screen moves: new posts come below, and a link tells of those that are out of sight.
//
//   <div data-part="topic-head">…</div>
//   <section data-module="forums/topic" data-topic="12" data-url="/topics/12/" data-stream="topic:12" data-after="34"
//            data-me="5" [data-may-post] [data-moderates] [data-resolved] [data-reaches-end]>
//     <p role="status" data-part="summary"></p> <p data-part="earlier" hidden>…</p> <ol data-part="posts"><li class="post"
//     id="post-1" data-number="1" data-revision="0" data-author="5">…<div data-part="body">…</li></ol>
//     <p data-part="later" hidden>…</p> <template data-part="post-template">…</template>
//   <div data-part="topic-foot">…</div>
//
// It tells "forums:post" ({number, author, source}), "forums:page" (all posts are fetched anew), "forums:more" (some were
// added) and "forums:refused" to who listens on the section, and hears "forums:readonly" of the composer: this person may
// not write here any more.

import { pause } from "./http.js";
import { showState } from "./live_state.js";
import { keepPaging } from "./paging.js";
import { build, bury, fetchBody, showAnswer, showBody, showFoot, showReactions } from "./post.js";
import { subscribe } from "../live/live.js";
import { mountAll } from "../workspace/modules.js";

// More than this at once (a laptop that slept) is fetched as a page instead of being added post by post.
const TOO_MANY = 100;
const GATHERING = 40;
const SPEAKING = 1000;
const LONGEST_PRESS = 10_000; // a release that never comes (over a menu, outside the window) holds nothing back for longer
const PAST_THE_END = 999999999;
// Chance keeps all readers from asking for the topic's head at once.
const HEAD_PAUSE = () => Math.random() * 700;

export function mount(section) {
  const { me, url } = section.dataset;
  const part = (name) => section.querySelector(`[data-part="${name}"]`);
  const partOfPage = (name, page = document) => page.querySelector(`[data-part="${name}"]`);
  let applied = Number(section.dataset.after);
  let gathered = [];
  let timer = null;
  let headTimer = null;
  let holding = null; // what is being fetched; events wait for it
  let pressed = null; // so they do while somebody presses a button, which may not slip away before it is let go
  let isOver = false;
  let speaking = null;
  let unheard = 0;
  let firstUnheard = 0;
  let isEndShown = false;

  const allPosts = () => [...part("posts").querySelectorAll(":scope > .post")];
  const postNumbered = (number) => part("posts").querySelector(`:scope > #post-${number}`);
  const firstNumber = () => Number(allPosts()[0]?.dataset.number ?? 1);
  const lastNumber = () => Number(allPosts().at(-1)?.dataset.number ?? 0);

  function place(post) {
    const number = Number(post.dataset.number);
    const after = allPosts().findLast((other) => Number(other.dataset.number) < number);
    if (after) after.after(post);
    else part("posts").append(post);
    mountAll(post);
  }

  function added(data) {
    if (postNumbered(data.number) || data.number < firstNumber()) return;
    if ("reachesEnd" in section.dataset) {
      const post = build(section, data);
      if (data.html === null) fetchBody(section, post);
      else showBody(post, data.html);
      showFoot(section, post);
      place(post);
    } else {
      part("later").hidden = false;
    }
    const { number, author, source } = data;
    section.dispatchEvent(new CustomEvent("forums:post", { detail: { number, author: author.id, source } }));
    if (String(author.id) !== me) announce(number);
  }

  function edited(data) {
    const post = postNumbered(data.number);
    if (!post || post.classList.contains("is-deleted") || Number(post.dataset.revision) >= data.revision) return;
    post.dataset.revision = data.revision;
    if (data.html === null) fetchBody(section, post);
    else showBody(post, data.html);
    showFoot(section, post);
  }

  function deleted(data) {
    let post = postNumbered(data.number);
    if (!post && data.number > firstNumber() && "reachesEnd" in section.dataset) {
      post = build(section, data);
      place(post);
    }
    if (post && !post.classList.contains("is-deleted")) bury(section, post);
  }

  function reacted(data) {
    const post = postNumbered(data.number);
    if (post) showReactions(section, post, data.reactions);
  }

  function changed(data) {
    showAnswer(section, data.answer, data.resolved_at !== null);
    headTimer ??= setTimeout(refreshHead, HEAD_PAUSE());
  }

  const change = {
    "post.added": added,
    "post.edited": edited,
    "post.deleted": deleted,
    "post.reacted": reacted,
    "topic.changed": changed,
  };

  function announce(number) {
    unheard += 1;
    if (unheard === 1) firstUnheard = number;
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      part("summary").textContent = interpolate(ngettext("%s new post", "%s new posts", unheard), [unheard]);
      showNewcomers();
    }, SPEAKING);
  }

  // Where the end of the last post is on screen, there is nothing below to tell of.
  function showNewcomers() {
    if (isEndShown && "reachesEnd" in section.dataset) unheard = 0;
    const note = partOfPage("newcomers");
    const link = note.querySelector("a");
    link.href = `${url}?from=${firstUnheard}#post-${firstUnheard}`;
    link.textContent = interpolate(ngettext("%s new post below", "%s new posts below", unheard), [unheard]);
    note.hidden = unheard === 0;
  }

  function followNewcomers(event) {
    const post = event.target.closest('[data-part="newcomers"] a') && postNumbered(firstUnheard);
    if (!post) return;
    event.preventDefault();
    post.scrollIntoView({ block: "start" });
    post.querySelector(".post-number").focus({ preventScroll: true });
    unheard = 0;
    showNewcomers();
  }

  const watcher = new IntersectionObserver((entries) => {
    isEndShown = entries.at(-1).isIntersecting;
    if (isEndShown) showNewcomers();
  });
  watcher.observe(part("end"));

  // A page of the topic as the server shows it now, asked for until there is an answer; null where there is none for us.
  async function freshPage(address) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await fetch(address, { cache: "no-store" });
        if (answer.ok && !answer.redirected) return new DOMParser().parseFromString(await answer.text(), "text/html");
        if (answer.status < 500 && answer.status !== 429) {
          location.reload();
          return null;
        }
      } catch {
        // No connection: the next attempt may find one.
      }
      if (isOver) return null;
      await new Promise((resolve) => setTimeout(resolve, pause(attempt)));
    }
  }

  // What happens while something is fetched is gathered, and applied to what came.
  function hold(work) {
    holding ??= work().finally(() => {
      holding = null;
      apply();
    });
    return holding;
  }

  // Puts the last page in the place of what has become too old to be brought up to date. Resolves to the number it is
  // true for.
  async function replacePosts() {
    const page = await freshPage(`${url}?before=${PAST_THE_END}`);
    const fresh = page?.querySelector('[data-module~="forums/topic"]');
    if (!fresh || isOver) return applied;
    const newest = lastNumber();
    applied = Number(fresh.dataset.after);
    for (const name of ["data-reaches-end", "data-resolved"]) section.toggleAttribute(name, fresh.hasAttribute(name));
    for (const name of ["posts", "earlier", "later"]) part(name).replaceWith(document.adoptNode(partOfPage(name, fresh)));
    mountAll(part("posts"));
    showFrame(page);
    section.dispatchEvent(new CustomEvent("forums:page"));
    for (const { dataset } of allPosts()) {
      if (Number(dataset.number) > newest && dataset.author !== me) announce(Number(dataset.number));
    }
    return applied;
  }

  const refetch = () => hold(replacePosts);

  // What the topic is as a whole, and whether one may write in it.
  function showFrame(page) {
    const isAllowed = page.querySelector('[data-module~="forums/topic"]').hasAttribute("data-may-post");
    section.toggleAttribute("data-may-post", isAllowed);
    partOfPage("topic-head").replaceWith(document.adoptNode(partOfPage("topic-head", page)));
    const foot = partOfPage("topic-foot");
    const freshFoot = partOfPage("topic-foot", page);
    const note = partOfPage("no-composer", freshFoot);
    if (foot.querySelector(".composer") && note) {
      section.dispatchEvent(new CustomEvent("forums:readonly", { detail: note.textContent.trim() }));
    } else if (partOfPage("no-composer", foot) && !note) {
      foot.replaceWith(document.adoptNode(freshFoot));
      mountAll(freshFoot);
    }
    for (const post of allPosts()) showFoot(section, post);
  }

  async function refreshHead() {
    headTimer = null;
    const page = await freshPage(url);
    if (page && !isOver) showFrame(page);
  }

  function apply() {
    timer = null;
    if (holding || isOver || pressed) return;
    gathered = gathered.filter(({ number }) => number > applied);
    if (gathered.length > TOO_MANY) {
      refetch();
      return;
    }
    while (gathered.length) {
      const { number, event, data } = gathered.shift();
      if (number <= applied) continue;
      applied = number;
      if (Object.keys(data).length) change[event]?.(data);
    }
  }

  function refused() {
    isOver = true;
    unsubscribe();
    clearTimeout(speaking);
    section.dispatchEvent(new CustomEvent("forums:refused"));
    const words = document.createElement("p");
    words.className = "notice notice-warn";
    words.setAttribute("role", "alert");
    words.textContent = gettext("You can no longer read this topic.");
    section.replaceChildren(words);
    for (const name of ["newcomers", "unread", "state", "topic-head", "no-composer"]) partOfPage(name)?.remove();
  }

  section.addEventListener("forums:readonly", () => {
    headTimer ??= setTimeout(refreshHead);
  });
  const letGo = () => {
    clearTimeout(pressed);
    pressed = null;
    timer ??= setTimeout(apply); // after the click
  };
  document.addEventListener("pointerdown", ({ button }) => {
    if (button === 0) pressed ??= setTimeout(letGo, LONGEST_PRESS);
  });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, letGo);
  document.addEventListener("click", followNewcomers);
  for (const post of allPosts()) showFoot(section, post);
  keepPaging({ section, freshPage, hold, isOver: () => isOver });
  showState(partOfPage("state"));
  const unsubscribe = subscribe(section.dataset.stream, applied, {
    onEvent: (event) => {
      gathered.push(event);
      timer ??= setTimeout(apply, GATHERING);
    },
    onRefetch: refetch,
    onRefused: refused,
    pollUrl: `/api/topics/${section.dataset.topic}/events`,
  });
}
