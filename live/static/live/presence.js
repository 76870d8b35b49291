// Who is here, and who is typing (docs/live-protocol.md): said and heard on the tab's one connection, for a stream that
// the page subscribes to. Reached through presence() of live.js, which describes it.

const TYPING_MS = 3000; // said again after so long, for as long as somebody types
const STILL_MS = 4000; // without a keystroke for so long, somebody types no more

export class Attendance {
  constructor(connection, stream, { onPeople }) {
    this.connection = connection;
    this.stream = stream;
    this.onPeople = onPeople;
    this.isVisible = connection.isVisible;
    this.isTyping = false;
    this.saidAt = 0;
    this.shown = 0;
  }

  // The subscription stands: on this socket nobody knows of us yet.
  enter() {
    this.isTyping = false;
    if (this.isVisible) this.say();
  }

  // Whether the page can be seen: a tab in the background is nobody's presence.
  see(isVisible) {
    if (this.isVisible === isVisible) return;
    this.isVisible = isVisible;
    this.isTyping = false;
    if (isVisible) this.say();
    else this.leave();
  }

  typing(isTyping = true) {
    if (!this.isVisible) return;
    const now = this.connection.outside.now();
    if (isTyping) this.connection.after(this.timer, STILL_MS, () => this.typing(false));
    else this.connection.cancel(this.timer);
    if (this.isTyping === isTyping && (!isTyping || now - this.saidAt < TYPING_MS)) return;
    this.isTyping = isTyping;
    this.saidAt = now;
    this.say();
  }

  get timer() {
    return `typing ${this.stream}`;
  }

  say() {
    this.connection.say({ op: "present", stream: this.stream, typing: this.isTyping });
  }

  leave() {
    this.connection.cancel(this.timer);
    this.connection.say({ op: "absent", stream: this.stream });
    this.lost();
  }

  heard({ people, count }) {
    if (!this.isVisible) return;
    this.shown = count;
    this.tell({ people, count });
  }

  // Nobody tells any more who is here, so nobody is shown to be.
  lost() {
    if (this.shown === 0) return;
    this.shown = 0;
    this.tell({ people: [], count: 0 });
  }

  tell(news) {
    try {
      this.onPeople(news);
    } catch (error) {
      globalThis.reportError?.(error);
    }
  }
}
