import { newId, REPLAY_IDS_MAX, type Replay, type ReplayFilter } from "@hookgate/types";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { Replays } from "../store/contract/replays.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import { type CountReplayOptions, countReplay, type ReplayCount } from "./count_replay.ts";
import { replayEnd } from "./replay_end.ts";

/** Fastest replay, in deliveries per second. */
const PER_SECOND_MAX = 10_000;

/** Longest reason, in characters. */
export const REASON_CHARS_MAX = 500;

/** Longest name of a source, a type or a subscription, in characters. */
const NAME_CHARS_MAX = 1_000;

/** Ids, and names, that an error lists. */
const IDS_SHOWN_MAX = 10;

/** Characters of an id that an error shows. */
const ID_CHARS_SHOWN_MAX = 60;

/** Latest time that an id can hold, in milliseconds since 1970. */
const TIME_MS_MAX = 2 ** 48 - 1;

const ID = /^(?:evt|dlv)_[0-9a-f]{32}$/;

/** What could be an id. One that cannot be of anything, such as evt_unknown, is as unknown as any other. */
const ID_KIND = /^(?:evt|dlv)_/;

/** Options for {@linkcode createReplay}. */
export interface CreateReplayOptions
  extends Pick<CountReplayOptions, "clock" | "countMs" | "readElsewhere"> {
  store: CountReplayOptions["store"] & StoreTime & Pick<Replays, "createReplay">;
  subscriptions: readonly StoredSubscription[];
  /** Why. Needed unless `dryRun`. */
  reason: string;
  /** Most deliveries per second, 1 to 10,000. @default {200} */
  perSecond?: number;
  /** Count only. @default {false} */
  dryRun?: boolean;
}

/** A replay that was made, or would be. */
export interface CreatedReplay extends ReplayCount {
  /** The filter, with an end. */
  filter: ReplayFilter;
  /** Null for a dry run. */
  replay: Replay | null;
}

/** What the filter names is missing, or in a state that does not allow a replay. */
export class NotReplayableError extends RangeError {
  override name = "NotReplayableError";
  readonly why: "missing" | "state";

  constructor(why: "missing" | "state", problem: string) {
    super(`Cannot create a replay: ${problem}`);
    this.why = why;
  }
}

/**
 * Creates a replay of the deliveries that match now, and counts them. It ends with the newest event there is now: later
 * ones are not repeated.
 *
 * @throws {RangeError} if the filter or an option is wrong; the message says how. A {@linkcode NotReplayableError} if it
 * is right, but not of this store.
 */
export async function createReplay(
  asked: ReplayFilter,
  options: CreateReplayOptions,
): Promise<CreatedReplay> {
  const { store, perSecond = 200, dryRun = false } = options;
  const reason = options.reason.trim();
  checkFilter(asked, options.subscriptions);
  if (!dryRun && reason === "") refuse("it has no reason; say why, for those who look at it later");
  if (reason.length > REASON_CHARS_MAX) {
    refuse(`its reason is longer than ${REASON_CHARS_MAX} characters`);
  }
  if (!Number.isInteger(perSecond) || perSecond < 1 || perSecond > PER_SECOND_MAX) {
    refuse(`per_second must be 1 to ${PER_SECOND_MAX}`);
  }
  const filter = await bound(asked, store);
  const count = await countReplay(filter, options);
  if (filter.ids) checkNamed(filter.ids, count);
  if (dryRun) return { ...count, filter, replay: null };
  const replay: Replay = {
    id: newId("rpl"),
    kind: "replay",
    filter,
    reason,
    perSecond,
    state: "running",
    createdAt: store.now(),
    endedAt: null,
    cursor: null,
    seen: 0,
    made: 0,
    expected: count.matched,
  };
  await store.createReplay(replay);
  return { ...count, filter, replay };
}

