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
    const clocks = {
      wall: () => Date.now() + skewMs,
      monotonic: () => performance.now() + skewMs,
    };
    const options = { dataDir, dispatcherId: "dispatcher-1", clocks, log, spawn };
    const store = await openSqliteStore(options);
    return {
      store,
      advance: (ms) => {
        skewMs += ms;
      },
      dispose: () => rm(dataDir, { recursive: true }),
    };
  },
});
