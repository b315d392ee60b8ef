import { RETRY_POLICIES } from "@hookgate/backoff";
import { BACKLOG_DEFAULT } from "@hookgate/config";
import {
  type Bidi,
  RpcError,
  type SubscribeCaller,
  type SubscribeHandlers,
  type SubscribeRequest,
  type SubscribeResponse,
} from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import type { Subscription } from "@hookgate/types";
import { hasName } from "../../store/contract/decide_subscriptions.ts";
import { StoreUnavailableError } from "../../store/contract/event_store.ts";
import {
  isRetired,
  type OpenedSubscription,
  type StoredSubscription,
  type SubscriptionSet,
  type Subscriptions,
} from "../../store/contract/subscriptions.ts";
import { type CompiledReach, compileReach } from "../../subscriptions/reach.ts";
import { OpeningStream } from "./opening_stream.ts";
import { type Opening, readOpen } from "./read_open.ts";
import { STREAMS_MAX } from "./stream_ledger.ts";
import type { StreamTarget } from "./stream_target.ts";
import { HEARTBEAT_MS } from "./subscriber.ts";

/** Time to answer a delivery, in milliseconds, in a subscription that a subscriber opens. */
const ACK_MS = 30_000;

/** Options for {@linkcode subscribeHandlers}. */
export interface SubscribeOptions {
  store: Pick<Subscriptions, "subscriptions" | "openSubscription" | "changeSubscription">;
  target: Pick<StreamTarget, "attach" | "size">;
  /** After how long without a subscriber a name expires, in milliseconds. */
  idleMs: () => number;
  /** Follows a set that has changed. */
  follow: (set: SubscriptionSet) => void;
  /** Makes a backfill for a subscription that is not stored yet: events received at or after `from`, in milliseconds since 1970. */
  backfill: (options: { subscription: string; from: number }) => Promise<EarlyBackfill>;
  log: Log;
}

/** A backfill that waits for its subscription. */
export interface EarlyBackfill {
  /** The subscription is stored now. */
  start(): void;
  /** The subscription does not need it. */
  cancel(): Promise<void>;
}

/** Serves Subscribe: opens the subscription that the first message names, then attaches the stream to the target. */
export function subscribeHandlers(options: SubscribeOptions): SubscribeHandlers {
  const { target, log } = options;
  let opening = 0;
  return {
    subscribe(call, caller) {
      if (opening + target.size >= STREAMS_MAX) {
        call.fail(new RpcError("RESOURCE_EXHAUSTED", `there are ${STREAMS_MAX} streams already`));
        return;
      }
      opening += 1;
      void open(call, caller, options)
        .catch((error: unknown) => {
          const refusal = toRefusal(error, { log });
          log.info({ code: refusal.code, reason: refusal.message }, "stream refused");
          call.fail(refusal);
        })
        .finally(() => {
          opening -= 1;
        });
    },
  };
}

async function open(
  call: Bidi<SubscribeRequest, SubscribeResponse>,
  caller: SubscribeCaller,
  options: SubscribeOptions,
): Promise<void> {
  const { target, follow } = options;
  const stream = new OpeningStream(call);
  const opening = readOpen(await stream.first);
  const { name, from, limits } = opening;
  const reach = compileReach(caller.reaches, { name });
  if (!reach) throw denied(`the token lacks the scope "subscribe:${name}"`);
  const definition = definitionOf(opening, reach);
  if (!reach.covers(definition)) {
    throw denied(`the token's scopes for ${name} do not allow all of these types and sources`);
  }
  const found = await openStored(definition, { ...options, from });
  checkReach(found, reach);
  const matched = await matching(found, opening, { ...options, caller: caller.name });
  const { created, subscription, set } = matched;
  if (set !== found.set || created) follow(set);
  checkReach(matched, reach);
  const { events, sources, timeoutMs } = subscription.definition;
  const opened = {
    created,
    types: [...events],
    sources: [...sources],
    ackDeadlineMs: timeoutMs,
    heartbeatMs: HEARTBEAT_MS,
  };
  const whose = { subscription: name, caller: caller.name, reach };
  stream.passOn(() => target.attach(call, { ...whose, limits, opened }));
}

/**
 * Opens the subscription in the store. If it begins in the past its backfill is made first and waits for it: if the answer
 * to the opening is lost, the next try finds the subscription and does not know that it has received nothing.
 */
