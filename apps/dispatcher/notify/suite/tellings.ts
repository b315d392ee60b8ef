import type { NotifyConfig, Recipient } from "@hookgate/config";
import { NOTICE_KINDS } from "@hookgate/types";
import { expect } from "@jest/globals";
import type { EventStore } from "../../store/contract/event_store.ts";
import { answer, EndpointServer } from "../../suite/endpoint_server.ts";
import { recordingLog } from "../../suite/recording_log.ts";
import type { Matter } from "../matters.ts";
import { readBook, writeBook } from "../notice_book.ts";
import { Notifier } from "../notifier.ts";
import { Senders } from "../senders.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** Matters that are so until they are taken out. */
export function matterOf(part: Partial<Matter> = {}): Matter {
  const words = {
    text: "crm is paused.",
    advice: "npx hookgate resume crm",
    path: "/subscriptions",
  };
  return { kind: "pause", subject: "crm", since: null, ...words, ...part };
}

/** An endpoint that is told. */
export function endpointRecipient(name: string, url: string): Recipient {
  const secrets = [{ id: "1", value: SECRET, state: "active", until: null }] as const;
  return { name, about: NOTICE_KINDS, target: { kind: "endpoint", url, secrets, headers: [] } };
}

/** A dispatcher's notifier that tells these recipients of these matters. */
export function notifierOf(
  store: EventStore,
  { recipients, matters }: { recipients: readonly Recipient[]; matters: Matter[] },
): { notifier: Notifier; settle: () => Promise<void> } {
  const config: NotifyConfig = { consoleUrl: null, recipients };
  const sent: Promise<unknown>[] = [];
  const senders = new Senders({ allowsPrivate: () => true });
  const notifier = new Notifier({
    store,
    config: () => config,
    readMatters: async () => [...matters],
    senders: {
      send(message, recipient) {
        const sending = senders.send(message, recipient);
        sent.push(sending);
        return sending;
      },
      close: () => senders.close(),
    },
    environment: null,
    log: recordingLog().log,
    everyMs: 0,
  });
  // What was sent is written down by close(), which breaks off only what is still on its way.
  const settle = async () => {
    await Promise.all(sent);
    await notifier.close();
  };
  return { notifier, settle };
}

/** Options for {@linkcode tellings}. */
export interface TellingsOptions {
  /** Opens a store of this address; a new one without it. The second of an address sees what the first has written. */
  open: (dispatcherId: string) => Promise<EventStore>;
  test: (name: string, body: () => Promise<void>) => void;
}

/** What telling promises on any store. */
export function tellings({ open, test }: TellingsOptions): void {
  test("of eight that look at once one tells, and after a restart nobody tells it again", async () => {
    const store = await open("one");
    await using sink = await EndpointServer.start(answer(200));
    const recipients = [endpointRecipient("oncall", sink.url())];
    const matters = [matterOf()];
    const all = Array.from({ length: 8 }, () => notifierOf(store, { recipients, matters }));
    await Promise.all(all.map(({ notifier }) => notifier.look()));
    await Promise.all(all.map(({ settle }) => settle()));
    expect(sink.seen).toHaveLength(1);

    const after = notifierOf(store, { recipients, matters });
    await after.notifier.look();
    await after.settle();
    expect(sink.seen).toHaveLength(1);

    matters.pop();
    const last = notifierOf(store, { recipients, matters });
    await last.notifier.look();
    await last.settle();
    expect(sink.seen.map(({ body }) => JSON.parse(String(body)).data.matters[0].state)).toEqual([
      "began",
      "over",
    ]);
  });

  test("what could not be sent is in the book, with why, and is sent later with the same id", async () => {
    const store = await open("one");
    await using sink = await EndpointServer.start([answer(500, { body: "no\nroom" }), answer(204)]);
    const recipients = [endpointRecipient("oncall", sink.url())];
    const matters = [matterOf()];
    const first = notifierOf(store, { recipients, matters });
    await first.notifier.look();
    await first.settle();
    const { revision, book } = await readBook(store);
    const { oncall } = book.recipients;
    expect(oncall).toMatchObject({ failures: 1, sentAt: null, claim: null });
    expect(oncall?.error).toBe(`127.0.0.1:${sink.port} answered 500: no room`);
    expect(book.notices).toMatchObject([{ told: [], untold: ["oncall"] }]);
    if (!oncall) throw new Error("the recipient has no state");
    // As if the wait were over.
    const waited = { ...book, recipients: { oncall: { ...oncall, nextAt: 0 } } };
    expect(await writeBook(store, { book: waited, revision })).toBe(true);
    const second = notifierOf(store, { recipients, matters });
    await second.notifier.look();
    await second.settle();
    const ids = sink.seen.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect((await readBook(store)).book).toMatchObject({
      notices: [{ told: ["oncall"], untold: [] }],
      recipients: { oncall: { failures: 0, error: "" } },
    });
  });

  test("who asks for time is given it, and a test that arrives has the rest told at once", async () => {
    const store = await open("one");
    const busy = answer(429, { headers: { "retry-after": "600" } });
    await using sink = await EndpointServer.start([busy, answer(204)]);
    const recipients = [endpointRecipient("oncall", sink.url())];
    const { notifier, settle } = notifierOf(store, { recipients, matters: [matterOf()] });
    await notifier.look();
    await settle();
    const stateOf = async () => (await readBook(store)).book.recipients["oncall"];
    const waitMs = ((await stateOf())?.nextAt ?? 0) - store.now();
    expect(waitMs).toBeGreaterThan(590_000);
    expect(waitMs).toBeLessThanOrEqual(600_000);

    const later = notifierOf(store, { recipients, matters: [matterOf()] });
    await later.notifier.look();
    expect(sink.seen).toHaveLength(1);
    expect(await later.notifier.test("oncall")).toMatchObject([{ sent: { ok: true } }]);
    expect(await stateOf()).toMatchObject({ failures: 0, error: "" });
    await later.notifier.look();
    await later.settle();
    const [first, , last] = sink.seen.map(({ headers }) => headers["webhook-id"]);
    expect(last).toBe(first);
    expect((await readBook(store)).book.notices).toMatchObject([{ told: ["oncall"], untold: [] }]);
  });
}
