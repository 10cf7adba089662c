import type { TicketRow } from "@/api/types";

/**
 * A ticket as a list shows it, without what differs by reader; all of its custom fields by key, null where
 * they are too long to be told.
 */
export type LiveRow = Omit<TicketRow, "unread" | "match" | "fields"> & {
  fields?: Record<string, unknown> | null;
};

/** One committed change. The staff are told the ticket's row with it; for the rest the API is asked. */
export type LiveChange = {
  type: "change";
  seq: string;
  change_id: number;
  command: string;
  ticket: number | null;
  ticket_id: number | null;
  version: number | null;
  fields: string[];
  actor_id: number | null;
  undo_of: number | null;
  /** The ticket after the change, for who sees it there; with the last of its changes in a frame. */
  row?: LiveRow;
};

export type PresentPerson = { id: number; name: string; state: "viewing" | "typing" };
export type LivePresence = { type: "presence"; ticket: number; people: PresentPerson[] };

type ServerFrame =
  | { type: "ready"; seq: string; resumed: boolean }
  | { type: "resync" }
  | { type: "ping" }
  | { type: "inbox"; unread: number }
  | { type: "timers" }
  | LiveChange
  | { type: "changes"; seq: string; changes: LiveChange[] }
  | LivePresence;

/** `displaced`: newer windows of the same person took the place; it comes back when looked at. */
export type LiveState = "connecting" | "online" | "offline" | "signed-out" | "displaced";

export type LiveListener = {
  onChange?: (change: LiveChange) => void;
  /** The changes of one frame; `gathered` when a ticket without a row is out of this person's sight. */
  onChanges?: (changes: LiveChange[], gathered: boolean) => void;
  /** Too far behind to be told what was missed: everything has to be fetched again. */
  onResync?: () => void;
  onPresence?: (presence: LivePresence) => void;
  /** So many of this person's notifications are unread; told whenever any of them changed. */
  onInbox?: (unread: number) => void;
  /** One of this person's timers moved, in whichever window. */
  onTimers?: () => void;
  onState?: (state: LiveState) => void;
};

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
/** The server pings every 25 s; two missed pings mean a dead line. */
const SILENCE_MS = 60_000;
const SIGNED_OUT_CODE = 4401;
/** The server ends on purpose and is back in a moment: not all of its clients at once, please. */
const RESTARTING_CODE = 1012;
const RESTART_SPREAD_MS = 4_000;
/** This person has more windows open than the server keeps connected; this was the oldest. */
const DISPLACED_CODE = 4409;
/** The network's address has no place left: minutes, not seconds. */
const CROWDED_CODE = 4429;
const CROWDED_MS = 60_000;

type Socket = Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose">;

/** The socket of one page: resumes from the last `seq` and comes back by itself. */
export class LiveConnection {
  private socket: Socket | null = null;
  private lastSeq: string | null = null;
  private attempts = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<LiveListener>();
  private readonly presence = new Map<number, string>();
  private stopped = true;
  state: LiveState = "connecting";

  constructor(
    private readonly url: string,
    private readonly open: (url: string) => Socket = (address) => new WebSocket(address),
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    globalThis.addEventListener?.("online", this.reconnectUnlessDisplaced);
    globalThis.addEventListener?.("offline", this.dropLine);
    globalThis.document?.addEventListener("visibilitychange", this.lookedAt);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    globalThis.removeEventListener?.("online", this.reconnectUnlessDisplaced);
    globalThis.removeEventListener?.("offline", this.dropLine);
    globalThis.document?.removeEventListener("visibilitychange", this.lookedAt);
    clearTimeout(this.retryTimer);
    clearTimeout(this.silenceTimer);
    this.socket?.close();
    this.socket = null;
  }

