// The tab's one connection to the server's event streams (docs/live-protocol.md): in order, each event once, resumed
// by number after any break, over HTTP where no WebSocket can be had.
//
//   const unsubscribe = subscribe("topic:12", 17, {
//     onEvent({ number, event, data }) {},       // each event after number 17, once, in order
//     onRefetch(head) {},                        // the past is gone: fetch the whole anew; may return (a promise of) the
//                                                // number to go on after, otherwise that is `head`; throws (rejects)
//                                                // where that failed, and is asked again after a pause
//     onRefused(reason) {},                      // not (any more) for this person
//     pollUrl: "/api/topics/12/events",          // asked with ?after= while there is no socket
//   });
//   connect().addEventListener("change", () => show(connect().state));
//   const here = presence("topic:12", {           // of a stream that this page subscribes to
//     onPeople({ people, count }) {},             // whenever that changes: [{ id, name, typing }], those who type first, the
//   });                                           // first 50 of `count`, oneself included; none while there is no socket
//   textarea.addEventListener("input", () => here.typing());   // typing(false) once it was sent
//   here.stop();
//
// The document hears "access-ended" when the person is signed out or a stream is no longer for them.
//
// State: "connecting" | "live" | "polling" | "signed-out" | "refused" (nothing is left that this person may read).

import { Attendance } from "./presence.js";

const ACK_EVENTS = 100;
const ACK_LENGTH = 256 * 1024;
const ACK_MS = 1000;
const SILENCE_MS = 30_000; // without a word for this long, we ask whether somebody is there
const ANSWER_MS = 8000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_MS = 10_000; // a connection that held this long was a good one
const TRIES_BEFORE_POLLING = 3;
const POLL_MS = 3000;

const SIGNED_OUT = 4401;

class Subscription {
  constructor(stream, after, handlers) {
    this.stream = stream;
    this.handlers = handlers;
    this.last = after ?? null; // the last event handed over; null: from now on
    this.isAnswered = false; // whether the server has confirmed it on the present socket
    this.isRefetching = false;
    this.failedRefetches = 0;
    this.forgetUnacknowledged();
  }

  forgetUnacknowledged() {
    this.unacknowledged = 0;
    this.unacknowledgedLength = 0;
  }

  // Hands an event over if it is the next one. Returns false if one before it is missing.
  take(number, event, data) {
    if (number <= this.last) return true;
    if (number !== this.last + 1) return false;
    this.last = number;
    try {
      this.handlers.onEvent?.({ number, event, data });
    } catch (error) {
      globalThis.reportError?.(error);
    }
    return true;
  }
}

export class Connection extends EventTarget {
  // `outside` replaces what the browser gives: makeSocket(), fetch, setTimeout, clearTimeout, random, now.
  constructor(outside) {
    super();
    this.outside = outside;
    this.state = "connecting";
    this.subscriptions = new Map();
    this.attendances = new Map();
    this.socket = null;
    this.failures = 0;
    this.isPolling = false;
    this.timers = new Map();
    this.isAwake = true;
    this.isVisible = true;
  }

  subscribe(stream, after, handlers) {
    const subscription = new Subscription(stream, after, handlers);
    this.subscriptions.set(stream, subscription);
    if (this.state === "refused") this.become("connecting");
    if (this.socket?.isOpen) this.ask(subscription);
    else if (!this.socket && !this.timers.has("open")) this.open();
    return () => {
      if (this.subscriptions.get(stream) !== subscription) return;
      this.subscriptions.delete(stream);
      this.say({ op: "unsubscribe", stream });
    };
  }

  attend(stream, handlers) {
    const attendance = new Attendance(this, stream, handlers);
    this.attendances.set(stream, attendance);
    if (this.subscriptions.get(stream)?.isAnswered) attendance.enter();
    return {
      typing: (isTyping) => attendance.typing(isTyping),
      stop: () => {
        if (this.attendances.get(stream) !== attendance) return;
        this.attendances.delete(stream);
        attendance.leave();
      },
    };
  }

  // Whether the page can be seen.
  see(isVisible) {
    this.isVisible = isVisible;
    for (const attendance of this.attendances.values()) attendance.see(isVisible);
  }

  // Tries at once instead of at the end of a pause; asks whether the other end is still there.
  wake() {
    this.isAwake = true;
    if (this.socket) this.probe();
    else if (this.subscriptions.size && this.state !== "signed-out") this.open();
  }

  // Lets go of the socket while the page is put aside.
  sleep() {
    this.isAwake = false;
    for (const name of [...this.timers.keys()]) this.cancel(name);
    this.drop();
  }