function checkFilter(filter: ReplayFilter, subscriptions: readonly StoredSubscription[]): void {
  const { ids, from, to, state, subscription: name } = filter;
  const named = Object.entries(filter).filter(([, value]) => value !== undefined);
  if (named.length === 0) refuse("its filter is empty; name at least one field");
  if (ids) checkIds(ids, named.length);
  for (const [field, value] of named) {
    if (typeof value === "string" && (value === "" || value.length > NAME_CHARS_MAX)) {
      refuse(`${field} must have 1 to ${NAME_CHARS_MAX} characters`);
    }
  }
  if (state === "waiting" || state === "running") {
    refuse(`state is ${state}; only deliveries that have ended can be repeated`);
  }
  for (const [field, time] of [
    ["from_ms", from],
    ["to_ms", to],
  ] as const) {
    if (time === undefined) continue;
    if (!(time >= 0 && time <= TIME_MS_MAX)) refuse(`${field} is not a time since 1970`);
  }
  if (from !== undefined && to !== undefined && from >= to) refuse("from_ms is not before to_ms");
  if (name !== undefined) checkSubscription(name, subscriptions);
}

function checkIds(ids: readonly string[], fields: number): void {
  if (fields > 1) refuse("ids exclude the other fields of the filter");
  if (ids.length === 0 || ids.length > REPLAY_IDS_MAX) {
    refuse(`it must name 1 to ${REPLAY_IDS_MAX} ids; use the other fields for more`);
  }
  const wrong = ids.find((id) => !ID.test(id));
  if (wrong === undefined) return;
  if (ids.every((id) => ID_KIND.test(id))) throw unknownIds(ids.filter((id) => !ID.test(id)));
  const other = ids.find((id) => !ID_KIND.test(id)) ?? wrong;
  const shown = JSON.stringify(other.slice(0, ID_CHARS_SHOWN_MAX));
  refuse(`${shown} is not an id of an event (evt_…) or a delivery (dlv_…)`);
}

/** Who names an id means it: what cannot be repeated is no reason to repeat the rest. */
function checkNamed(
  ids: readonly string[],
  { unknown, unserved, unwanted, matched }: ReplayCount,
): void {
  if (unknown.length > 0) throw unknownIds(unknown);
  if (unwanted.length > 0 && matched === 0) {
    const shown = unwanted.slice(0, IDS_SHOWN_MAX).join(", ");
    throw new NotReplayableError("state", `no subscription wants ${shown}; add one that does`);
  }
  const gone = Object.keys(unserved);
  // Of an event, the deliveries for the subscriptions that are left are meant.
  const isMeant = matched === 0 || ids.some((id) => id.startsWith("dlv_"));
  if (gone.length === 0 || !isMeant) return;
  const names = gone.slice(0, IDS_SHOWN_MAX).join(", ");
  const [what, was] = gone.length === 1 ? ["subscription", "was"] : ["subscriptions", "were"];
  const problem = `it is for ${what} ${names}, which ${was} deleted or removed from the configuration`;
  throw new NotReplayableError("state", problem);
}

function unknownIds(unknown: readonly string[]): NotReplayableError {
  const more = unknown.length - IDS_SHOWN_MAX;
  const shown = unknown.slice(0, IDS_SHOWN_MAX).map((id) => id.slice(0, ID_CHARS_SHOWN_MAX));
  const missing = `there is no ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return new NotReplayableError("missing", missing);
}

function checkSubscription(name: string, subscriptions: readonly StoredSubscription[]): void {
  const found = subscriptions.find(({ definition }) => definition.name === name);
  if (!found) throw new NotReplayableError("missing", `there is no subscription ${name}`);
  if (found.paused?.by === "deletion") {
    throw new NotReplayableError("state", `subscription ${name} is being deleted`);
  }
  if (found.paused?.by === "configuration") {
    const problem = `subscription ${name} is no longer in the configuration; add it there first`;
    throw new NotReplayableError("state", problem);
  }
}

/** The filter with an end. Ids are sorted oldest first, each once, so that deliveries with an order key keep their order. */
async function bound(
  filter: ReplayFilter,
  store: CreateReplayOptions["store"],
): Promise<ReplayFilter> {
  if (filter.ids) return { ids: [...new Set(filter.ids)].sort(byTime) };
  const end = await replayEnd(store);
  return { ...filter, to: Math.min(filter.to ?? end, end) };
}

function byTime(one: string, other: string): number {
  const [a, b] = [one.slice(4), other.slice(4)];
  return a < b ? -1 : Number(a > b);
}

function refuse(problem: string): never {
  throw new RangeError(`Cannot create a replay: ${problem}`);
}
