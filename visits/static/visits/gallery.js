// Photos on the whole screen, one after the other: arrow keys, buttons or a swipe; Escape or Close goes back to the photo.
//
//   <div data-module="visits/gallery"><a href="/files/…/large" data-photo><img alt="A shared dryer"></a> …</div>
//
// Without it each link opens its photo. The photos are looked for when one is opened, so those that came since are there.

const SWIPE = 50; // pixels

class Gallery {
  constructor(links, at) {
    this.links = links;
    this.at = at;
    this.dialog = document.createElement("dialog");
    this.dialog.className = "gallery";
    this.dialog.setAttribute("aria-label", gettext("Photos"));
    this.count = element("p", "gallery-count");
    this.count.setAttribute("role", "status");
    this.image = document.createElement("img");
    this.caption = element("p", "gallery-caption");
    this.before = button(gettext("Previous"), () => this.show(this.at - 1));
    this.after = button(gettext("Next"), () => this.show(this.at + 1));
    const turning = element("div", "cluster");
    turning.append(this.before, this.after);
    const bar = element("div", "gallery-bar");
    bar.append(this.count, turning, button(gettext("Close"), () => this.dialog.close()));
    const holder = element("div", "gallery-photo");
    holder.append(this.image);
    this.dialog.append(bar, holder, this.caption);
    this.dialog.addEventListener("keydown", ({ key }) => {
      if (key === "ArrowLeft") this.show(this.at - 1);
      if (key === "ArrowRight") this.show(this.at + 1);
    });
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      this.links[this.at].focus();
    });
    let from = null;
    holder.addEventListener("pointerdown", (event) => (from = event.clientX));
    holder.addEventListener("pointerup", (event) => {
      const moved = from === null ? 0 : event.clientX - from;
      from = null;
      if (Math.abs(moved) > SWIPE) this.show(this.at - Math.sign(moved));
    });
    document.body.append(this.dialog);
    this.show(at);
    this.dialog.showModal();
  }

  show(at) {
    if (!this.links[at]) return;
    this.at = at;
    const words = this.links[at].querySelector("img").alt;
    this.image.src = this.links[at].href;
    this.image.alt = words;
    this.image.draggable = false;
    this.caption.textContent = words;
    this.count.textContent = interpolate(gettext("%(number)s of %(all)s"), { number: at + 1, all: this.links.length }, true);
    this.before.disabled = at === 0;
    this.after.disabled = at === this.links.length - 1;
  }
}

function element(name, classes) {
  const made = document.createElement(name);
  made.className = classes;
  return made;
}

function button(words, work) {
  const made = element("button", "gallery-button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", work);
  return made;
}

export function mount(holder) {
  holder.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-photo]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const links = [...holder.querySelectorAll("a[data-photo]")];
    new Gallery(links, links.indexOf(link));
  });
}
