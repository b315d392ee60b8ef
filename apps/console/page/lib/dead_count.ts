import { latestOf } from "./latest.ts";
import type { Answer } from "./wire.ts";

/** More than this have no meaning in a tab. */
const SHOWN_MAX = 100;

/** How many deliveries are dead, not repeated since, and of failures that nobody has dealt with. */
export interface Dead {
  count: number;
  /** Whether there may be more that were not counted. */
  isMore: boolean;
  /** How many ever ended so, of the same failures: it grows where `count` cannot. */
  ended: number;
}

/** Counts those of the first pages of what is dead and of the open failures; undefined until both are known. */
export function countDead(
  failures: Answer<"listFailures"> | undefined,
  events: Answer<"listEvents"> | undefined,
): Dead | undefined {
  if (!failures) return undefined;
  const open = new Set(failures.failures.map(({ id }) => id));
  const ended = failures.failures.reduce((sum, { dead }) => sum + dead, 0);
  if (ended === 0) return { count: 0, isMore: false, ended };
  if (!events) return undefined;
  const latest = events.events.flatMap(({ deliveries }) => latestOf(deliveries));
  const dead = latest.filter(({ state, failure }) => state === "dead" && open.has(failure));
  const isMore = events.nextPageToken !== "" || failures.nextPageToken !== "";
  return { count: dead.length, isMore: isMore && dead.length > 0, ended };
}

/** `7`, `100+`, or `7+` where not all were counted; empty for none. */
export function deadLabel({ count, isMore }: Dead): string {
  if (count === 0) return "";
  return `${Math.min(count, SHOWN_MAX)}${isMore || count > SHOWN_MAX ? "+" : ""}`;
}

/** What a notification says of those that died since; empty if none did. */
export function deadNews(before: Dead, now: Dead): string {
  if (before.isMore || now.isMore) {
    const isNews = now.count > 0 && now.ended > before.ended;
    return isNews ? `More deliveries are dead: ${deadLabel(now)}` : "";
  }
  const more = now.count - before.count;
  if (more <= 0) return "";
  return `${more} more ${more === 1 ? "delivery is" : "deliveries are"} dead`;
}
