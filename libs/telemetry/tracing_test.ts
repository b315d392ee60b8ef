import { expect, test } from "@jest/globals";
import { createLog } from "./create_log.ts";
import { openTracing } from "./open_tracing.ts";
import { captureOf, eventPlace, readTraceparent, writeTraceparent } from "./tracing.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [` 00-${TRACE}-${SPAN}-00 `, false],
  // A flag that is not known yet, and a version that has more parts.
  [`00-${TRACE}-${SPAN}-03`, true],
  [`01-${TRACE}-${SPAN}-00-more`, false],
])("readTraceparent() reads %j", (text, sampled) => {
  expect(readTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, sampled });
});

test.each([
  "",
  TRACE,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE}-${SPAN}`,
  `01-${TRACE}-${SPAN}-01-${"x".repeat(1_000)}`,
])("readTraceparent() takes %j for none", (text) => {
  expect(readTraceparent(text)).toBeNull();
});

test("the place of an event's request is read from its id, and that of its capture from that", () => {
  const place = eventPlace("evt_01a20b99e05c74c885e70fb232bfaf6c");
  expect(place).toEqual({
    traceId: "01a20b99e05c74c885e70fb232bfaf6c",
    spanId: "85e70fb232bfaf6c",
  });
  const request = writeTraceparent({ ...place, sampled: true });
  expect(request).toBe("00-01a20b99e05c74c885e70fb232bfaf6c-85e70fb232bfaf6c-01");
  expect(captureOf(request)).toBe("00-01a20b99e05c74c885e70fb232bfaf6c-c5e70fb232bfaf6c-01");
  for (const variant of ["8", "9", "a", "b"]) {
    const other = captureOf(request.replace("-85e7", `-${variant}5e7`));
    expect(readTraceparent(other)?.spanId).toMatch(/^[c-f]5e70fb232bfaf6c$/);
  }
});

test("openTracing() opens nothing unless traces are wanted", async () => {
  const log = createLog({ name: "x", level: "silent" });
  expect(await openTracing({ name: "edge", wanted: false, log })).toBeNull();
});
