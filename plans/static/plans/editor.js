// The plan's workroom: one section at a time, written by many at once, beside the outline of all of them.
//
//   <div data-module="plans/editor" data-nonce="…" data-settings="plan-editor">
//     <script type="application/json" id="plan-editor">{"slug", "group", "stream", "head", "preview", "images", "worker", "section",
//       "writes", "leads", "sections": [{"id", "heading", "guidance", "locked"}]}</script>
//     … the elements with data-part that workroom.html draws …
//
// Until the document is there, and where there is no JavaScript, the committed text stands in its place.

import { mountFollowing } from "./following.js";
import { insertImage, marks } from "./formatting.js";
import { askForImages } from "./images.js";
import { keepPage } from "./kept_page.js";
import { mountModes } from "./modes.js";
import { drawOutline, followOutline, peopleIn } from "./outline.js";
import { plainText } from "./plain_text.js";
import { previewing } from "./preview.js";
import { showState } from "./save_state.js";
import { Session } from "./session.js";
import { mountToolbar } from "./toolbar.js";
import { writingView } from "./writing.js";

const NARROW = "(max-width: 59.99rem)";

export async function mount(root) {
  const settings = JSON.parse(document.getElementById(root.dataset.settings).textContent);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  let sections = settings.sections;
  // Also of sections that have been taken out since: what was typed there can still be copied.
  const headings = new Map(sections.map(({ id, heading }) => [id, heading]));
  let current = wantedSection();
  let session = null;
  let writer = null;
  let drawing = null;

  // A page that was kept for use without a network may be shown at the address of any section.
  function wantedSection() {
    const wanted = new URLSearchParams(location.search).get("section");
    return settings.sections.some(({ id }) => id === wanted) ? wanted : settings.section;
  }

  const section = () => sections.find(({ id }) => id === current);
  const mayWrite = () => Boolean(section()) && settings.writes && (settings.leads || !section().locked);
  const inOrder = (ids) => [...headings.keys()].filter((id) => ids.has(id));
  const isWritable = () => mayWrite() && !session.hasFailed;

  async function begin() {
    session = await Session.open(settings.slug);
    const { doc, awareness } = session;
    awareness.setLocalStateField("section", current);
    awareness.on("change", drawSoon);
    doc.on("update", drawSoon);
    session.addEventListener("ready", open);
    session.addEventListener("state", () => writer?.setWritable(isWritable()));
    const unsaved = session.unsaved;
    showState({ state: part("state"), announcer: part("announcer"), trouble: part("trouble") }, session, {
      isWriter: settings.writes,
      unsaved: () => inOrder(unsaved()).map((id) => headings.get(id)),
      copy: () => copyTexts(doc, unsaved()),
      async restart() {
        closeWriter();
        await session.discard();
        await begin();
      },
    });
    if (session.isReady) open();
  }

  // Puts the sections with something unsaved on the clipboard, the shown one if there is none.
  async function copyTexts(doc, unsaved) {
    const ids = unsaved.size ? inOrder(unsaved) : [current];
    try {
      await navigator.clipboard.writeText(ids.map((id) => `# ${headings.get(id)}\n\n${doc.getText(id)}`).join("\n\n"));
      return true;
    } catch {
      return false;
    }
  }

  function closeWriter() {
    writer?.destroy();
    writer = null;
  }

  // An editor of the current section's text, of the kind that was chosen.
  function openWriter() {
    closeWriter();
    const options = {
      parent: part("text"),
      text: session.text(current),
      awareness: session.awareness,
      undoManager: session.undoOf(current),
      nonce: root.dataset.nonce,
      label: section()?.heading ?? "",
      hint: mayWrite() ? gettext("Write here. Everybody in the group sees it at once.") : gettext("Nothing has been written here yet."),
      describedBy: part("keys").id,
      isWritable: isWritable(),
    };
    writer = mode === "plain" ? plainText(options) : writingView({ ...options, isVisual: mode === "visual", takeImages });
    showTools();
  }

  function describe() {
    const shown = section();
    part("heading").textContent = shown?.heading ?? gettext("This section has been taken out of the plan.");
    part("outline-current").textContent = shown?.heading ?? "";
    part("guidance").textContent = shown?.guidance ?? "";
    part("guidance").hidden = !shown?.guidance;
  }

  // Shows the current section: its text to write in, or its preview.
  function open() {
    describe();
    session.awareness.setLocalStateField("section", current);
    if (session.isReady) {
      openWriter();
      part("committed").hidden = true;
      part("tools").hidden = false;
      part("tools").insertBefore(part("state"), part("preview-toggle")); // in sight wherever one writes
      preview.show(false);
    }
    showTools();
    draw();
  }

  function showTools() {
    part("locked").hidden = !section()?.locked;
    part("reading").hidden = mayWrite();
    part("toolbar").hidden = !mayWrite() || mode === "plain";
    part("keys").hidden = !mayWrite() || mode === "plain" || preview.isShown;
  }

  function draw() {
    cancelAnimationFrame(drawing);
    drawing = null;
    const isEmpty = (id) => session.isReady && session.text(id).length === 0;
    const people = peopleIn(session.awareness);
    drawOutline(part("outline"), part("outline-row"), { sections, current, people, isEmpty });
    const names = people.filter((one) => one.section === current).map(({ user }) => user.name);
    part("company").textContent = names.length
      ? interpolate(ngettext("%(names)s is here too.", "%(names)s are here too.", names.length), { names: names.join(", ") }, true)
      : "";
    following.draw(session.awareness, people);
  }

  function drawSoon() {
    drawing ??= requestAnimationFrame(draw);
  }

  // `isFollowing` somebody, the focus stays where it is.
  function go(id, { isNew = true, isFollowing = false } = {}) {
    if (id === current || (isFollowing && !sections.some((each) => each.id === id))) return;
    current = id;
    if (isNew) history.pushState(null, "", `?section=${id}`);
    open();
    if (isFollowing) return;
    following.stop();
    part("heading").focus();
    if (matchMedia(NARROW).matches) root.querySelector("details").open = false;
  }

  function use(mark) {
    if (preview.isShown) preview.show(false);
    if (mark === "image") part("image-file").click();
    else marks[mark](writer.view);
  }

  async function takeImages(files) {
    const { view } = writer;
    await askForImages(files, settings.images, (address, description) => insertImage(view, address, description));
    view.focus();
  }

  const preview = previewing(
    { toggle: part("preview-toggle"), preview: part("preview"), address: settings.preview },
    {
      textOf: () => session.text(current).toString(),
      onChange(isShown) {
        part("text").hidden = isShown;
        part("company").hidden = isShown;
        showTools();
      },
    },
  );
  const following = mountFollowing(
    { people: part("people"), row: part("person-row"), status: part("following"), text: part("text") },
    {
      go: (id) => go(id, { isFollowing: true }),
      reveal: (index) => writer?.reveal(index),
      textOf: (id) => session.text(id),
      headingOf: (id) => headings.get(id),
    },
  );
  let mode = mountModes(part("modes"), (chosen) => {
    const isOther = (chosen === "plain") !== (mode === "plain");
    mode = chosen;
    if (preview.isShown) preview.show(false);
    if (isOther) openWriter();
    else writer.setVisual(mode === "visual");
  });
  if (matchMedia(NARROW).matches) root.querySelector("details").open = false;
  mountToolbar(part("toolbar"), use);
  part("image-file").addEventListener("change", ({ target }) => {
    takeImages([...target.files]);
    target.value = "";
  });

  part("outline").addEventListener("click", (event) => {
    const link = event.target.closest("a[data-section]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(link.dataset.section);
  });
  addEventListener("popstate", () => {
    go(wantedSection(), { isNew: false });
  });

  await begin();
  followOutline(settings, (changed) => {
    sections = changed;
    for (const { id, heading } of sections) headings.set(id, heading);
    describe();
    showTools();
    writer?.setWritable(isWritable());
    drawSoon();
  });

  keepPage(settings.worker);
}
