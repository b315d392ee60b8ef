import { MongoBackend } from "@agendajs/mongo-backend";
import type { AgendaBackend } from "agenda";
import type { Db } from "mongodb";

/** Agenda's collection, beside ours. */
const COLLECTION = "agenda_jobs";

/**
 * Agenda's backend on the store's own connection, with the unique index that Agenda lacks: without it two dispatchers
 * that announce the same second at once would make two alarms of it.
 */
export async function mongoBackend(db: Db): Promise<AgendaBackend> {
  await db.collection(COLLECTION).createIndex(
    { name: 1, "data.second": 1 },
    {
      name: "one_alarm_per_second",
      unique: true,
      partialFilterExpression: { "data.second": { $exists: true } },
    },
  );
  return new MongoBackend({ mongo: db, collection: COLLECTION });
}
