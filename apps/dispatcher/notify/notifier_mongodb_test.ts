import { expect } from "@jest/globals";
import { newUri, openStore, testOnMongo } from "../store/suite/mongodb_fixtures.ts";
import { answer, EndpointServer } from "../suite/endpoint_server.ts";
import { endpointRecipient, matterOf, notifierOf, tellings } from "./suite/tellings.ts";

const TEST_MS = 60_000;

tellings({
  open: (dispatcherId) => openStore(dispatcherId),
  test: (name, body) => testOnMongo(name, body, TEST_MS),
});

testOnMongo(
  "two dispatchers that look at once, again and again, tell each thing once",
  async () => {
    const uri = newUri();
    const stores = [await openStore("one", { uri }), await openStore("two", { uri })] as const;
    await using sink = await EndpointServer.start(answer(200));
    const recipients = [endpointRecipient("oncall", sink.url())];
    const matters = [matterOf()];
    const all = stores.map((store) => notifierOf(store, { recipients, matters }));
    for (const subject of ["erp", "mail", "shop"]) {
      await Promise.all(all.map(({ notifier }) => notifier.look()));
      matters.push(matterOf({ subject }));
    }
    await Promise.all(all.map(({ notifier }) => notifier.look()));
    await Promise.all(all.map(({ settle }) => settle()));
    const last = stores.map((store) => notifierOf(store, { recipients, matters }));
    for (const { notifier, settle } of last) {
      await notifier.look();
      await settle();
    }
    const subjects = sink.seen.flatMap(({ body }) => {
      const { matters: told } = JSON.parse(String(body)).data;
      return told.map(({ subject }: { subject: string }) => subject);
    });
    expect(subjects.toSorted()).toEqual(["crm", "erp", "mail", "shop"]);
  },
  TEST_MS,
);