  become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }

  after(name, milliseconds, work) {
    this.cancel(name);
    const timer = this.outside.setTimeout(() => {
      this.timers.delete(name);
      work();
    }, milliseconds);
    this.timers.set(name, timer);
  }

  cancel(name) {
    if (!this.timers.has(name)) return;
    this.outside.clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }

  open() {
    this.cancel("open");
    if (this.socket || !this.isAwake) return;
    const socket = { isOpen: false, hasSpoken: false, openedAt: this.outside.now() };
    this.socket = socket;
    try {
      socket.wire = this.outside.makeSocket();
    } catch {
      this.lost(socket, 1006);
      return;
    }
    socket.wire.onopen = () => {
      socket.isOpen = true;
      for (const subscription of this.subscriptions.values()) this.ask(subscription);
    };
    socket.wire.onmessage = ({ data }) => {
      if (this.socket === socket) this.hear(socket, data);
    };
    socket.wire.onclose = ({ code }) => this.lost(socket, code);
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    for (const attendance of this.attendances.values()) attendance.lost();
    socket?.wire?.close();
  }

  say(frame) {
    if (this.socket?.isOpen) this.socket.wire.send(JSON.stringify(frame));
  }

  // Events that are on their way under an earlier subscription are passed over until the answer comes: what they were
  // comes again after it.
  ask(subscription) {
    subscription.isAnswered = false;
    subscription.forgetUnacknowledged();
    if (subscription.isRefetching) return;
    const after = subscription.last === null ? {} : { after: subscription.last };
    this.say({ op: "subscribe", stream: subscription.stream, ...after });
    this.after("answer", ANSWER_MS, () => this.giveUp());
  }

  probe() {
    const [subscription] = this.subscriptions.values();
    if (subscription && this.socket?.isOpen) this.ask(subscription);
  }

  // The other end does not answer any more: a socket that only seems to be open.
  giveUp() {
    const socket = this.socket;
    this.drop();
    this.lost(socket, 1006, true);
  }

  // The browser says that there is no network: a socket would only notice when it is silent for too long.
  cutOff() {
    if (this.socket) this.giveUp();
  }

  hear(socket, text) {
    socket.hasSpoken = true;
    this.cancel("answer");
    this.after("silence", SILENCE_MS, () => this.probe());
    this.cancel("poll");
    this.isPolling = false;
    this.become("live");
    const frame = JSON.parse(text);
    const subscription = this.subscriptions.get(frame.stream);
    if (!subscription) return;
    if (frame.op === "subscribed") {
      subscription.isAnswered = true;
      subscription.last ??= frame.head;
      this.attendances.get(frame.stream)?.enter();
    } else if (frame.op === "people") {
      this.attendances.get(frame.stream)?.heard(frame);
    } else if (frame.op === "refused") {
      this.refuse(subscription, frame.reason);
    } else if (frame.op === "refetch") {
      this.refetch(subscription, frame.head);
    } else if (frame.number !== undefined && subscription.isAnswered) {
      if (!subscription.take(frame.number, frame.event, frame.data)) this.ask(subscription);
      else this.acknowledge(subscription, frame.number, text.length);
    }
  }

  // Acknowledges by number of events and by their length, or after a second, whichever comes first.
  acknowledge(subscription, number, length) {
    subscription.unacknowledged += 1;
    subscription.unacknowledgedLength += length;
    subscription.heard = number;
    if (subscription.unacknowledged >= ACK_EVENTS || subscription.unacknowledgedLength >= ACK_LENGTH) {
      this.sendAcknowledgement(subscription);
    } else if (!this.timers.has("ack")) {
      this.after("ack", ACK_MS, () => {
        for (const one of this.subscriptions.values()) this.sendAcknowledgement(one);
      });
    }
  }

  sendAcknowledgement(subscription) {
    if (!subscription.isAnswered || subscription.unacknowledged === 0) return;
    subscription.forgetUnacknowledged();
    this.say({ op: "ack", stream: subscription.stream, number: subscription.heard });
  }

  refuse(subscription, reason) {
    this.subscriptions.delete(subscription.stream);
    this.attendances.get(subscription.stream)?.lost();
    subscription.handlers.onRefused?.(reason);
    this.dispatchEvent(new Event("access-ended"));
    if (this.subscriptions.size) return;
    this.isPolling = false;
    for (const name of [...this.timers.keys()]) this.cancel(name);
    this.drop();
    this.become("refused");
  }

  // Until the whole is there, nothing is handed over and `last` stays: what was not shown is not passed over.
  async refetch(subscription, head) {
    if (subscription.isRefetching) return;
    subscription.isRefetching = true;
    subscription.isAnswered = false;
    try {
      const number = await subscription.handlers.onRefetch?.(head);
      subscription.last = Number.isInteger(number) ? number : head;
      subscription.failedRefetches = 0;
    } catch (error) {
      globalThis.reportError?.(error);
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** subscription.failedRefetches, LONGEST_PAUSE_MS);
      subscription.failedRefetches += 1;
      await new Promise((resolve) => this.outside.setTimeout(resolve, pause * (0.5 + this.outside.random() / 2)));
    }
    subscription.isRefetching = false;
    if (this.subscriptions.get(subscription.stream) === subscription) this.ask(subscription);
  }

  lost(socket, code, evenIfDropped = false) {
    if (this.socket !== socket && !evenIfDropped) return;
    this.socket = null;
    for (const attendance of this.attendances.values()) attendance.lost();
    for (const name of ["answer", "silence", "ack"]) this.cancel(name);
    if (!this.isAwake) return;
    // A session may have been renewed by this person in another tab: then the second try is let in.
    if (code === SIGNED_OUT && !socket.hasSpoken) {
      this.signOut();
      return;
    }
    const held = this.outside.now() - socket.openedAt;
    this.failures = socket.hasSpoken && held >= STEADY_MS ? 0 : this.failures + 1;
    if (!socket.hasSpoken && this.failures >= TRIES_BEFORE_POLLING && this.hasPollUrl()) {
      this.isPolling = true;
      if (!this.timers.has("poll")) this.poll();
    } else if (!this.isPolling) {
      this.become("connecting");
    }
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.failures, LONGEST_PAUSE_MS);
    this.after("open", pause * (0.5 + this.outside.random() / 2), () => this.open());
  }

  signOut() {
    this.isPolling = false;
    for (const name of [...this.timers.keys()]) this.cancel(name);
    this.drop();
    this.become("signed-out");
    this.dispatchEvent(new Event("access-ended"));
  }

  hasPollUrl() {
    return [...this.subscriptions.values()].some(({ handlers }) => handlers.pollUrl);
  }

  async poll() {
    this.cancel("poll");
    const polled = [...this.subscriptions.values()].filter(({ handlers }) => handlers.pollUrl);
    let isMore = false;
    for (const subscription of polled) {
      isMore = (await this.pollOne(subscription)) || isMore;
      if (!this.isPolling || !this.isAwake) return;
    }
    this.after("poll", isMore ? 0 : POLL_MS * (0.75 + this.outside.random() / 2), () => this.poll());
  }

  // Asks once over HTTP; returns whether there is more to ask for at once.
  async pollOne(subscription) {
    const { stream, handlers } = subscription;
    if (subscription.isRefetching) return false;
    let answer;
    let status;
    try {
      const separator = handlers.pollUrl.includes("?") ? "&" : "?";
      const url = `${handlers.pollUrl}${separator}after=${subscription.last ?? Number.MAX_SAFE_INTEGER}`;
      const response = await this.outside.fetch(url, { headers: { Accept: "application/json" } });
      status = response.status;
      if (status === 200) answer = await response.json();
    } catch {
      status = 0;
    }
    if (!this.isPolling || this.subscriptions.get(stream) !== subscription) return false;
    if (status === 401) this.signOut();
    else if (status === 403 || status === 404) this.refuse(subscription, "not found");
    else this.become(answer ? "polling" : "connecting");
    if (!answer) return false;
    if (subscription.last === null) subscription.last = answer.head;
    else if (answer.refetch) {
      await this.refetch(subscription, answer.head);
      return subscription.failedRefetches === 0;
    }
    for (const { number, event, data } of answer.events) {
      if (!subscription.take(number, event, data)) return true;
    }
    return answer.events.length > 0 && subscription.last < answer.head;
  }
}

let own = null;

// The tab's connection.
export function connect() {
  if (own) return own;
  own = new Connection({
    makeSocket: () => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live`),
    fetch: (...request) => fetch(...request),
    setTimeout: (...timer) => setTimeout(...timer),
    clearTimeout: (timer) => clearTimeout(timer),
    random: () => Math.random(),
    now: () => performance.now(),
  });
  own.addEventListener("access-ended", () => document.dispatchEvent(new Event("access-ended")));
  own.see(document.visibilityState === "visible");
  addEventListener("online", () => own.wake());
  addEventListener("offline", () => own.cutOff());
  addEventListener("pageshow", ({ persisted }) => persisted && own.wake());
  addEventListener("pagehide", () => own.sleep());
  document.addEventListener("visibilitychange", () => {
    const isVisible = document.visibilityState === "visible";
    own.see(isVisible);
    if (isVisible) own.wake();
  });
  return own;
}

// Returns the function that ends the subscription.
export function subscribe(stream, after, handlers) {
  return connect().subscribe(stream, after, handlers);
}

// Shows this tab as present at the stream, and tells who else is; see above.
export function presence(stream, handlers) {
  return connect().attend(stream, handlers);
}
