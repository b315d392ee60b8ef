import { setTimeout as delay } from "node:timers/promises";
import type { AdminHandlers } from "../generated/admin_calls.ts";
import type { BodyFieldMessage, EventSummaryMessage } from "../generated/messages.ts";
import { RpcError } from "../transport/rpc_error.ts";

/** What {@linkcode waitForEvent} waits for. */
export interface EventWanted {
  /** Exact type. */
  type: string;
  /** Name of the source. @default {any} */
  source?: string;
  /** A field of the body, and its value. @default none */
  where?: BodyFieldMessage | null;
  /** One that came at this time or later will do, in milliseconds since 1970. */
  sinceMs: number;
}

/** Options for {@linkcode waitForEvent}. */
export interface WaitForEventOptions {
  /** How long it may take to come, in milliseconds. */
  timeoutMs: number;
  /** Between two looks, in milliseconds. @default {250} */
  lookMs?: number;
  /** Ends the wait: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

type AdminReads = Pick<AdminHandlers, "listEvents" | "findInBodies">;

/** An event can be stored this long after it came, in milliseconds: each look goes that far back. */
const LATE_MS = 10_000;

const PAGE_EVENTS = 1_000;

/**
 * Waits for an event that was received, whether it has come already or is still to come; null if none comes in time. The newest
 * one, if several have.
 *
 * @throws {RpcError} of the first look; a dispatcher that goes away later may come back until the time is up.
 */
export async function waitForEvent(
  admin: AdminReads,
  wanted: EventWanted,
  { timeoutMs, lookMs = 250, signal }: WaitForEventOptions,
): Promise<EventSummaryMessage | null> {
  const until = performance.now() + timeoutMs;
  const search = new EventSearch(admin, wanted);
  let found = await search.look();
  while (found === null && performance.now() < until) {
    const pauseMs = Math.min(lookMs, Math.max(0, until - performance.now()));
    await delay(pauseMs, undefined, { ...(signal && { signal }) }).catch(() => {});
    signal?.throwIfAborted();
    const isLast = performance.now() >= until;
    found = await search.look().catch((error: unknown) => {
      if (isLast || !isOutage(error)) throw error;
      return null;
    });
  }
  return found;
}

function isOutage(error: unknown): boolean {
  return (
    error instanceof RpcError &&
    (error.code === "UNAVAILABLE" || error.code === "DEADLINE_EXCEEDED")
  );
}

/** Looks again and again, at what has come since the last look. */
class EventSearch {
  readonly #admin: AdminReads;
  readonly #wanted: EventWanted;
  /** Those that a look may meet again, with when they came. */
  #seen = new Map<string, number>();
  #fromMs: number;

  constructor(admin: AdminReads, wanted: EventWanted) {
    this.#admin = admin;
    this.#wanted = wanted;
    this.#fromMs = wanted.sinceMs;
  }

  async look(): Promise<EventSummaryMessage | null> {
    const fromMs = this.#fromMs;
    const fresh = await this.#fresh(fromMs);
    const found = this.#wanted.where ? await this.#searchBodies(fresh, fromMs) : (fresh[0] ?? null);
    // Only now: a look that fails is repeated as it was.
    this.#note(fresh);
    return found;
  }

  /** What the last look did not see, newest first. */
  async #fresh(fromMs: number): Promise<EventSummaryMessage[]> {
    const { type, source = "" } = this.#wanted;
    const state = "DELIVERY_STATE_UNSPECIFIED";
    const request = { type, source, state, unhandled: false, subscription: "", fromMs } as const;
    const fresh: EventSummaryMessage[] = [];
    let pageToken = "";
    do {
      const page = await this.#admin.listEvents({ ...request, pageSize: PAGE_EVENTS, pageToken });
      fresh.push(...page.events.filter(({ event }) => !this.#seen.has(event?.id ?? "")));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return fresh;
  }

  /** A search goes through the events of one source: those that have something new. */
  async #searchBodies(
    fresh: readonly EventSummaryMessage[],
    fromMs: number,
  ): Promise<EventSummaryMessage | null> {
    const { type, where = null } = this.#wanted;
    for (const source of new Set(fresh.map(({ event }) => event?.source ?? ""))) {
      const request = { source, type, where, text: "", limit: 1, fromMs };
      let pageToken = "";
      do {
        const page = await this.#admin.findInBodies({ ...request, pageToken });
        const [found] = page.events;
        if (found !== undefined) return found;
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    }
    return null;
  }

  #note(fresh: readonly EventSummaryMessage[]): void {
    for (const { event } of fresh) {
      if (!event) continue;
      this.#seen.set(event.id, event.receivedAtMs);
      this.#fromMs = Math.max(this.#fromMs, event.receivedAtMs - LATE_MS);
    }
    this.#seen = new Map(
      [...this.#seen].filter(([, receivedAtMs]) => receivedAtMs >= this.#fromMs),
    );
  }
}
