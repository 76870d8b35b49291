// The logic of live.js against a server and a clock of the test's own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Connection } from "../../live/static/live/live.js";

class World {
  constructor() {
    this.time = 0;
    this.timers = [];
    this.sockets = [];
    this.answers = [];
    this.asked = [];
    this.refusesSockets = false;
    this.connection = new Connection({
      makeSocket: () => this.makeSocket(),
      fetch: async (url) => {
        this.asked.push(url);
        const answer = this.answers.shift();
        if (answer === undefined) throw new TypeError("no network");
        return { status: answer.status ?? 200, json: async () => answer };
      },
      setTimeout: (work, milliseconds) => {
        const timer = { at: this.time + milliseconds, work };
        this.timers.push(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        this.timers = this.timers.filter((one) => one !== timer);
      },
      random: () => 1,
      now: () => this.time,
    });
    this.states = [];
    this.connection.addEventListener("change", () => this.states.push(this.connection.state));
  }

  makeSocket() {
    if (this.refusesSockets) throw new Error("no sockets here");
    const socket = {
      sent: [],
      isClosed: false,
      send: (text) => socket.sent.push(JSON.parse(text)),
      close: () => {
        socket.isClosed = true;
      },
    };
    this.sockets.push(socket);
    return socket;
  }

  get socket() {
    return this.sockets.at(-1);
  }

  open() {
    this.socket.onopen();
  }

  say(frame) {
    this.socket.onmessage({ data: JSON.stringify(frame) });
  }

  event(number, stream = "topic:1") {
    this.say({ stream, number, event: "post.added", data: { n: number } });
  }

  close(code) {
    this.socket.onclose({ code });
  }

  async pass(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      await settled();
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.time = next.at;
      next.work();
    }
    this.time = end;
    await settled();
  }
}

async function settled() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function reader(more = {}) {
  const heard = [];
  return {
    heard,
    refetched: [],
    refused: [],
    onEvent({ number }) {
      heard.push(number);
    },
    onRefetch(head) {
      this.refetched.push(head);
    },
    onRefused(reason) {
      this.refused.push(reason);
    },
    ...more,
  };
}

function live(after = 0, handlers = reader()) {
  const world = new World();
  const end = world.connection.subscribe("topic:1", after, handlers);
  world.open();
  world.say({ op: "subscribed", stream: "topic:1", head: after });
  return { world, handlers, end };
}

test("subscribes after the number it has and is live when the server has answered", () => {
  const world = new World();
  world.connection.subscribe("topic:1", 17, reader());
  assert.equal(world.connection.state, "connecting");
  world.open();
  assert.deepEqual(world.socket.sent, [{ op: "subscribe", stream: "topic:1", after: 17 }]);
  assert.equal(world.connection.state, "connecting");
  world.say({ op: "subscribed", stream: "topic:1", head: 17 });
  assert.equal(world.connection.state, "live");
  assert.deepEqual(world.states, ["live"]);
});

test("one socket carries all subscriptions, also those that come later", () => {
  const { world } = live();
  world.connection.subscribe("topic:2", null, reader());
  assert.equal(world.sockets.length, 1);
  assert.deepEqual(world.socket.sent.at(-1), { op: "subscribe", stream: "topic:2" });
});

test("hands over each event once and in order, whatever comes twice", () => {
  const { world, handlers } = live();
  for (const number of [1, 2, 2, 1, 3]) world.event(number);
  assert.deepEqual(handlers.heard, [1, 2, 3]);
});

test("asks again from the last event when one is missing, and passes over what comes before the answer", () => {
  const { world, handlers } = live();
  world.event(1);
  world.event(3);
  assert.deepEqual(world.socket.sent.at(-1), { op: "subscribe", stream: "topic:1", after: 1 });
  world.event(4);
  assert.deepEqual(handlers.heard, [1]);
  world.say({ op: "subscribed", stream: "topic:1", head: 4 });
  for (const number of [2, 3, 4]) world.event(number);
  assert.deepEqual(handlers.heard, [1, 2, 3, 4]);
});

test("acknowledges every hundredth event at once and the others within a second", async () => {
  const { world } = live();
  for (let number = 1; number <= 230; number += 1) world.event(number);
  const acks = () => world.socket.sent.filter(({ op }) => op === "ack").map(({ number }) => number);
  assert.deepEqual(acks(), [100, 200]);
  await world.pass(1000);
  assert.deepEqual(acks(), [100, 200, 230]);
  await world.pass(5000);
  assert.deepEqual(acks(), [100, 200, 230]);
});

