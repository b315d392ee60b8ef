import type { Accusation } from "./host_blame.ts";

/** How long it may be unknown who blocks a loop, in milliseconds: from then on all that may are suspected. */
const UNDECIDED_MS_MAX = 500;

const BLOCKS = "it blocks the loop of its handler host";

/** Options for {@linkcode LoopBlock}. */
export interface LoopBlockOptions {
  /** It loads modules: that is waited for. */
  loading: boolean;
  /** The subscriptions of which one blocks it, as far as that is known now. */
  suspects: () => readonly string[];
  /** Called with those, and with none once it is known which one does, or over. */
  suspected: (subscriptions: ReadonlySet<string>) => void;
  /** Called when it is known which one does, or has been unknown for too long. */
  accuse: (accusation: Accusation) => void;
}

/** One time in which the loop of a host is blocked: finds out who does so. */
export class LoopBlock {
  readonly #options: LoopBlockOptions;
  /** For how long it has been unknown; null if it is known, or over. */
  #undecidedMs: number | null = null;
  #isAwaited: boolean;
  #blockerFound = false;

  constructor(options: LoopBlockOptions) {
    this.#options = options;
    this.#isAwaited = options.loading;
  }

  /** Whether it loads modules. */
  get loading(): boolean {
    return this.#options.loading;
  }

  /** Whether it is known that a handler blocks it, and which. */
  get blockerFound(): boolean {
    return this.#blockerFound;
  }

  /** Suspects those that may block it. */
  begin(): void {
    this.#undecidedMs = 0;
    this.#options.suspected(new Set(this.#options.suspects()));
  }

  /** Lets time pass, in milliseconds. Nobody can say who blocks it while something waits for the system. */
  pass(ms: number): void {
    if (this.#undecidedMs === null || this.#isAwaited) return;
    this.#undecidedMs += ms;
    if (this.#undecidedMs < UNDECIDED_MS_MAX) return;
    const { accuse, suspects } = this.#options;
    accuse({ subscriptions: suspects(), certain: false, reason: BLOCKS });
    this.end();
  }

  /** A handler of this subscription blocks it. */
  noteBlocker(subscription: string): void {
    this.#blockerFound = true;
    this.#options.accuse({ subscriptions: [subscription], certain: true, reason: BLOCKS });
    this.end();
  }

  /** The handler's module of this subscription does, which is being imported. */
  noteImport(subscription: string): void {
    if (this.#undecidedMs === null) return;
    this.#isAwaited = true;
    this.#options.suspected(new Set([subscription]));
  }

  /** It is over. */
  end(): void {
    if (this.#undecidedMs === null) return;
    this.#undecidedMs = null;
    this.#options.suspected(new Set());
  }
}
