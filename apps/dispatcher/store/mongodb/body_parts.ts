import type { ReceivedEvent, Skipped } from "@hookgate/types";
import type { ClientSession } from "mongodb";
import type { BodyPartDocument, Collections, EventDocument } from "./collections.ts";
import { eventOf, readAll } from "./documents.ts";

/** Bytes of a body in one document: MongoDB's have at most 16 MB, and an event has headers and texts too. */
export const PART_BYTES_MAX = 8 * 1024 * 1024;

/** The part of a body that is stored in the event itself; nearly always all of it. */
export function firstPart(body: Uint8Array): Uint8Array {
  return body.length <= PART_BYTES_MAX ? body : body.subarray(0, PART_BYTES_MAX);
}

/** The documents of what is left of a body. */
export function furtherParts({ id, body }: Pick<ReceivedEvent, "id" | "body">): BodyPartDocument[] {
  const parts: BodyPartDocument[] = [];
  for (let at = PART_BYTES_MAX; at < body.length; at += PART_BYTES_MAX) {
    const part = parts.length + 1;
    const bytes = body.subarray(at, at + PART_BYTES_MAX);
    parts.push({ _id: `${id} ${part}`, eventId: id, part, bytes });
  }
  return parts;
}

/** An event with its whole body, and who skipped it. */
export interface StoredEvent {
  event: ReceivedEvent;
  skipped: readonly Skipped[];
}

/** Reads events. Those that are gone, or go at the same time, are missing. */
export async function readEvents(
  { events, bodyParts }: Pick<Collections, "events" | "bodyParts">,
  ids: readonly string[],
  session?: ClientSession,
): Promise<StoredEvent[]> {
  const inSession = session && { session };
  const found = await readAll(events.find({ _id: { $in: [...ids] } }, inSession));
  const parted = found.filter(isParted).map(({ _id }) => _id);
  const further =
    parted.length === 0
      ? []
      : await readAll(bodyParts.find({ eventId: { $in: parted } }, inSession));
  const byEvent = Map.groupBy(further, ({ eventId }) => eventId);
  return found.flatMap((document) => {
    const { skipped = [] } = document;
    const event = eventOf(document);
    if (!isParted(document)) return { event, skipped };
    const parts = (byEvent.get(document._id) ?? []).sort((a, b) => a.part - b.part);
    const body = Buffer.concat([event.body, ...parts.map(({ bytes }) => bytes)]);
    return body.length === document.bodyBytes ? { event: { ...event, body }, skipped } : [];
  });
}

/** Removes the further parts of events that are removed in the same transaction. */
export async function deleteParts(
  { bodyParts }: Pick<Collections, "bodyParts">,
  removed: readonly Pick<EventDocument, "_id" | "bodyBytes">[],
  session: ClientSession,
): Promise<void> {
  const parted = removed.filter(({ bodyBytes }) => bodyBytes > PART_BYTES_MAX);
  if (parted.length === 0) return;
  const ids = parted.map(({ _id }) => _id);
  await bodyParts.deleteMany({ eventId: { $in: ids } }, { session });
}

function isParted({ body, bodyBytes }: EventDocument): boolean {
  return bodyBytes > body.length;
}
