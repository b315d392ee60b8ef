import { makeEvent } from "@hookgate/testing";
import { DEDUPE_RULES, EVENT_FLAGS } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { newCapture } from "../suite/fixtures.ts";
import { packCaptures, readCaptures } from "./packed_captures.ts";
import { packFlags } from "./rows.ts";

test("readCaptures() reads what packCaptures() packed, on the other side of a thread", () => {
  const texts = ["", "plain", "\u0000 and \ud83d\ude00", "\ud800", "ü".repeat(300)];
  const captures = texts.flatMap((text, index) =>
    DEDUPE_RULES.map((dedupe) => {
      const event = makeEvent({
        type: text,
        providerEventId: text,
        addressChain: text,
        receivedAt: 1_767_225_600_000.5,
        dedupe,
        bodyWindowMs: index * 1_000,
        flags: EVENT_FLAGS.slice(0, index),
        body: Buffer.from(text.repeat(index)),
        headers: Buffer.from(text),
      });
      const skipped = index === 3 ? [{ subscription: "a", reason: "source" }] : [];
      return { ...newCapture(event, index % 2 === 0 ? [] : ["mail"]), event, skipped };
    }),
  );
  const input = packCaptures(captures, 7);
  const read = readCaptures(structuredClone(input));
  expect(input.revision).toBe(7);
  expect(read).toHaveLength(captures.length);
  for (const [index, { event, deliveries, skipped }] of captures.entries()) {
    const { headers, body, bodySha256, flags, ...rest } = event;
    const { headers: h, body: b, sha256, ...found } = read[index] ?? missing();
    expect(found).toEqual({ ...rest, flags: packFlags(flags), deliveries, skipped });
    expect([h, b, sha256].map((bytes) => Buffer.from(bytes))).toEqual(
      [headers, body, bodySha256].map((bytes) => Buffer.from(bytes)),
    );
  }
});

function missing(): never {
  throw new Error("Cannot compare: nothing was read");
}
