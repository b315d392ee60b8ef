import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEventStore } from "./event_store_suite.ts";
import { openSqliteStore } from "./sqlite_store.ts";

const log = { info() {}, warn() {}, error() {} };

describeEventStore("SqliteStore", {
  async open() {
    const dataDir = await mkdtemp(join(tmpdir(), "hookgate-store-"));
    let skewMs = 0;
    const now = () => Date.now() + skewMs;
    const store = await openSqliteStore({ dataDir, dispatcherId: "dispatcher-1", now, log });
    return {
      store,
      advance: (ms) => {
        skewMs += ms;
      },
      dispose: () => rm(dataDir, { recursive: true }),
    };
  },
});
