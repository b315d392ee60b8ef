import { createHash } from "node:crypto";
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDataKey } from "@hookgate/config";
import { newId } from "@hookgate/types";
import { openSqliteStore } from "../../../apps/dispatcher/store/sqlite/sqlite_store.ts";
import {
  newCapture,
  newClaim,
  newEvent,
  outcomeOf,
} from "../../../apps/dispatcher/store/suite/fixtures.ts";

/** Name of the file that acknowledged events are written to, a line each, relative to the traced folder. */
export const ACKNOWLEDGED = "acknowledged";

/** Name of the file that the key of protected data is written to once it is used, as bytes, relative to the traced folder. */
export const USED_KEY = "used_key";

/** The store's directory, relative to the traced folder. It does not exist, so that its making is traced too. */
export const DATA_DIR = "data/store";

/** The body of the event of this id. */
export function bodyOf(id: string): Buffer {
  const digest = createHash("sha512").update(id).digest();
  return Buffer.alloc(1_024 + (digest[0] ?? 0) * 64, digest);
}

const HOUR_MS = 3_600_000;

/** One in so many events is old and delivered, and removed by the retention that follows it. */
const OLD_EVERY = 8;

const [, script, folder, commits, afterFault] = process.argv;
if (script === import.meta.filename && folder) {
  await commitAll(folder, { commits: Number(commits), endsAfterFault: afterFault === "end" });
}

/** Commits events one after the other, whatever fails, and writes down what was acknowledged. */
async function commitAll(
  root: string,
  { commits, endsAfterFault }: { commits: number; endsAfterFault: boolean },
): Promise<void> {
  const log = { info() {}, warn() {}, error() {} };
  const dataDir = join(root, DATA_DIR);
  // The dispatcher's secrets come before its store, so it is they that make the directory.
  const key = readDataKey({ dataKey: null, dataKeyFile: null, dataDir }, { create: true });
  if (key && !existsSync(join(root, USED_KEY))) writeFileSync(join(root, USED_KEY), key);
  const store = await openSqliteStore({ dataDir, dispatcherId: "me", log });
  for (let n = 1; n <= commits; n += 1) {
    const isOld = n % OLD_EVERY === 0;
    const id = newId("evt", { now: Date.now() - (isOld ? HOUR_MS : 0) });
    const claim = newClaim("me");
    const capture = newCapture(newEvent({ id, body: bodyOf(id) }), ["mail"], claim);
    try {
      const [result] = (await store.commit([capture], { revision: 0 })) ?? [];
      if (!isOld) appendFileSync(join(root, ACKNOWLEDGED), `${id}\n`);
      const [delivery] = result?.deliveries ?? [];
      if (delivery) await store.settle([outcomeOf({ delivery, claim }, { state: "delivered" })]);
      const before = Date.now() - HOUR_MS / 2;
      const times = { deliveredBefore: before, deadBefore: before, cursor: null, limit: 10 };
      if (isOld) await store.pruneEvents(times);
    } catch {
      if (endsAfterFault) process.kill(process.pid, "SIGKILL");
    }
  }
  await store.close();
}
