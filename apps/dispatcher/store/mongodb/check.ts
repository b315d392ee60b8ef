import { isWhole } from "../contract/protected_body.ts";
import {
  CHECK_BYTES_MAX,
  CHECK_DELIVERIES_MAX,
  CHECK_EVENTS_MAX,
  CHECK_PROBLEMS,
  type CheckedStep,
  nextCheckCursor,
  readCheckCursor,
} from "../contract/upkeep.ts";
import { readEvents } from "./body_parts.ts";
import type { MongoContext } from "./context.ts";
import { readAll } from "./documents.ts";

/** `checkStep`. Cursors hold ids. */
export async function checkStep(
  { collections }: MongoContext,
  cursor: string | null,
): Promise<CheckedStep> {
  const { part, after } = readCheckCursor(cursor);
  return part === "events" ? checkEvents(collections, after) : checkDeliveries(collections, after);
}

async function checkEvents(
  collections: MongoContext["collections"],
  after: string,
): Promise<CheckedStep> {
  const sizes = collections.events.find({ _id: { $gt: after } }, { projection: { bodyBytes: 1 } });
  const ids: string[] = [];
  let bytes = 0;
  for (const { _id, bodyBytes } of await readAll(sizes.sort({ _id: 1 }).limit(CHECK_EVENTS_MAX))) {
    ids.push(_id);
    bytes += bodyBytes;
    if (bytes >= CHECK_BYTES_MAX) break;
  }
  const found = new Map(
    (await readEvents(collections, ids)).map(({ event }) => [event.id, event] as const),
  );
  const missing = ids.filter((id) => !found.has(id));
  // Those that were removed meanwhile are not missing anything.
  const still = missing.length === 0 ? [] : await existing(collections, missing);
  const problems = [...found.values()]
    .filter((event) => !isWhole(event))
    .map(({ id }) => CHECK_PROBLEMS.body(id));
  problems.push(...still.map(CHECK_PROBLEMS.parts));
  const next = nextCheckCursor("events", ids.at(-1) ?? null);
  return { cursor: next, events: ids.length, deliveries: 0, problems };
}

async function checkDeliveries(
  collections: MongoContext["collections"],
  after: string,
): Promise<CheckedStep> {
  const { deliveries } = collections;
  const page = deliveries.find({ _id: { $gt: after } }, { projection: { eventId: 1 } });
  const found = await readAll(page.sort({ _id: 1 }).limit(CHECK_DELIVERIES_MAX));
  const stored = new Set(await existing(collections, [...new Set(found.map(eventIdOf))]));
  const orphans = found.filter(({ eventId }) => !stored.has(eventId));
  const ids = orphans.map(({ _id }) => _id);
  const still = ids.length === 0 ? [] : await readAll(deliveries.find({ _id: { $in: ids } }));
  return {
    cursor: nextCheckCursor("deliveries", found.at(-1)?._id ?? null),
    events: 0,
    deliveries: found.length,
    problems: still.map(({ _id, eventId }) => CHECK_PROBLEMS.event(_id, eventId)),
  };
}

async function existing(
  { events }: MongoContext["collections"],
  ids: readonly string[],
): Promise<string[]> {
  const found = events.find({ _id: { $in: [...ids] } }, { projection: { _id: 1 } });
  return (await readAll(found)).map(({ _id }) => _id);
}

function eventIdOf({ eventId }: { eventId: string }): string {
  return eventId;
}
