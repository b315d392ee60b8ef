import type { LedgerEntry } from "../load/ledger.ts";
import type { Stored, StoredDelivery, StoredEvent } from "./read_store.ts";
import { groupRuns, type RunLine } from "./runs.ts";

/** The facts that {@linkcode judge} compares. */
export interface Evidence {
  entries: readonly LedgerEntry[];
  stored: Stored;
  /** What the handlers wrote, in the order of their file. */
  runs: readonly RunLine[];
  /** Whether ended deliveries are to be counted: after a jump of the clock their counts may be removed. @default {true} */
  countsEnds?: boolean;
}

/** The result of {@linkcode judge}. */
export interface Verdict {
  posts: number;
  /** Posts answered with 200. */
  acked: number;
  /** Events that were stored although no post of theirs was answered with 200: allowed, if intact. */
  maybe: number;
  /** Acknowledged events that are not in the store, or neither reached their handler nor are dead. */
  lost: number;
  /** Events of which a byte differs, in the store or in the handler. */
  altered: number;
  /** Deliveries whose handler ran again without having failed: at least once is allowed. */
  twice: number;
  /** Broken promises, a sentence each, the first {@linkcode PROBLEMS_MAX} of each kind. */
  problems: readonly string[];
}

/** Problems shown of one kind. */
const PROBLEMS_MAX = 3;

const ENDED = new Set(["delivered", "dead"]);

/** Answers to a rightly signed post that keep the promises; 0 is none. */
const TRUE_STATUSES = new Set([0, 200, 503]);

/** One kind of broken promise. */
class Problems {
  readonly #counts = new Map<string, number>();
  readonly #shown: string[] = [];

  /** Notes one; returns 1, to add up. */
  add(kind: string, which: string): number {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= PROBLEMS_MAX) this.#shown.push(`${which} ${kind}`);
    return 1;
  }

  all(): string[] {
    const many = [...this.#counts].filter(([, count]) => count > PROBLEMS_MAX);
    return [...this.#shown, ...many.map(([kind, count]) => `${count} in all: ${kind}`)];
  }
}

/**
 * Compares the store with the ledger: every acknowledged event is stored once, byte for byte, and reached its handler or is
 * dead; nothing else is stored but what was sent; no delivery ended twice; ordered ones ran in their order.
 */
export function judge({ entries, stored, runs, countsEnds = true }: Evidence): Verdict {
  const problems = new Problems();
  const byId = new Map(stored.events.map((event) => [event.id, event]));
  const byBody = Map.groupBy(stored.events, bodyKey);
  const deliveries = Map.groupBy(stored.deliveries, ({ eventId }) => eventId);
  const ran = groupRuns(runs);
  const acked = entries.filter(({ answer }) => answer?.status === 200);
  const lost = new Set<string>();
  const altered = new Set<string>();

  for (const entry of acked) {
    const id = entry.answer?.eventId ?? "";
    const found = byId.get(id);
    if (!found) {
      lost.add(id);
      const other = byBody.get(bodyKey(entry))?.[0];
      problems.add(
        other ? `is stored under another id than it was acknowledged by` : "is not stored",
        id,
      );
    } else if (bodyKey(found) !== bodyKey(entry)) altered.add(id);
    if (!entry.signed) problems.add("was acknowledged although its signature is wrong", id);
  }
  const untrue = entries.filter(
    ({ signed, answer }) => signed && answer !== null && !TRUE_STATUSES.has(answer.status),
  );
  for (const { id, answer } of untrue) {
    problems.add(`was answered with ${answer?.status} although it was in order`, `post ${id}`);
  }
  judgeStored(entries, { byBody, problems });
  const ackedIds = new Set(acked.map(({ answer }) => answer?.eventId ?? ""));
  for (const event of stored.events) {
    const own = deliveries.get(event.id) ?? [];
    if (own.length === 0) problems.add("is stored without a delivery", event.id);
    const missed = own.filter((one) => !arrived(one, ran.get(one.id) ?? [], problems));
    if ((missed.length > 0 || own.length === 0) && ackedIds.has(event.id)) lost.add(event.id);
    const lines = own.flatMap(({ id }) => ran.get(id) ?? []);
    if (lines.some(({ sha256 = event.sha256 }) => sha256 !== event.sha256)) altered.add(event.id);
  }
  for (const id of altered) problems.add("is not what was sent, byte for byte", id);
  const ended = stored.deliveries.filter(({ state }) => ENDED.has(state)).length;
  if (countsEnds && stored.ends !== ended) {
    problems.add(`deliveries ended, but ${stored.ends} ends were counted`, `${ended}`);
  }
  judgeOrder(stored.deliveries, { runs, problems });
  return {
    posts: entries.length,
    acked: acked.length,
    maybe: stored.events.filter(({ id }) => !ackedIds.has(id)).length,
    lost: lost.size,
    altered: altered.size,
    twice: [...ran.values()].filter(ranAgain).length,
    problems: problems.all(),
  };
}

/** What is stored was sent, rightly signed, and is stored once. */
function judgeStored(
  entries: readonly LedgerEntry[],
  { byBody, problems }: { byBody: ReadonlyMap<string, StoredEvent[]>; problems: Problems },
): void {
  const sent = new Set(entries.filter(({ signed }) => signed).map(bodyKey));
  for (const [key, events] of byBody) {
    const [{ id } = { id: "" }] = events;
    if (!sent.has(key)) problems.add("is stored but was never sent, or signed wrongly", id);
    if (events.length > 1) problems.add(`is stored ${events.length} times`, id);
  }
}

/** Whether a delivery has ended, and reached its handler if it is not dead. */
function arrived(
  { id, state }: StoredDelivery,
  lines: readonly RunLine[],
  problems: Problems,
): boolean {
  if (!ENDED.has(state)) problems.add(`is still ${state}`, id);
  else if (state === "delivered" && !lines.some(({ kind }) => kind === "done")) {
    problems.add("is delivered but its handler never ran to its end", id);
  } else return true;
  return false;
}

/** Whether a handler ran for a delivery again although it had not failed. */
function ranAgain(lines: readonly RunLine[]): boolean {
  const count = (kind: RunLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  return count("begin") - count("failed") > 1;
}

/** Of each key the next delivery begins only after the one before was done. */
function judgeOrder(
  deliveries: readonly StoredDelivery[],
  { runs, problems }: { runs: readonly RunLine[]; problems: Problems },
): void {
  const first = { begin: new Map<string, number>(), done: new Map<string, number>() };
  for (const [line, { kind, deliveryId }] of runs.entries()) {
    if (kind !== "failed" && !first[kind].has(deliveryId)) first[kind].set(deliveryId, line);
  }
  const ordered = deliveries.filter(({ order }) => order !== null);
  const byKey = Map.groupBy(ordered, ({ subscription, order }) => `${subscription} ${order?.key}`);
  for (const own of byKey.values()) {
    own.sort((a, b) => (a.order?.position ?? 0) - (b.order?.position ?? 0));
    for (const [index, { id }] of own.entries()) {
      const before = own[index - 1];
      const began = first.begin.get(id);
      if (!before || began === undefined) continue;
      const done = first.done.get(before.id) ?? Number.POSITIVE_INFINITY;
      if (done > began) problems.add(`ran before ${before.id}, which is first in its order`, id);
    }
  }
}

function bodyKey({ source, sha256 }: Pick<StoredEvent, "source" | "sha256">): string {
  return `${source} ${sha256}`;
}