test("acknowledges long events sooner", () => {
  const { world } = live();
  world.say({ stream: "topic:1", number: 1, event: "e", data: { text: "x".repeat(300_000) } });
  assert.deepEqual(world.socket.sent.at(-1), { op: "ack", stream: "topic:1", number: 1 });
});

test("never acknowledges under a new subscription what came under the one before", async () => {
  const { world } = live();
  world.event(1);
  world.event(2);
  world.connection.probe();
  await world.pass(1500);
  assert.deepEqual(world.socket.sent.filter(({ op }) => op === "ack"), []);
  world.say({ op: "subscribed", stream: "topic:1", head: 3 });
  world.event(3);
  await world.pass(1000);
  assert.deepEqual(world.socket.sent.at(-1), { op: "ack", stream: "topic:1", number: 3 });
});

test("comes back after a break and goes on after the last event", async () => {
  const { world, handlers } = live();
  world.event(1);
  world.close(1006);
  assert.equal(world.connection.state, "connecting");
  await world.pass(1000);
  assert.equal(world.sockets.length, 2);
  world.open();
  assert.deepEqual(world.socket.sent, [{ op: "subscribe", stream: "topic:1", after: 1 }]);
  world.say({ op: "subscribed", stream: "topic:1", head: 2 });
  world.event(2);
  assert.deepEqual(handlers.heard, [1, 2]);
  assert.deepEqual(world.states, ["live", "connecting", "live"]);
});

