import { expect, test } from "@jest/globals";
import { MongoClient } from "mongodb";
import { clientOptions } from "./client_options.ts";

const OWN = {
  appName: "hookgate",
  serverSelectionTimeoutMS: 800,
  heartbeatFrequencyMS: 500,
  connectTimeoutMS: 1_000,
  socketTimeoutMS: 20_000,
  waitQueueTimeoutMS: 10_000,
  maxPoolSize: 50,
};

/** What a client of this address does. */
function effective(query: string) {
  const uri = `mongodb://u:secret@h/db${query}`;
  return new MongoClient(uri, clientOptions(uri, { callMs: 10_000 })).options;
}

test.each([
  [""],
  ["?w=majority&journal=true&readConcernLevel=majority&readPreference=primary"],
  ["?replicaSet=rs0&tls=true&authSource=admin&retryWrites=false"],
])("the store's promises hold with the address %s", (query) => {
  const { writeConcern, readConcern, readPreference } = effective(query);
  expect(writeConcern).toMatchObject({ w: "majority", journal: true });
  expect(readConcern).toMatchObject({ level: "majority" });
  expect(readPreference.mode).toBe("primary");
  expect(effective(query)).toMatchObject(OWN);
});

test.each([
  ["?w=1", "sets w=1, but an event is acknowledged only once a majority of the servers has it"],
  ["?W=0", "sets w=0, but"],
  ["?w=3", "sets w=3, but"],
  ["?journal=false", "sets journal=false, but an event is acknowledged only once it is on disk"],
  ["?j=false", "sets journal=false, but"],
  ["?readConcernLevel=local", "sets readConcernLevel=local, but what could still be rolled back"],
  ["?readConcernLevel=available", "sets readConcernLevel=available, but"],
  ["?readPreference=secondary", "sets readPreference=secondary, but only the primary knows"],
  ["?readPreference=nearest&maxStalenessSeconds=120", "sets readPreference=nearest, but"],
  ["?readPreferenceTags=dc:ny", "sets readPreferenceTags, but"],
  ["?foo=1", "cannot be used: option foo is not supported"],
  ["?maxPoolSize=many", "cannot be used: Expected maxPoolSize to be"],
])("an address with %s is refused with a sentence, and without its password", (query, sentence) => {
  const open = () => effective(query);
  expect(open).toThrow(`Cannot open the store: MONGODB_URI ${sentence}`);
  expect(open).not.toThrow("secret");
});

test("an address that is none is refused without its password", () => {
  const open = () => clientOptions("mongodb://u:secret@h:1:2", { callMs: 1_000 });
  expect(open).toThrow("Cannot open the store: MONGODB_URI cannot be used");
  expect(open).not.toThrow("secret");
});

test.each([
  ["?maxPoolSize=7", { maxPoolSize: 7 }],
  ["?appName=billing", { appName: "billing" }],
  ["?SocketTimeoutMS=60000", { socketTimeoutMS: 60_000 }],
  [
    "?serverSelectionTimeoutMS=3000&heartbeatFrequencyMS=1000",
    {
      serverSelectionTimeoutMS: 3_000,
      heartbeatFrequencyMS: 1_000,
    },
  ],
  ["?connectTimeoutMS=5000", { connectTimeoutMS: 5_000 }],
  ["?waitQueueTimeoutMS=500", { waitQueueTimeoutMS: 500 }],
])("an address tunes with %s", (query, tuned) => {
  expect(effective(query)).toMatchObject({ ...OWN, ...tuned });
});