  listen(listener: LiveListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Says what this person does on a ticket; repeated after every reconnect until `gone`. */
  sayPresence(ticket: number, state: "viewing" | "typing" | "gone"): void {
    if (state === "gone") this.presence.delete(ticket);
    else this.presence.set(ticket, state);
    if (this.state === "online") this.send({ type: "presence", ticket, state });
  }

  /** Tries at once instead of waiting for the next turn. */
  readonly reconnectNow = (): void => {
    if (this.stopped || this.socket) return;
    clearTimeout(this.retryTimer);
    this.connect();
  };

  private readonly reconnectUnlessDisplaced = (): void => {
    if (this.state !== "displaced") this.reconnectNow();
  };

  /** The browser knows at once what the silence would tell a minute later. */
  private readonly dropLine = (): void => {
    const socket = this.socket;
    if (!socket) return;
    socket.close();
    this.setState("offline");
    this.lost(socket, 0);
  };

  /** A displaced window takes its place again when somebody turns to it, and never by itself. */
  private readonly lookedAt = (): void => {
    if (this.state === "displaced" && !globalThis.document?.hidden) this.reconnectNow();
  };

  private connect(): void {
    const socket = this.open(this.url);
    this.socket = socket;
    socket.onopen = () => this.send({ type: "hello", last_seq: this.lastSeq });
    socket.onmessage = (event) => this.receive(String(event.data));
    socket.onclose = (event) => this.lost(socket, event.code);
    this.watchSilence();
  }

  private receive(data: string): void {
    this.watchSilence();
    const frame = JSON.parse(data) as ServerFrame;
    if (frame.type === "ping") this.send({ type: "pong" });
    else if (frame.type === "ready") this.ready(frame.seq, frame.resumed);
    else if (frame.type === "resync") this.tell((listener) => listener.onResync?.());
    else if (frame.type === "timers") this.tell((listener) => listener.onTimers?.());
    else if (frame.type === "inbox") this.tell((listener) => listener.onInbox?.(frame.unread));
    else if (frame.type === "presence") this.tell((listener) => listener.onPresence?.(frame));
    else if (frame.type === "change") this.hear(frame.seq, [frame], frame.row !== undefined);
    else if (frame.type === "changes") this.hear(frame.seq, frame.changes, true);
  }

  private hear(seq: string, changes: LiveChange[], gathered: boolean): void {
    this.lastSeq = seq;
    this.tell((listener) => {
      listener.onChanges?.(changes, gathered);
      for (const change of changes) listener.onChange?.(change);
    });
  }

  private ready(seq: string, resumed: boolean): void {
    const missedSome = this.lastSeq !== null && !resumed;
    if (!resumed || this.lastSeq === null) this.lastSeq = seq;
    this.attempts = 0;
    this.setState("online");
    for (const [ticket, state] of this.presence) this.send({ type: "presence", ticket, state });
    if (missedSome) this.tell((listener) => listener.onResync?.());
  }

  private lost(socket: Socket, code: number): void {
    if (this.socket !== socket) return;
    this.socket = null;
    clearTimeout(this.silenceTimer);
    if (this.stopped) return;
    if (code === SIGNED_OUT_CODE) {
      this.setState("signed-out");
      return;
    }
    if (code === DISPLACED_CODE) {
      this.setState("displaced");
      return;
    }
    this.attempts += 1;
    if (this.attempts > 1 || this.state === "online") this.setState("offline");
    this.retryTimer = setTimeout(() => this.connect(), this.pauseAfter(code));
  }

  /** Half fixed, half by chance: after a restart not everyone comes back in the same moment. */
  private pauseAfter(code: number): number {
    if (code === RESTARTING_CODE) return FIRST_DELAY_MS + Math.random() * RESTART_SPREAD_MS;
    if (code === CROWDED_CODE) return CROWDED_MS * (1 + Math.random());
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.attempts - 1));
    return longest / 2 + (Math.random() * longest) / 2;
  }

  private watchSilence(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      const socket = this.socket;
      socket?.close();
      if (socket) this.lost(socket, 0);
    }, SILENCE_MS);
  }

  private send(frame: object): void {
    this.socket?.send(JSON.stringify(frame));
  }

  private setState(state: LiveState): void {
    if (this.state === state) return;
    this.state = state;
    this.tell((listener) => listener.onState?.(state));
  }

  private tell(call: (listener: LiveListener) => void): void {
    for (const listener of this.listeners) call(listener);
  }
}
