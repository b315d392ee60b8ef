import { MongoBackend } from "@agendajs/mongo-backend";
import type { AgendaBackend } from "agenda";
import type { Db } from "mongodb";

/** Agenda's collection, beside ours. */
const COLLECTION = "agenda_jobs";

/** MongoDB's code for a second document where there may be one. */
const DUPLICATE_KEY = 11_000;

/**
 * Agenda's backend on the store's own connection, with the unique indexes that Agenda lacks: without them two dispatchers
 * that announce the same second at once would make two alarms of it, and two that start at once would do all recurring work
 * twice.
 */
export async function mongoBackend(db: Db): Promise<AgendaBackend> {
  const jobs = db.collection(COLLECTION);
  await jobs.createIndex(
    { name: 1, "data.second": 1 },
    {
      name: "one_alarm_per_second",
      unique: true,
      partialFilterExpression: { "data.second": { $exists: true } },
    },
  );
  const once = () =>
    jobs.createIndex(
      { type: 1, name: 1 },
      {
        name: "recurring_work_once",
        unique: true,
        partialFilterExpression: { type: "single" },
      },
    );
  await once().catch(async (error: unknown) => {
    if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
    // Made twice before there was the index. It is set anew by whoever starts.
    await jobs.deleteMany({ type: "single" });
    await once();
  });
  return new MongoBackend({ mongo: db, collection: COLLECTION });
}
