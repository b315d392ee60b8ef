import { Binary } from "mongodb";
import type { DispatcherDocument } from "./collections.ts";
import type { MongoContext } from "./context.ts";

/**
 * Ends the transactions that these dispatchers have open. The server would do so itself after a minute, in which
 * whatever they have locked could be neither claimed nor taken over. What was under way then was acknowledged to nobody.
 */
export async function endSessions(
  { db, log }: MongoContext,
  dispatchers: readonly DispatcherDocument[],
): Promise<void> {
  const ids = dispatchers.flatMap(({ sessions = [] }) => sessions);
  if (ids.length === 0) return;
  try {
    const killSessions = ids.map((id) => ({ id: uuidOf(id) }));
    await db.admin().command({ killSessions });
  } catch (error) {
    // Not allowed to this user, say. Then it takes the minute.
    log.warn({ err: error }, "open transactions of other dispatchers not ended");
  }
}

/** Read back with the store's options it is bytes; the server wants a UUID. */
function uuidOf(id: Binary | Uint8Array): Binary {
  return id instanceof Binary ? id : new Binary(id, Binary.SUBTYPE_UUID);
}
