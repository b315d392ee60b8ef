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
import { StoreUnavailableError } from "../../store/contract/event_store.ts";
import type {
  StoredSubscription,
  SubscriptionSet,
  Subscriptions,
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
  store: Pick<Subscriptions, "openSubscription">;
  target: Pick<StreamTarget, "attach" | "size">;
  /** Follows a set that has changed. */
  follow: (set: SubscriptionSet) => void;
  /** Starts to replay stored events to a new subscription: those received at or after `from`, in milliseconds since 1970. */
  backfill: (options: { subscription: string; from: number }) => Promise<void>;
  log: Log;
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
  const { store, target, follow, backfill } = options;
  const stream = new OpeningStream(call);
  const opening = readOpen(await stream.first);
  const { name, from, limits } = opening;
  const reach = compileReach(caller.reaches, { name });
  if (!reach) throw denied(`the token lacks the scope "subscribe:${name}"`);
  const definition = definitionOf(opening, reach);
  if (!reach.covers(definition)) {
    throw denied(`the token's scopes for ${name} do not allow all of these types and sources`);
  }
  const { created, subscription, set } = await store.openSubscription(definition);
  if (created) follow(set);
  if (!reach.covers(subscription.definition)) {
    throw denied(`${name} has more types or sources than the token's scopes allow`);
  }
  const problem = findMismatch(subscription, opening);
  if (problem) throw new RpcError("FAILED_PRECONDITION", `Cannot subscribe: ${name} ${problem}`);
  if (created && from !== null) {
    await backfill({ subscription: name, from }).catch((cause: unknown) => {
      // A retry would not start it either, because then the subscription exists.
      const state = `${name} was opened, but gets no event that was stored before`;
      throw new RpcError("INTERNAL", `Cannot start in the past: ${state}`, { cause });
    });
  }
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

function denied(problem: string): RpcError {
  return new RpcError("PERMISSION_DENIED", `Cannot subscribe: ${problem}`);
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
function findMismatch(
  { definition, paused }: StoredSubscription,
  { types, sources }: Opening,
): string | null {
  const { target, events } = definition;
  if (target.kind !== "stream")
    return `has ${target.kind === "endpoint" ? "an" : "a"} ${target.kind}`;
  if (paused?.by === "configuration") return "is no longer in the configuration";
  if (!isWanted(types, events)) return `has other types: ${shown(events)}`;
  if (!isWanted(sources, definition.sources))
    return `has other sources: ${shown(definition.sources)}`;
  return null;
}

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
  if (error instanceof RpcError) {
    if (error.code === "INTERNAL")
      log.error({ err: error }, "backfill failed, the new subscription gets no stored events");
    return error;
  }
  if (error instanceof RangeError) {
    return new RpcError("RESOURCE_EXHAUSTED", error.message, { cause: error });
  }
  log.error({ err: error }, "openSubscription failed, the stream is refused");
  return error instanceof StoreUnavailableError
    ? new RpcError("UNAVAILABLE", "the store does not answer: try again", { cause: error })
    : new RpcError("INTERNAL", "the subscription was not opened: the log says why");
}