async function openStored(
  definition: Subscription,
  { store, backfill, idleMs, from, log }: SubscribeOptions & { from: number | null },
): Promise<OpenedSubscription> {
  const { name } = definition;
  const early =
    from !== null && !hasName(await store.subscriptions(), name)
      ? await backfill({ subscription: name, from })
      : null;
  const cancel = async () => {
    await early?.cancel().catch((error: unknown) => {
      log.warn(
        { err: error, subscription: name },
        "backfill not cancelled, it gives no event twice",
      );
    });
  };
  try {
    const opened = await store.openSubscription(definition, { idleMs: idleMs() });
    if (opened.created) early?.start();
    else await cancel();
    return opened;
  } catch (error) {
    // Of any other error it is unknown whether the subscription was stored.
    if (error instanceof RangeError) await cancel();
    throw error;
  }
}

function denied(problem: string): RpcError {
  return new RpcError("PERMISSION_DENIED", `Cannot subscribe: ${problem}`);
}

function checkReach({ subscription }: OpenedSubscription, reach: CompiledReach): void {
  if (reach.covers(subscription.definition)) return;
  const { name } = subscription.definition;
  throw denied(`${name} has more types or sources than the token's scopes allow`);
}

/**
 * The subscription as the subscriber wants it: as it was found, or with its filter replaced if the subscriber says so.
 *
 * @throws {RpcError} FAILED_PRECONDITION if it is another one, UNAVAILABLE if it is being deleted.
 */
async function matching(
  found: OpenedSubscription,
  opening: Opening,
  { store, log, caller }: SubscribeOptions & { caller: string },
): Promise<OpenedSubscription> {
  const { name, types, sources, change } = opening;
  const { definition, paused } = found.subscription;
  if (paused?.by === "deletion") throw beingDeleted(name);
  const problem = findMismatch(found.subscription, opening);
  if (!problem) return found;
  const refusal = new RpcError("FAILED_PRECONDITION", `Cannot subscribe: ${name} ${problem}`);
  if (!change) throw refusal;
  const result = await store.changeSubscription(name, {
    events: types.length > 0 ? types : definition.events,
    sources: sources.length > 0 ? sources : definition.sources,
  });
  switch (result.outcome) {
    case "configured":
    case "other_kind":
      throw refusal;
    case "deleting":
    case "missing":
      throw beingDeleted(name);
    case "changed": {
      const before = { types: definition.events, sources: definition.sources };
      log.info(
        { subscription: name, caller, types, sources, before },
        "filter changed by a subscriber",
      );
    }
  }
  return { created: false, subscription: result.subscription, set: result.set };
}

function beingDeleted(name: string): RpcError {
  return new RpcError("UNAVAILABLE", `subscription ${name} is being deleted: try again`);
}

/** The subscription as it is opened if the name is new: by default with all that the subscriber may receive. */
function definitionOf({ name, types, sources }: Opening, { filter }: CompiledReach): Subscription {
  return {
    name,
    events: types.length > 0 ? types : filter.events,
    sources: sources.length > 0 ? sources : filter.sources,
    where: [],
    orderBy: null,
    target: { kind: "stream" },
    retry: RETRY_POLICIES.standard,
    timeoutMs: ACK_MS,
    // Its subscribers limit how much they accept.
    concurrency: 1,
    backlog: BACKLOG_DEFAULT,
  };
}

/** Why the subscription is not the one that the subscriber wants; null if it is. */
function findMismatch(stored: StoredSubscription, { types, sources }: Opening): string | null {
  const { definition, origin } = stored;
  const { target, events } = definition;
  if (target.kind !== "stream")
    return `has ${target.kind === "endpoint" ? "an" : "a"} ${target.kind}`;
  const what = origin === "stream" ? CHANGE_HINT : "change them in the configuration";
  if (isRetired(stored)) return `is no longer in the configuration; ${CHANGE_HINT}`;
  if (!isWanted(types, events)) return `has other types: ${shown(events)}; ${what}`;
  if (!isWanted(sources, definition.sources))
    return `has other sources: ${shown(definition.sources)}; ${what}`;
  return null;
}

/** How a subscriber, or an operator, replaces the filter of a name. */
const CHANGE_HINT =
  "subscribe with change: true to replace its filter, or use npx hookgate subscriptions change";

/** No patterns accept any; their order does not matter. */
function isWanted(wanted: readonly string[], existing: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  return (
    wanted.every((pattern) => existing.includes(pattern)) &&
    existing.every((pattern) => wanted.includes(pattern))
  );
}

function shown(patterns: readonly string[]): string {
  return patterns.map((pattern) => JSON.stringify(pattern)).join(", ");
}

function toRefusal(error: unknown, { log }: { log: Log }): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof RangeError) {
    return new RpcError("RESOURCE_EXHAUSTED", error.message, { cause: error });
  }
  log.error({ err: error }, "openSubscription failed, the stream is refused");
  return error instanceof StoreUnavailableError
    ? new RpcError("UNAVAILABLE", "the store does not answer: try again", { cause: error })
    : new RpcError("INTERNAL", "the subscription was not opened: the log says why");
}
