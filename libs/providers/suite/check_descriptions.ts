import { incoming } from "@hookgate/signature";
import { WEBHOOK_EVENT_TYPES } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { describeEvent } from "../describe_event.ts";
import type { Provider } from "../provider.ts";
import { jsonBytes, text } from "./arbitraries.ts";
import { NOW, sampleRequest } from "./scheme.ts";

/** Holds what is said of samples to what they are, and what is said of any bytes to its form. */
export function checkDescriptions(provider: Provider, { url }: { url?: string }): void {
  const describeSample = (type: string) => {
    const request = sampleRequest(provider, url === undefined ? { type } : { type, url });
    return describeEvent(provider, incoming(request, NOW));
  };

  test.each([...provider.sampleTypes])("describes its sample %s", (type) => {
    const expected = { type: provider.canonical[type] ?? type, providerType: type, readable: true };
    expect(describeSample(type)).toMatchObject(expected);
    expect(describeSample(type)).toEqual(describeSample(type));
  });

  const mapped = new Set(Object.values(provider.canonical));
  test("has a sample of every type of the specification that it maps to", () => {
    for (const type of mapped) {
      expect(WEBHOOK_EVENT_TYPES).toContain(type);
      expect(describeSample(type).type).toBe(type);
    }
  });

  test("describes any bytes, and says a printable type", () => {
    const body = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.jsonValue().map(jsonBytes));
    fc.assert(
      fc.property(body, text, (bytes, value) => {
        const seen = { ...incoming(sampleRequest(provider), NOW), body: bytes };
        for (const headers of [seen.headers, () => [], () => [value], () => [value, value]]) {
          const { type, providerEventId } = describeEvent(provider, { ...seen, headers });
          expect(type).toMatch(/^[^\p{Cc}\p{Cs}]{1,200}$/u);
          expect(providerEventId).toMatch(/^[^\p{Cc}\p{Cs}]{0,500}$/u);
        }
      }),
      { numRuns: 300 },
    );
  });
}
