import { type Delivery, newId, type Replay } from "@hookgate/types";
import type { Next } from "../contract/deliveries.ts";
import type { EventStore } from "../contract/event_store.ts";
import type { ReplayedDelivery, ReplayStep } from "../contract/replays.ts";
import { commitRunning, deliveryNow, newReplay, settle } from "./fixtures.ts";

const DEAD: Next = { state: "dead", reason: "out of attempts" };

/** A replay that is kept. */
export async function keepReplay(store: EventStore, part: Partial<Replay> = {}): Promise<Replay> {
  const replay = newReplay(part);
  await store.createReplay(replay);
  return replay;
}

/** A delivery that has ended so; dead unless `next` says otherwise. */
export async function commitEnded(
  store: EventStore,
  next: Next = DEAD,
  subscription = "mail",
): Promise<Delivery> {
  const claimed = await commitRunning(store, { subscription });
  await settle(store, claimed, next);
  return deliveryNow(store, claimed.delivery);
}

/** What repeats a delivery. */
export function repeatOf({ id, eventId, subscription }: Delivery): ReplayedDelivery {
  return { id: newId("dlv"), eventId, subscription, replayOf: id, orderKey: null };
}

/** What gives an event to a subscription that never had it. */
export function backfillOf(eventId: string, subscription: string): ReplayedDelivery {
  return { id: newId("dlv"), eventId, subscription, replayOf: null, orderKey: null };
}

/** A step from the beginning, unless `part` says otherwise. */
export function stepOf(
  deliveries: readonly ReplayedDelivery[],
  part: Partial<ReplayStep> = {},
): ReplayStep {
  const to = deliveries.at(-1)?.eventId ?? null;
  return { from: null, to, seen: deliveries.length, deliveries, done: false, ...part };
}

/** Makes these deliveries by a step of a replay of its own. */
export async function makeReplayed(
  store: EventStore,
  deliveries: readonly ReplayedDelivery[],
): Promise<{ replay: Replay; made: readonly Delivery[] }> {
  const { id } = await keepReplay(store);
  const result = await store.stepReplay(id, stepOf(deliveries));
  if (result.outcome !== "written") throw new Error(`Cannot go on: ${result.outcome}`);
  return { replay: result.replay, made: result.deliveries };
}

/** A replay as the store has it now. */
export async function replayNow(store: EventStore, id: string): Promise<Replay | undefined> {
  return (await store.replays()).find((replay) => replay.id === id);
}
