import { MongoBackend } from "@agendajs/mongo-backend";
import type { AgendaBackend } from "agenda";
import type { Db } from "mongodb";

/** Agenda's collection. */
const COLLECTION = "agenda_jobs";

/** MongoDB's error code for a violated unique index. */
const DUPLICATE_KEY = 11_000;

/**
 * Agenda's backend on the store's own connection, with unique indexes that Agenda lacks. Without them two dispatchers
 * could set two alarms for one second, and two that start at once would do all recurring work twice.
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
    // Two dispatchers set it up before the index existed. Every start sets it up again.
    await jobs.deleteMany({ type: "single" });
    await once();
  });
  return new MongoBackend({ mongo: db, collection: COLLECTION });
}
