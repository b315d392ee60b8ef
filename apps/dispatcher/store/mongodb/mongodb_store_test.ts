import { jest } from "@jest/globals";
import { describeEventStore } from "../suite/event_store_suite.ts";
import { emptyDatabase, newUri, quietLog, testOnMongo } from "../suite/mongodb_fixtures.ts";
import type { StoreClock } from "./clock.ts";
import { openMongoStore } from "./mongodb_store.ts";

// On a busy machine the server takes its time.
jest.setTimeout(120_000);

testOnMongo("a server for the suite is there", () => {});

/** Every test has it for itself, empty: making one takes longer than most of them. */
let uri: string | undefined;

describeEventStore("MongoStore", {
  async open() {
    let skewMs = 0;
    const clock: StoreClock = { now: () => Date.now() + skewMs, refresh: async () => {} };
    if (uri === undefined || !(await emptyDatabase(uri))) uri = newUri();
    const options = { uri, dispatcherId: "dispatcher-0", log: quietLog, clock };
    return {
      store: await openMongoStore(options),
      advance: (ms) => {
        skewMs += ms;
      },
    };
  },
});
