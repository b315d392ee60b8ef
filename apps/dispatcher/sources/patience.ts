import { endOfRetriesMs, nextRetryMs, type Provider, type SwitchesOff } from "@hookgate/providers";
import type { Down } from "./silence.ts";

/** An outage of ours; `to` is null while it goes on. */
export type Outage = { from: number; to: number | null };

/** How a provider bears an outage of ours. Times are in milliseconds since 1970; null if they are not known, or do not come. */
export interface Patience {
  /** Whether it sends again by itself; null if it does not say. */
  retries: boolean | null;
  /** What its documentation says. */
  note: string;
  /** The latest outage, if it still matters. */
  outage: Outage | null;
  /** When the first event of the outage is sent again next, if it has not come since. */
  nextRetryAt: number | null;
  /** When the provider gives the first event of the outage up. */
  givesUpAt: number | null;
  /** When it stops sending at all, if the outage lasts so long. */
  switchesOffAt: number | null;
  /** Whether what it sent when the outage began does not come again by itself. */
  isLost: boolean;
  /** What follows, in a sentence or two. */
  advice: string;
}

/** How long an outage is shown for a provider that does not say for how long it sends again, in milliseconds. */
const MATTERS_MS = 2 * 86_400_000;

/** What an outage means for what a provider sent meanwhile. Pure. */
export function patienceOf(
  { name, retries }: Pick<Provider, "name" | "retries">,
  { outage, now }: { outage: Outage | null; now: number },
): Patience {
  const { automatic, note, switchesOff = null } = retries;
  const endMs = endOfRetriesMs(retries);
  const shown = outage !== null && (outage.to ?? now) > now - MATTERS_MS ? outage : null;
  const givesUpAt = shown && endMs !== null ? shown.from + endMs : null;
  const facts: Facts = {
    ...{ name, automatic, shown, givesUpAt, now, switchesOff },
    ...(shown ? retriesAfter(retries, shown, now) : { nextRetryAt: null, gaveUp: false }),
    switchesOffAt: shown && switchesOff && switchOffOf(switchesOff, shown),
  };
  const { nextRetryAt, switchesOffAt } = facts;
  const advice = [adviceOf(facts), switchAdviceOf(facts)].filter(Boolean).join(" ");
  const times = { outage: shown, nextRetryAt, givesUpAt, switchesOffAt };
  const isLost = shown !== null && (automatic !== true || facts.gaveUp);
  return { retries: automatic, note, ...times, isLost, advice };
}

interface Facts extends Pick<Patience, "nextRetryAt" | "givesUpAt" | "switchesOffAt"> {
  /** Whether no retry of the first event meets us again. */
  gaveUp: boolean;
  name: string;
  automatic: boolean | null;
  shown: Outage | null;
  now: number;
  switchesOff: SwitchesOff | null;
}

/** The next retry of the event that was sent when the outage began, unless one has come since its end, and whether none will. */
function retriesAfter(
  retries: Provider["retries"],
  { from, to }: Outage,
  now: number,
): Pick<Facts, "nextRetryAt" | "gaveUp"> {
  const { automatic, waitsMs, everyMs } = retries;
  const lastedMs = (to ?? now) - from;
  if (automatic && waitsMs === undefined && everyMs === undefined) {
    return { nextRetryAt: null, gaveUp: lastedMs >= (endOfRetriesMs(retries) ?? Infinity) };
  }
  // The first one that meets us again.
  const metMs = nextRetryMs(retries, lastedMs);
  const isAhead = metMs !== null && from + metMs > now;
  return {
    nextRetryAt: isAhead ? from + metMs : null,
    gaveUp: automatic === true && metMs === null,
  };
}

/** When it is due if the outage lasts; of one that has ended only if it had lasted so long. */
function switchOffOf({ afterMs }: SwitchesOff, { from, to }: Outage): number | null {
  if (afterMs === undefined) return null;
  const at = from + afterMs;
  return to === null || to >= at ? at : null;
}

function adviceOf({ name, automatic, shown, gaveUp, nextRetryAt }: Facts): string {
  const ask = `ask ${name} for what it sent meanwhile, or have it sent again by hand`;
  if (automatic === null) {
    const unknown = "Whether it tries again is not documented";
    return shown === null ? `${unknown}: after an outage of ours, ${ask}.` : `${unknown}: ${ask}.`;
  }
  if (shown === null) {
    if (!automatic) return `After an outage of ours, ${ask}: it does not try again.`;
    return `What it sends during an outage of ours comes again by itself.`;
  }
  if (!automatic) return `${ask.replace(/^a/, "A")}.`;
  if (gaveUp) return `It has given up the first of what it sent during the outage: ${ask}.`;
  if (shown.to === null) return "Nothing is lost while it still tries: bring the edge back.";
  if (nextRetryAt !== null) return "What it sent during the outage has not all come again yet.";
  return "What it sent during the outage comes again by itself; nothing is to be done.";
}

const SWITCHED = {
  paused: "pauses the webhook for a while",
  disabled: "disables the webhook",
  removed: "removes the webhook",
} as const;

/** When it stops sending at all: it matters during an outage, and after one that may have been too long. */
function switchAdviceOf({ name, shown, switchesOff, switchesOffAt, now }: Facts): string {
  if (shown === null || switchesOff === null) return "";
  const { failures, how } = switchesOff;
  if (failures !== undefined) {
    const after = `${name} ${SWITCHED[how]} after ${failures} failures in a row`;
    return shown.to === null ? `${after}.` : `${after}: see whether it did.`;
  }
  if (switchesOffAt === null) return "";
  const isPast = switchesOffAt <= (shown.to ?? now);
  return isPast ? `${name} may have stopped: it ${SWITCHED[how]}; see whether it did.` : "";
}

/** Times between reports of edges that are longer than a bucket, oldest first; the last goes on if nothing came lately. */
export function outagesOf(
  reported: readonly number[],
  { bucketMs, now }: { bucketMs: number; now: number },
): Outage[] {
  const at = reported.toSorted((a, b) => a - b);
  const outages: Outage[] = [];
  for (const [index, start] of at.entries()) {
    const end = start + bucketMs;
    const next = at[index + 1] ?? null;
    // The bucket of now may not have been reported yet, nor that before it.
    if (next === null ? now - end > 2 * bucketMs : next > end)
      outages.push({ from: end, to: next });
  }
  return outages;
}

/**
 * Outages known by the hour, and those known by the minute, as one list: minutes are not kept for long, so that an outage may have
 * begun before them. `reported` are the minutes with a report of an edge, oldest first.
 */
export function joinOutages(
  hours: readonly Outage[],
  minutes: readonly Outage[],
  reported: readonly number[],
): Outage[] {
  const seen = hours.map(({ from, to }) => ({
    from,
    to: to ?? reported.find((at) => at >= from) ?? null,
  }));
  const joined: Outage[] = [];
  for (const one of [...seen, ...minutes].toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || (last.to !== null && last.to < one.from)) joined.push({ ...one });
    else if (last.to !== null) last.to = one.to === null ? null : Math.max(last.to, one.to);
  }
  return joined;
}

/** The same as times, for counting what should have come. */
export function downOf(outages: readonly Outage[], now: number): Down[] {
  return outages.map(({ from, to }) => ({ from, to: to ?? now }));
}
