import { expect, test } from "@jest/globals";
import { makeRefused } from "../suite/make_refused.ts";
import { RefusedBuffer } from "./refused_buffer.ts";

const ALL = { requestsMax: 1_000, bytesMax: 1_000_000 };

let addresses = 0;

function newAddress(): string {
  addresses += 1;
  return `10.0.0.${addresses}`;
}

/** A request of exactly this many bytes, from an address of its own. */
function sized(bytes: number, source = "academy", address = newAddress()) {
  return makeRefused({
    source,
    address,
    url: "",
    headers: new Uint8Array(0),
    body: Buffer.alloc(bytes),
  });
}

test("RefusedBuffer keeps requests, in order, until they are removed", () => {
  const buffer = new RefusedBuffer(ALL);
  const requests = [makeRefused(), makeRefused(), makeRefused()];
  for (const request of requests) buffer.add(request);
  expect(buffer.peek(ALL).map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
  expect(buffer.size).toBe(3);
  buffer.remove(2);
  expect(buffer.peek(ALL).map(({ id }) => id)).toEqual([requests[2]?.id]);
});

test("RefusedBuffer copies the body, which may be a view of a larger buffer", () => {
  const buffer = new RefusedBuffer(ALL);
  const whole = new Uint8Array(65_536).fill(7);
  buffer.add(makeRefused({ body: whole.subarray(10, 20) }));
  whole.fill(0);
  const body = buffer.peek(ALL)[0]?.body;
  expect(body).toEqual(new Uint8Array(10).fill(7));
  expect(body?.buffer.byteLength).toBe(10);
});

test("RefusedBuffer drops and counts what exceeds its bounds", () => {
  const buffer = new RefusedBuffer({ requestsMax: 4, bytesMax: 100 });
  for (const source of ["a", "a", "a", "b", "b", "c"]) buffer.add(sized(1, source));
  // One source gets half of it.
  expect(buffer.peek(ALL).map(({ source }) => source)).toEqual(["a", "a", "b", "b"]);
  expect(buffer.takeDropped()).toBe(2);
  expect(buffer.takeDropped()).toBe(0);
  buffer.remove(4);
  buffer.add(sized(51, "a"));
  expect(buffer.hasRoom({ source: "a", address: "::1" }, 51)).toBe(false);
  expect(buffer.takeDropped()).toBe(1);
  buffer.add(sized(50, "a"));
  buffer.add(sized(1, "a"));
  buffer.add(sized(50, "b"));
  expect(buffer.size).toBe(2);
  expect(buffer.hasRoom({ source: "c", address: "::1" }, 1)).toBe(false);
  buffer.remove(1);
  expect(buffer.hasRoom({ source: "a", address: "::1" }, 50)).toBe(true);
});

test("RefusedBuffer leaves room for other addresses of the same source", () => {
  const buffer = new RefusedBuffer({ requestsMax: 8, bytesMax: 1_000 });
  for (const n of [1, 2, 3]) buffer.add(sized(n, "a", "2001:db8::1"));
  expect(buffer.hasRoom({ source: "b", address: "2001:db8::2" }, 1)).toBe(false);
  buffer.add(sized(4, "a", "203.0.113.1"));
  expect(buffer.peek(ALL).map(({ body }) => body.length)).toEqual([1, 2, 4]);
  buffer.remove(1);
  expect(buffer.hasRoom({ source: "b", address: "2001:db8::2" }, 1)).toBe(true);
  expect(buffer.hasRoom({ source: "b", address: "2001:db8::2" }, 250)).toBe(false);
});

test("RefusedBuffer.peek() returns as many as fit, and one that is too large by itself", () => {
  const buffer = new RefusedBuffer({ requestsMax: 100, bytesMax: 1_000 });
  for (const bytes of [400, 10, 10, 10]) buffer.add(sized(bytes));
  const sizes = (bounds: typeof ALL) => buffer.peek(bounds).map(({ body }) => body.length);
  expect(sizes({ requestsMax: 10, bytesMax: 20 })).toEqual([400]);
  buffer.remove(1);
  expect(sizes({ requestsMax: 10, bytesMax: 20 })).toEqual([10, 10]);
  expect(sizes({ requestsMax: 1, bytesMax: 20 })).toEqual([10]);
  expect(sizes(ALL)).toEqual([10, 10, 10]);
});
