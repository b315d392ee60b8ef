import type { Provider } from "@hookgate/providers";
import type { Down } from "./silence.ts";

/** An outage of ours; `to` is null while it goes on. */
export type Outage = { from: number; to: number | null };

/** How a provider bears an outage of ours. */
export interface Patience {
  /** Whether it sends again by itself. */
  retries: boolean;
  /** What its documentation says. */
  note: string;
  /** The latest outage, if it still matters. */
  outage: Outage | null;
  /** When the provider gives up the first event of the outage, in milliseconds since 1970; null if that is not known. */
  givesUpAt: number | null;
  /** What follows, in a sentence. */
  advice: string;
}

/** How long an outage is shown for a provider that does not say for how long it sends again, in milliseconds. */
const MATTERS_MS = 2 * 86_400_000;

/** What an outage means for what a provider sent meanwhile. Pure. */
export function patienceOf(
  { name, retries }: Pick<Provider, "name" | "retries">,
  { outage, now }: { outage: Outage | null; now: number },
): Patience {
  const { automatic, horizonMs, note } = retries;
  const shown = outage !== null && (outage.to ?? now) > now - MATTERS_MS ? outage : null;
  const givesUpAt = shown && automatic && horizonMs !== null ? shown.from + horizonMs : null;
  const advice = adviceOf({ name, automatic, shown, givesUpAt, now });
  return { retries: automatic, note, outage: shown, givesUpAt, advice };
}

function adviceOf({
  name,
  automatic,
  shown,
  givesUpAt,
  now,
}: {
  name: string;
  automatic: boolean;
  shown: Outage | null;
  givesUpAt: number | null;
  now: number;
}): string {
  const ask = `ask ${name} for what it sent meanwhile, or have it sent again by hand`;
  if (shown === null) {
    if (!automatic) return `After an outage of ours, ${ask}: it does not try again.`;
    return `What it sends during an outage of ours comes again by itself.`;
  }
  if (!automatic) return `It did not try again what it sent during the outage: ${ask}.`;
  if (givesUpAt !== null && givesUpAt <= now) {
    return `It has given up the first of what it sent during the outage: ${ask}.`;
  }
  if (shown.to === null) return "Nothing is lost while it still tries: bring the edge back.";
  return "What it sent during the outage comes again by itself; nothing is to be done.";
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

/** The same as times, for counting what should have come. */
export function downOf(outages: readonly Outage[], now: number): Down[] {
  return outages.map(({ from, to }) => ({ from, to: to ?? now }));
}
