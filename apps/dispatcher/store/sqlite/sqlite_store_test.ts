import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { describeEventStore } from "../suite/event_store_suite.ts";
import { sharedThread } from "../suite/shared_thread.ts";
import { openSqliteStore } from "./sqlite_store.ts";

const log = { info() {}, warn() {}, error() {} };
const { spawn, stop } = sharedThread();

afterAll(stop);

describeEventStore("SqliteStore", {
  async open() {
    const dataDir = await mkdtemp(join(tmpdir(), "hookgate-store-"));
    let skewMs = 0;
    const now = () => Date.now() + skewMs;
    const store = await openSqliteStore({ dataDir, dispatcherId: "dispatcher-1", now, log, spawn });
    return {
      store,
      advance: (ms) => {
        skewMs += ms;
      },
      dispose: () => rm(dataDir, { recursive: true }),
    };
  },
});