test("waits longer after each failure, up to half a minute", async () => {
  const world = new World();
  world.connection.subscribe("topic:1", 0, reader());
  const opened = [];
  for (let failure = 0; failure < 9; failure += 1) {
    opened.push(world.time);
    world.close(1006);
    const count = world.sockets.length;
    while (world.sockets.length === count) await world.pass(500);
  }
  const pauses = opened.slice(1).map((at, index) => at - opened[index]);
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

test("is signed out when the server says so, and tries no more", async () => {
  const world = new World();
  world.connection.subscribe("topic:1", 0, reader());
  world.open();
  world.close(4401);
  assert.equal(world.connection.state, "signed-out");
  await world.pass(120_000);
  assert.equal(world.sockets.length, 1);
});

test("tries once more when a session ends under it, since another tab may have renewed it", async () => {
  const { world } = live();
  world.close(4401);
  assert.equal(world.connection.state, "connecting");
  await world.pass(1000);
  world.open();
  world.close(4401);
  assert.equal(world.connection.state, "signed-out");
  assert.equal(world.sockets.length, 2);
});

test("drops a stream that is refused and is refused when none is left", async () => {
  const { world, handlers } = live();
  const other = reader();
  world.connection.subscribe("topic:2", 0, other);
  world.close(4403);
  await world.pass(1000);
  world.open();
  world.say({ op: "refused", stream: "topic:1", reason: "not found" });
  assert.deepEqual(handlers.refused, ["not found"]);
  assert.equal(world.connection.state, "live");
  world.say({ op: "refused", stream: "topic:2", reason: "not found" });
  assert.equal(world.connection.state, "refused");
  assert.equal(world.socket.isClosed, true);
  await world.pass(120_000);
  assert.equal(world.sockets.length, 2);
});

test("fetches anew when told to and goes on after the number that gave", async () => {
  const { world } = live(3, reader({ onRefetch: async () => 41 }));
  world.say({ op: "refetch", stream: "topic:1", head: 40 });
  await settled();
  assert.deepEqual(world.socket.sent.at(-1), { op: "subscribe", stream: "topic:1", after: 41 });
});

test("goes on after the head when fetching anew gave no number", async () => {
  const { world, handlers } = live(3);
  world.say({ op: "refetch", stream: "topic:1", head: 40 });
  await settled();
  assert.deepEqual(handlers.refetched, [40]);
  assert.deepEqual(world.socket.sent.at(-1), { op: "subscribe", stream: "topic:1", after: 40 });
});

test("asks again from where it was, after a pause, when fetching anew failed", async () => {
  const asked = [];
  const { world, handlers } = live(3, reader({
    async onRefetch(head) {
      asked.push(head);
      if (asked.length < 3) throw new TypeError("no network");
      return 41;
    },
  }));
  const subscribed = () => world.socket.sent.filter(({ op }) => op === "subscribe").map(({ after }) => after);
  world.say({ op: "refetch", stream: "topic:1", head: 40 });
  await settled();
  world.event(41);
  assert.deepEqual([subscribed(), handlers.heard], [[3], []]);
  await world.pass(500);
  assert.deepEqual(subscribed(), [3, 3]);
  world.say({ op: "refetch", stream: "topic:1", head: 41 });
  await world.pass(999);
  assert.deepEqual(subscribed(), [3, 3]);
  await world.pass(1);
  assert.deepEqual(subscribed(), [3, 3, 3]);
  world.say({ op: "refetch", stream: "topic:1", head: 41 });
  await settled();
  assert.deepEqual([asked, subscribed()], [[40, 41, 41], [3, 3, 3, 41]]);
  world.say({ op: "subscribed", stream: "topic:1", head: 42 });
  world.event(42);
  assert.deepEqual(handlers.heard, [42]);
});

test("polling passes nothing over while fetching anew fails", async () => {
  const world = new World();
  world.refusesSockets = true;
  let attempts = 0;
  const handlers = reader({
    pollUrl: "/api/topics/1/events",
    async onRefetch() {
      attempts += 1;
      if (attempts === 1) throw new TypeError("no network");
      return 41;
    },
  });
  world.connection.subscribe("topic:1", 5, handlers);
  const gone = { head: 40, refetch: true, events: [] };
  world.answers = [gone, gone, { head: 42, refetch: false, events: [{ number: 42, event: "post.added", data: {} }] }];
  await world.pass(20_000);
  assert.deepEqual(world.asked.slice(0, 3).map((url) => url.split("=")[1]), ["5", "5", "41"]);
  assert.deepEqual([attempts, handlers.heard], [2, [42]]);
});

test("an error in what is done with an event keeps nothing from the next", () => {
  const heard = [];
  const { world } = live(0, reader({
    onEvent({ number }) {
      heard.push(number);
      if (number === 1) throw new Error("in the page");
    },
  }));
  world.event(1);
  world.event(2);
  assert.deepEqual(heard, [1, 2]);
});

test("asks a silent server whether it is there, and gives it up when it is not", async () => {
  const { world } = live();
  await world.pass(30_000);
  assert.deepEqual(world.socket.sent.at(-1), { op: "subscribe", stream: "topic:1", after: 0 });
  await world.pass(8000);
  assert.equal(world.sockets[0].isClosed, true);
  assert.equal(world.connection.state, "connecting");
  await world.pass(1000);
  assert.equal(world.sockets.length, 2);
});

test("is live no more from the moment the browser has no network, and comes back by itself", async () => {
  const { world } = live();
  world.connection.cutOff();
  assert.equal(world.connection.state, "connecting");
  assert.equal(world.sockets[0].isClosed, true);
  world.connection.cutOff();
  await world.pass(1000);
  assert.equal(world.sockets.length, 2);
});

test("a probe that is answered changes nothing", async () => {
  const { world } = live();
  await world.pass(30_000);
  world.say({ op: "subscribed", stream: "topic:1", head: 0 });
  await world.pass(20_000);
  assert.equal(world.sockets.length, 1);
  assert.deepEqual(world.states, ["live"]);
});

test("polls where no socket can be had, exactly once and in order, until one can", async () => {
  const world = new World();
  world.refusesSockets = true;
  const handlers = reader({ pollUrl: "/api/topics/1/events" });
  world.connection.subscribe("topic:1", 5, handlers);
  const events = (...numbers) => numbers.map((number) => ({ number, event: "post.added", data: {} }));
  world.answers = [
    { head: 8, refetch: false, events: events(6, 7) },
    { head: 8, refetch: false, events: events(7, 8) },
    { head: 8, refetch: false, events: [] },
  ];
  await world.pass(3200);
  assert.equal(world.connection.state, "polling");
  assert.deepEqual(handlers.heard, [6, 7, 8]);
  assert.deepEqual(world.asked.slice(0, 2), ["/api/topics/1/events?after=5", "/api/topics/1/events?after=7"]);
  world.refusesSockets = false;
  await world.pass(30_000);
  world.open();
  assert.deepEqual(world.socket.sent, [{ op: "subscribe", stream: "topic:1", after: 8 }]);
  world.say({ op: "subscribed", stream: "topic:1", head: 9 });
  world.event(9);
  assert.equal(world.connection.state, "live");
  assert.deepEqual(handlers.heard, [6, 7, 8, 9]);
  const asked = world.asked.length;
  await world.pass(20_000);
  assert.equal(world.asked.length, asked);
});

test("polling notices that it is signed out, and that a stream is not for it", async () => {
  for (const [status, state] of [[401, "signed-out"], [404, "refused"]]) {
    const world = new World();
    world.refusesSockets = true;
    world.connection.subscribe("topic:1", 5, reader({ pollUrl: "/api/topics/1/events" }));
    world.answers = [{ status }];
    await world.pass(4000);
    assert.equal(world.connection.state, state);
    const asked = world.asked.length;
    await world.pass(60_000);
    assert.equal(world.asked.length, asked);
  }
});

test("never says that it polls while the polls fail, and says so from the first that is answered", async () => {
  const world = new World();
  world.refusesSockets = true;
  const handlers = reader({ pollUrl: "/api/topics/1/events" });
  world.connection.subscribe("topic:1", 5, handlers);
  await world.pass(20_000);
  assert.ok(world.asked.length > 1);
  assert.deepEqual(world.states, []);
  assert.equal(world.connection.state, "connecting");
  world.answers = [{ head: 6, refetch: false, events: [{ number: 6, event: "post.added", data: {} }] }];
  await world.pass(10_000);
  assert.equal(world.states[0], "polling");
  assert.deepEqual(handlers.heard, [6]);
  assert.equal(world.connection.state, "connecting");
});

test("unsubscribing says so, and hears no more", () => {
  const { world, handlers, end } = live();
  end();
  assert.deepEqual(world.socket.sent.at(-1), { op: "unsubscribe", stream: "topic:1" });
  world.event(1);
  assert.deepEqual(handlers.heard, []);
});

test("lets go of the socket while the page is put aside, and comes back with it", () => {
  const { world } = live();
  world.connection.sleep();
  assert.equal(world.sockets[0].isClosed, true);
  world.connection.wake();
  assert.equal(world.sockets.length, 2);
});

function attended() {
  const { world } = live();
  const heard = [];
  const here = world.connection.attend("topic:1", { onPeople: (news) => heard.push(news) });
  const said = () => world.socket.sent.filter(({ op }) => op === "present" || op === "absent");
  return { world, here, heard, said };
}

const present = (typing) => ({ op: "present", stream: "topic:1", typing });
const absent = { op: "absent", stream: "topic:1" };
const ada = { id: 7, name: "Ada", typing: false };

test("says that it is here, tells who else is, and says goodbye", () => {
  const { world, here, heard, said } = attended();
  world.say({ op: "people", stream: "topic:1", count: 1, people: [ada] });
  assert.deepEqual(heard, [{ count: 1, people: [ada] }]);
  here.stop();
  assert.deepEqual(said(), [present(false), absent]);
  assert.deepEqual(heard.at(-1), { count: 0, people: [] });
  world.say({ op: "people", stream: "topic:1", count: 1, people: [ada] });
  assert.equal(heard.length, 2);
});

test("says now and then that somebody types, and once that they have stopped", async () => {
  const { world, here, said } = attended();
  for (let stroke = 0; stroke < 10; stroke += 1) {
    here.typing();
    await world.pass(500);
  }
  assert.deepEqual(said(), [present(false), present(true), present(true)]);
  await world.pass(10_000);
  assert.deepEqual(said().slice(3), [present(false)]);
  here.typing();
  here.typing(false);
  await world.pass(10_000);
  assert.deepEqual(said().slice(4), [present(true), present(false)]);
});

test("nobody is shown to be here while there is no socket, and on the next one it says again that it is", async () => {
  const { world, heard } = attended();
  world.say({ op: "people", stream: "topic:1", count: 1, people: [ada] });
  world.close(1006);
  assert.deepEqual(heard.at(-1), { count: 0, people: [] });
  await world.pass(2000);
  world.open();
  world.say({ op: "subscribed", stream: "topic:1", head: 0 });
  assert.deepEqual(world.socket.sent.at(-1), present(false));
});

test("a page that cannot be seen is nobody's presence", () => {
  const { world, here, heard, said } = attended();
  world.say({ op: "people", stream: "topic:1", count: 1, people: [ada] });
  world.connection.see(false);
  here.typing();
  world.say({ op: "people", stream: "topic:1", count: 1, people: [ada] });
  assert.deepEqual(heard, [{ count: 1, people: [ada] }, { count: 0, people: [] }]);
  world.connection.see(true);
  assert.deepEqual(said(), [present(false), absent, present(false)]);
});
