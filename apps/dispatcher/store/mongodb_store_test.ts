import { randomUUID } from "node:crypto";
import { databaseUri, startMongoServerOrSkip } from "@hookgate/testing";
import { afterAll } from "@jest/globals";
import { describeEventStore } from "./event_store_suite.ts";
import type { StoreClock } from "./mongodb_clock.ts";
import { openMongoStore } from "./mongodb_store.ts";

const log = { info() {}, warn() {}, error() {} };
const server = await startMongoServerOrSkip();

afterAll(() => server?.stop());

if (server) {
  describeEventStore("MongoStore", {
    async open() {
      let skewMs = 0;
      const clock: StoreClock = { now: () => Date.now() + skewMs, refresh: async () => {} };
      const uri = databaseUri(server.uri, `hookgate_test_${randomUUID().slice(0, 8)}`);
      const store = await openMongoStore({ uri, dispatcherId: "dispatcher-0", log, clock });
      return {
        store,
        advance: (ms) => {
          skewMs += ms;
        },
      };
    },
  });
}
