import { temporaryDirectory } from "@hookgate/testing";
import { afterEach, test } from "@jest/globals";
import { openSqliteStore } from "../store/sqlite/sqlite_store.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { roundTrips } from "./suite/round_trips.ts";

const directories: AsyncDisposable[] = [];

roundTrips({
  async open() {
    const directory = await temporaryDirectory();
    directories.push(directory);
    const { log } = recordingLog();
    return openSqliteStore({ dataDir: directory.path, dispatcherId: "one", log });
  },
  test: (name, body) => test(name, body),
});

// After the store is closed.
afterEach(async () => {
  for (const directory of directories.splice(0)) await directory[Symbol.asyncDispose]();
});
