import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "@jest/globals";
import { openSqliteStore } from "../store/sqlite/sqlite_store.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { tellings } from "./suite/tellings.ts";

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

tellings({
  async open(dispatcherId) {
    const dataDir = await mkdtemp(join(tmpdir(), "hookgate-notify-"));
    const store = await openSqliteStore({ dataDir, dispatcherId, log: recordingLog().log });
    ends.push(async () => {
      await store.close();
      await rm(dataDir, { recursive: true });
    });
    return store;
  },
  test: (name, body) => test(name, body, 30_000),
});
