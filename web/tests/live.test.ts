import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type LiveChange, LiveConnection } from "@/lib/liveSocket";

const change = (parts: Partial<LiveChange> = {}): LiveChange => ({
  type: "change",
  seq: "7",
  change_id: 70,
  command: "ticket.update",
  ticket: 42,
  ticket_id: 4,
  version: 2,
  fields: ["status"],
  actor_id: 5,
  undo_of: null,
  ...parts,
});

class FakeSocket {
  static all: FakeSocket[] = [];
  sent: unknown[] = [];
  closed = false;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(data: string) {
    this.sent.push(JSON.parse(data));
  }
  close() {
    this.closed = true;
  }
  opens() {
    this.onopen?.({} as never);
  }
  says(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) } as never);
  }
  drops(code = 1006) {
    this.onclose?.({ code } as never);
  }
}

const socket = (index: number) => {
  const found = FakeSocket.all[index];
  if (!found) throw new Error(`socket ${index} was never opened`);
  return found;
};

const connections: LiveConnection[] = [];

function connect() {
  const connection = new LiveConnection("ws://test/ws/", () => new FakeSocket() as never);
  connections.push(connection);
  connection.start();
  return connection;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
});
afterEach(() => {
  for (const connection of connections.splice(0)) connection.stop();
  vi.useRealTimers();
});

test("it says hello, answers pings and hands changes on", () => {
  const connection = connect();
  const seen: number[] = [];
  connection.listen({ onChange: (one) => seen.push(one.change_id) });
  socket(0).opens();
  expect(socket(0).sent).toEqual([{ type: "hello", last_seq: null }]);
  socket(0).says({ type: "ready", seq: "5", resumed: false });
  socket(0).says({ type: "ping" });
  socket(0).says(change());
  expect(socket(0).sent).toContainEqual({ type: "pong" });
  expect(seen).toEqual([70]);
  expect(connection.state).toBe("online");
});

test("a frame of several changes is handed on whole, and each of its changes, too", () => {
  const connection = connect();
  const frames: [number[], boolean][] = [];
  const single: number[] = [];
  connection.listen({
    onChanges: (changes, gathered) => frames.push([changes.map((one) => one.change_id), gathered]),
    onChange: (one) => single.push(one.change_id),
  });
  socket(0).opens();
  socket(0).says({ type: "ready", seq: "5", resumed: false });
  const changes = [change({ change_id: 71, seq: "7" }), change({ change_id: 72, seq: "8" })];
  socket(0).says({ type: "changes", seq: "8", changes });
  socket(0).says(change({ change_id: 73, seq: "9" }));
  expect(frames).toEqual([
    [[71, 72], true],
    [[73], false],
  ]);
  expect(single).toEqual([71, 72, 73]);
  socket(0).drops();
  vi.advanceTimersByTime(1000);
  socket(1).opens();
  expect(socket(1).sent).toEqual([{ type: "hello", last_seq: "9" }]);
});

test("after a lost line it comes back and resumes from the last seq", () => {
  const connection = connect();
  socket(0).opens();
  socket(0).says({ type: "ready", seq: "5", resumed: false });
  socket(0).says(change({ seq: "9" }));
  socket(0).drops();
  expect(connection.state).toBe("offline");
  vi.advanceTimersByTime(1000);
  socket(1).opens();
  expect(socket(1).sent).toEqual([{ type: "hello", last_seq: "9" }]);
  socket(1).says({ type: "ready", seq: "9", resumed: true });
  expect(connection.state).toBe("online");
});

test("a browser that goes offline says so at once, and is back as soon as it can", () => {
  const connection = connect();
  socket(0).opens();
  socket(0).says({ type: "ready", seq: "5", resumed: false });
  window.dispatchEvent(new Event("offline"));
  expect(connection.state).toBe("offline");
  expect(socket(0).closed).toBe(true);
  window.dispatchEvent(new Event("online"));
  socket(1).opens();
  socket(1).says({ type: "ready", seq: "5", resumed: true });
  expect(connection.state).toBe("online");
});

test("each failure waits longer, but never longer than fifteen seconds", () => {
  connect();
  for (let index = 0; index < 9; index += 1) {
    socket(index).drops();
    vi.advanceTimersByTime(15_000);
  }
  expect(FakeSocket.all).toHaveLength(10);
  socket(9).drops();
  vi.advanceTimersByTime(7000);
  expect(FakeSocket.all).toHaveLength(10);
});

test("being too far behind means fetching everything again", () => {
  const connection = connect();
  const resync = vi.fn();
  connection.listen({ onResync: resync });
  socket(0).opens();
  socket(0).says({ type: "ready", seq: "5", resumed: false });
  expect(resync).not.toHaveBeenCalled();
  socket(0).says({ type: "resync" });
  expect(resync).toHaveBeenCalledOnce();
});

test("a line that has gone silent is given up and opened anew", () => {
  connect();
  socket(0).opens();
  socket(0).says({ type: "ready", seq: "5", resumed: false });
  vi.advanceTimersByTime(62_000);
  expect(socket(0).closed).toBe(true);
  expect(FakeSocket.all).toHaveLength(2);
});

test("a session that ended is not tried again", () => {
  const connection = connect();
  socket(0).drops(4401);
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.all).toHaveLength(1);
  expect(connection.state).toBe("signed-out");
});

test("after a restart of the server clients come back spread over seconds", () => {
  const pauses = [0, 0.5, 0.999].map((chance) => {
    FakeSocket.all = [];
    vi.spyOn(Math, "random").mockReturnValue(chance);
    connect();
    socket(0).opens();
    socket(0).says({ type: "ready", seq: "5", resumed: false });
    const from = Date.now();
    socket(0).drops(1012);
    while (FakeSocket.all.length < 2) vi.advanceTimersByTime(10);
    return Date.now() - from;
  });
  expect(pauses[0]).toBeLessThan(1_000);
  expect(pauses[1]).toBeGreaterThan(2_000);
  expect(pauses[2]).toBeGreaterThan(4_000);
});

test("presence is said again after a reconnect", () => {
  const connection = connect();
  socket(0).opens();
  socket(0).says({ type: "ready", seq: "5", resumed: false });
  connection.sayPresence(42, "viewing");
  socket(0).drops();
  vi.advanceTimersByTime(1000);
  socket(1).opens();
  socket(1).says({ type: "ready", seq: "5", resumed: true });
  expect(socket(1).sent).toContainEqual({ type: "presence", ticket: 42, state: "viewing" });
});

test("a window that newer ones displaced waits until somebody looks at it", () => {
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  const connection = connect();
  socket(0).opens();
  socket(0).says({ type: "ready", seq: "5", resumed: false });
  socket(0).drops(4409);
  expect(connection.state).toBe("displaced");
  globalThis.dispatchEvent(new Event("online"));
  document.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(10 * 60_000);
  expect(FakeSocket.all).toHaveLength(1);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  socket(1).opens();
  expect(socket(1).sent).toEqual([{ type: "hello", last_seq: "5" }]);
  hidden.mockRestore();
});

test("where the address is crowded it tries again after a minute and not before", () => {
  connect();
  socket(0).drops(4429);
  vi.advanceTimersByTime(59_000);
  expect(FakeSocket.all).toHaveLength(1);
  vi.advanceTimersByTime(62_000);
  expect(FakeSocket.all).toHaveLength(2);
});
