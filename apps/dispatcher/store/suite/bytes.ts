import { expect, test } from "@jest/globals";
import { claimDue, commit, newCapture, newEvent, type SuiteContext } from "./fixtures.ts";

const MIB = 1024 * 1024;

const BODIES: [string, Uint8Array][] = [
  ["empty", new Uint8Array()],
  ["invalid UTF-8", Uint8Array.of(0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80)],
  ["NUL", Uint8Array.of(0x61, 0, 0x62, 0)],
  ["a BOM and CRLF", Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d, 13, 10)],
  ["every byte", Uint8Array.from({ length: 256 }, (_, n) => n)],
  ["1 MiB", Uint8Array.from({ length: MIB }, (_, n) => (n * 31 + (n >> 8)) & 255)],
  // A view into a larger buffer, as a body that was cut out of a message is.
  ["a view", Uint8Array.from({ length: 64 }, (_, n) => n).subarray(7, 19)],
  ["a pooled Buffer", Buffer.from("pooled")],
];

/** Bytes are bytes: what is read is what was stored, whoever reads it. */
export function testBytes(context: SuiteContext): void {
  test.each(BODIES)("commit() keeps a body to the byte: %s", async (_name, body) => {
    const { store } = context;
    const headers = Uint8Array.of(
      ...Buffer.from("x-name: caf\u00e9\r\nx-name: two\r\n", "latin1"),
      0xff,
    );
    const event = newEvent({ body, headers });
    const copy = Buffer.from(body);
    await commit(store, [newCapture(newEvent()), newCapture(event), newCapture(newEvent())]);
    // The caller's bytes stay the caller's.
    expect(Buffer.compare(event.body, copy)).toBe(0);

    const read = (await store.getEvent(event.id))?.event;
    const claimed = (await claimDue(store)).find((one) => one.event.id === event.id)?.event;
    for (const found of [read, claimed]) {
      expect(found?.body).toBeInstanceOf(Uint8Array);
      expect(Buffer.compare(found?.body ?? Buffer.from("none"), copy)).toBe(0);
      expect(Buffer.compare(found?.headers ?? Buffer.from("none"), headers)).toBe(0);
      expect(Buffer.compare(found?.bodySha256 ?? Buffer.from("none"), event.bodySha256)).toBe(0);
    }
  });

  test("commit() keeps the bytes of a buffer that the caller reuses once it has resolved", async () => {
    const { store } = context;
    const body = new TextEncoder().encode("before");
    const event = newEvent({ body });
    await commit(store, [newCapture(event)]);
    body.fill(0);
    const found = await store.getEvent(event.id);
    expect(Buffer.from(found?.event.body ?? []).toString()).toBe("before");
  });

  test.each([
    ["quotes", `'"\\;--`],
    ["beyond ASCII", "\u00e9\u4e2d\u{1f642}"],
    ["a NUL", "a\u0000b"],
    ["an operator of a query language", "$where"],
    ["a dotted path", "a.b.c"],
    ["the name of a property of every object", "__proto__"],
  ])("commit() keeps texts as they are: %s", async (_name, text) => {
    const { store } = context;
    const part = {
      source: text,
      type: text,
      providerType: text,
      providerEventId: text,
      secretId: text,
      address: text,
      addressChain: text,
    };
    const event = newEvent(part);
    await commit(store, [newCapture(event, [text])]);
    const found = await store.getEvent(event.id);
    expect(found?.event).toMatchObject(part);
    expect(found?.deliveries[0]?.subscription).toBe(text);
    expect(await claimDue(store, { slots: Object.fromEntries([[text, 1]]) })).toHaveLength(1);
    expect((await store.listEvents({ limit: 10, type: text, source: text })).events).toHaveLength(
      1,
    );
  });
}
