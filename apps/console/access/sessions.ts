import { createHash, randomBytes } from "node:crypto";

/** Sessions that are kept; the one that was not used for longest gives way. */
const SESSIONS_MAX = 1_000;

/** How long a session may be idle, in milliseconds. */
const IDLE_MS_MAX = 12 * 3_600_000;

/** How long a session lasts at most, in milliseconds. */
const LIFE_MS_MAX = 7 * 24 * 3_600_000;

/** A session of somebody who logged in. */
export interface Session {
  /** The token that they logged in with; null for the password: then the console's own acts. */
  token: string | null;
  /** What each action has to repeat in a header, so that no other page can cause one. */
  csrf: string;
}

interface Kept extends Session {
  startedAt: number;
  usedAt: number;
}

/** Options for {@linkcode Sessions}. */
export interface SessionsOptions {
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Who is logged in. Kept in memory: a restart asks everybody to log in again. */
export class Sessions {
  /** By the digest of the id, the one used last at the end; a dump of the memory shows no id that works. */
  readonly #kept = new Map<string, Kept>();
  readonly #monotonic: () => number;

  constructor({ monotonic }: SessionsOptions) {
    this.#monotonic = monotonic;
  }

  /** Starts a session and returns its id, which goes into a cookie. */
  start(token: string | null): string {
    const id = randomWord();
    const now = this.#monotonic();
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= SESSIONS_MAX && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(digest(id), { token, csrf: randomWord(), startedAt: now, usedAt: now });
    return id;
  }

  /** The session of an id, which counts as used now; null if there is none, or it has ended. */
  find(id: string): Session | null {
    const key = digest(id);
    const kept = this.#kept.get(key);
    if (!kept) return null;
    this.#kept.delete(key);
    const now = this.#monotonic();
    if (now - kept.usedAt > IDLE_MS_MAX || now - kept.startedAt > LIFE_MS_MAX) return null;
    kept.usedAt = now;
    this.#kept.set(key, kept);
    return kept;
  }

  /** Whether a session lasts, without using it. */
  lasts(id: string): boolean {
    return this.#kept.has(digest(id));
  }

  end(id: string): void {
    this.#kept.delete(digest(id));
  }
}

function randomWord(): string {
  return randomBytes(32).toString("base64url");
}

function digest(id: string): string {
  return createHash("sha256").update(id).digest("base64");
}
