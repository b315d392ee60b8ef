import { databaseUri, type MongoFault, startMongoProxy } from "@hookgate/testing";
import { expect } from "@jest/globals";
import type { Claim } from "../contract/deliveries.ts";
import { StoreUnavailableError } from "../contract/event_store.ts";
import {
  claimDue,
  commit,
  deliveryNow,
  newCapture,
  newClaim,
  newEvent,
} from "../suite/fixtures.ts";
import { openStore, testOnMongo, testOnOwnMongo, testServer } from "../suite/mongodb_fixtures.ts";
import type { DeliveryDocument, EventDocument } from "./collections.ts";

testOnMongo(
  "a delivery whose event is not stored ends as dead, and holds up no other",
  async () => {
    const store = await openStore("one");
    const [lost, kept] = [newEvent(), newEvent()];
    const results = await commit(store, [newCapture(lost), newCapture(kept)]);
    await store.db.collection<EventDocument>("events").deleteOne({ _id: lost.id });
    const claimed = await claimDue(store, { claim: newClaim("one") });
    expect(claimed.map(({ event }) => event.id)).toEqual([kept.id]);
    const deliveries = store.db.collection<DeliveryDocument>("deliveries");
    const [id = ""] = results[0]?.deliveries.map((delivery) => delivery.id) ?? [];
    expect(await deliveries.findOne({ _id: id })).toMatchObject({
      state: "dead",
      reason: "its event is not stored",
      claim: null,
    });
    expect((await store.metrics({ windowMs: 600_000 })).failed).toBe(1);
  },
);

testOnOwnMongo(
  "claimDue() rejects if fewer come back than it has marked, so that they are reclaimed",
  async () => {
    const direct = await openStore("two");
    const [result] = await commit(direct, [newCapture(newEvent())]);
    const [delivery] = result?.deliveries ?? [];
    if (!delivery) throw new Error("Cannot continue: nothing was stored");
    const deliveries = direct.db.collection<DeliveryDocument>("deliveries");
    const [claim, older] = [newClaim("one"), newClaim("one")];
    const become = (other: Claim) =>
      deliveries.updateOne({ _id: delivery.id, state: "running" }, { $set: { claim: other } });
    let isMarked = false;
    await using proxy = await startMongoProxy(testServer().uri, {
      async decide(command): Promise<MongoFault> {
        // As if it were read from a member that is behind.
        if (command === "find" && isMarked) await become(older);
        isMarked ||= command === "update";
        return "pass";
      },
    });
    const uri = databaseUri(proxy.uri, direct.db.databaseName);
    const store = await openStore("one", { uri });
    isMarked = false;
    await expect(claimDue(store, { claim })).rejects.toThrow(StoreUnavailableError);
    await become(claim);
    expect(await direct.reclaim({ dispatcherId: "one", liveTokens: new Set() })).toBe(1);
    expect(await deliveryNow(direct, delivery)).toMatchObject({ state: "waiting" });
    await store.close();
  },
);
