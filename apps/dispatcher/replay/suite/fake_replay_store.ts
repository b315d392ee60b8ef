import { makeDelivery, makeEvent } from "@hookgate/testing";
import {
  type Delivery,
  type DeliveryState,
  idTimeMs,
  type ReceivedEvent,
  type Replay,
  type ReplayState,
} from "@hookgate/types";
import type { StoreTime } from "../../store/contract/event_store.ts";
import type { EventDetail, EventPage, EventQuery, Events } from "../../store/contract/events.ts";
import type { ReplayStep, ReplayStepResult, Replays } from "../../store/contract/replays.ts";

/** The part of a store that replays use. */
export type ReplayStore = StoreTime &
  Pick<Events, "listEvents" | "getEvent" | "getDelivery"> &
  Pick<Replays, "createReplay" | "replays" | "setReplayState" | "stepReplay" | "replayBacklog">;

/** Options for {@linkcode fakeReplayStore}. */
export interface FakeReplayStoreOptions {
  now: () => number;
  /** Awaited before each operation, to interleave or to fail. */
  before?: (operation: keyof ReplayStore) => Promise<void>;
}

/** The part of a store that replays use, in memory. */
export interface FakeReplayStore extends ReplayStore {
  /** Oldest first. */
  readonly deliveries: Delivery[];
  /** Ids of the events whose bodies were read. */
  readonly read: string[];
  /** The requested steps. */
  readonly steps: ReplayStep[];
  /** Stores an event with a delivery for each named subscription, in that state. */
  add(deliveries?: Record<string, DeliveryState>, event?: Partial<ReceivedEvent>): ReceivedEvent;
  /** Marks everything that replays made as delivered. */
  attemptAll(): void;
}

/** Makes an empty store. */
export function fakeReplayStore({ now, before }: FakeReplayStoreOptions): FakeReplayStore {
  const events = new Map<string, ReceivedEvent>();
  const deliveries: Delivery[] = [];
  const replays = new Map<string, Replay>();
  const read: string[] = [];
  const steps: ReplayStep[] = [];
  let sorted: string[] | null = null;
  const byEvent = new Map<string, Delivery[]>();
  const of = (eventId: string) => byEvent.get(eventId) ?? [];
  const keep = (delivery: Delivery) => {
    deliveries.push(delivery);
    byEvent.set(delivery.eventId, [...of(delivery.eventId), delivery]);
  };

  function write(id: string, step: ReplayStep): ReplayStepResult {
    steps.push(step);
    const replay = replays.get(id);
    if (!replay) return { outcome: "missing" };
    if (replay.state !== "running" || replay.cursor !== step.from) {
      return { outcome: "refused", replay };
    }
    const made = step.deliveries.flatMap((wanted) => {
      const known = of(wanted.eventId).filter((one) => one.subscription === wanted.subscription);
      const latest = known.sort((a, b) => a.generation - b.generation).at(-1);
      if ((latest?.id ?? null) !== wanted.replayOf) return [];
      if (latest?.state === "waiting" || latest?.state === "running") return [];
      const order = wanted.orderKey === null ? null : { key: wanted.orderKey, position: 1 };
      return endedDelivery({
        ...wanted,
        generation: (latest?.generation ?? 0) + 1,
        state: "waiting",
        nextAttemptAt: now(),
        order,
        replay: id,
      });
    });
    for (const delivery of made) keep(delivery);
    const after: Replay = {
      ...replay,
      cursor: step.to,
      seen: replay.seen + step.seen,
      made: replay.made + made.length,
      ...(step.done && { state: "done" as const, endedAt: now() }),
    };
    replays.set(id, after);
    return { outcome: "written", replay: after, deliveries: made };
  }

  function list(query: EventQuery): EventPage {
    const { source, type, state, subscription, from, to, oldestFirst, limit, cursor } = query;
    sorted ??= [...events.keys()].sort();
    const ids = oldestFirst ? sorted : sorted.toReversed();
    const after = ids.filter((id) => !cursor || (oldestFirst ? id > cursor : id < cursor));
    const matching = after.filter((id) => {
      const event = events.get(id);
      if (source !== undefined && event?.source !== source) return false;
      if (type !== undefined && event?.type !== type) return false;
      if (idTimeMs(id) < (from ?? 0) || idTimeMs(id) >= (to ?? Number.POSITIVE_INFINITY))
        return false;
      if (subscription === undefined && state === undefined) return true;
      return of(id).some(
        (one) =>
          (subscription ?? one.subscription) === one.subscription &&
          (state ?? one.state) === one.state,
      );
    });
    const shown = matching.slice(0, limit);
    const page = shown.flatMap((id) => {
      const event = events.get(id);
      if (!event) return [];
      const { headers: _, body, ...bare } = event;
      return { event: bare, bodyBytes: body.length, deliveries: of(id) };
    });
    return { events: page, cursor: matching.length > limit ? (shown.at(-1) ?? null) : null };
  }

  async function turn<T>(operation: keyof ReplayStore, work: () => T): Promise<T> {
    await before?.(operation);
    return work();
  }

  return {
    deliveries,
    read,
    steps,
    now,
    listEvents: (query) => turn("listEvents", () => list(query)),
    getEvent: (id) =>
      turn("getEvent", (): EventDetail | null => {
        const event = events.get(id);
        if (event) read.push(id);
        return event ? { event, deliveries: of(id), skipped: [] } : null;
      }),
    getDelivery: (id) =>
      turn("getDelivery", () => {
        const delivery = deliveries.find((one) => one.id === id);
        const event = delivery && events.get(delivery.eventId);
        return delivery && event ? { delivery, event } : null;
      }),
    createReplay: (replay) => turn("createReplay", () => void replays.set(replay.id, replay)),
    replays: ({ state } = {}) =>
      turn("replays", () => {
        const all = [...replays.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
        return all.filter((replay) => state === undefined || replay.state === state);
      }),
    setReplayState: (id, state: ReplayState) =>
      turn("setReplayState", () => {
        const replay = replays.get(id);
        if (!replay) return null;
        if (replay.endedAt !== null) return replay;
        const ended = state === "cancelled" || state === "done";
        const after = { ...replay, state, endedAt: ended ? now() : null };
        replays.set(id, after);
        return after;
      }),
    stepReplay: (id, step) => turn("stepReplay", () => write(id, step)),
    replayBacklog: (id, { limit }) =>
      turn("replayBacklog", () => {
        const waiting = deliveries.filter((one) => one.replay === id && one.state === "waiting");
        return Math.min(limit, waiting.length);
      }),
    add(states = {}, changes = {}) {
      const receivedAt = changes.receivedAt ?? now();
      const event = makeEvent({ id: orderedId(receivedAt, events.size), receivedAt, ...changes });
      events.set(event.id, event);
      sorted = null;
      for (const [subscription, state] of Object.entries(states)) {
        keep(endedDelivery({ eventId: event.id, subscription, state }));
      }
      return event;
    },
    attemptAll() {
      for (const delivery of deliveries) {
        if (delivery.replay !== null) delivery.state = "delivered";
      }
    },
  };
}

/** An id of that time, sorted by number. */
function orderedId(time: number, number: number): string {
  const digits = [time.toString(16).padStart(12, "0"), number.toString(16).padStart(15, "0")];
  return `evt_${digits.join("70008")}`;
}

/** A delivery of the first generation that has ended. */
export function endedDelivery(changes: Partial<Delivery> = {}): Delivery {
  return makeDelivery({ subscription: "mail", state: "dead", attempt: 1, ...changes });
}
