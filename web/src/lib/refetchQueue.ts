export type RefetchQueueOptions = {
  /** The least time from one request to the next, in ms. */
  everyMs: number;
  /** Each wait is longer by a random part of this, so that many browsers do not ask at once. */
  spreadMs: number;
  /** One mark a turn, and a turn of several requests is paid for by as many waits. */
  oneByOne: boolean;
  /** Fetches what was marked; tells how many requests that takes, null when it is still busy. */
  run: (id: string) => number | null;
};

/** What is still being fetched is looked at again after this. */
const BUSY_MS = 100;

const isHidden = () => globalThis.document?.hidden ?? false;

/**
 * Fetches what was marked at a bounded rate, the oldest mark first. Over time no more is asked than
 * one request in `everyMs`, also where several were asked together. In a hidden page marks are
 * only kept; `seen` fetches all of them at once.
 */
export class RefetchQueue {
  private readonly marks = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** On the clock that nobody sets, as `performance.now()` has it. */
  private nextAt = 0;
  private takesAll = false;

  constructor(private readonly options: RefetchQueueOptions) {}

  /** Marks what is to be fetched; `together` with all that is marked, which is paid for afterwards. */
  mark(id: string, together = false): void {
    this.marks.add(id);
    this.takesAll ||= together;
    this.arm(this.options.spreadMs);
  }

  /** A fetch that begins now brings what the mark asked for. */
  forget(id: string): void {
    this.marks.delete(id);
  }

  /** The page is looked at again: what was marked meanwhile comes at once. */
  seen(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.takesAll = this.marks.size > 0;
    this.arm(0);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.marks.clear();
  }

  private arm(spreadMs: number, leastMs = 0): void {
    if (this.timer !== undefined || this.marks.size === 0 || isHidden()) return;
    const waitMs = Math.max(leastMs, this.nextAt - performance.now()) + Math.random() * spreadMs;
    this.timer = setTimeout(() => this.take(), waitMs);
  }

  private take(): void {
    this.timer = undefined;
    if (isHidden()) return;
    const { oneByOne, everyMs, spreadMs, run } = this.options;
    let spent = 0;
    for (const id of [...this.marks]) {
      if (oneByOne && spent > 0 && !this.takesAll) break;
      const requests = run(id);
      if (requests === null) continue;
      this.marks.delete(id);
      spent += requests;
    }
    this.takesAll = false;
    if (spent > 0) this.nextAt = performance.now() + everyMs * (oneByOne ? spent : 1);
    this.arm(spent > 0 ? spreadMs : 0, BUSY_MS);
  }
}
