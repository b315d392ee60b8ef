import { expect, test } from "@jest/globals";
import { HandlerLines, LINES_PER_BEAT_MAX } from "./handler_lines.ts";

const IDS = { eventId: "evt_1", deliveryId: "dlv_1" };

test("HandlerLines keeps level, message, fields and ids", () => {
  let written = 0;
  const lines = new HandlerLines(() => {
    written += 1;
  });
  const log = lines.logOf(IDS);
  log.debug("a");
  log.info("b", { n: 1 });
  log.warn("c", {});
  log.error("d", { error: new Error("why"), big: 1n });
  expect(written).toBe(4);
  const taken = lines.drain();
  expect(taken.map(({ level }) => level)).toEqual(["debug", "info", "warn", "error"]);
  expect(taken[0]).toEqual({ level: "debug", message: "a", fields: "", ...IDS });
  expect(taken[1]?.fields).toBe('{"n":1}');
  expect(JSON.parse(taken[3]?.fields ?? "")).toMatchObject({
    error: expect.stringContaining("Error: why"),
    big: "1",
  });
  expect(lines.drain()).toEqual([]);
});

test("HandlerLines never throws for anything logged", () => {
  const lines = new HandlerLines(() => {});
  const log = lines.logOf(IDS) as { info: (message: unknown, fields?: unknown) => void };
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const hostile = {
    toJSON() {
      throw new Error("no");
    },
  };
  log.info(Symbol("s"), circular);
  log.info(null, hostile);
  log.info("x".repeat(1_000_000), { long: "y".repeat(1_000_000) });
  log.info("\ud800", { f() {} });
  log.info("odd", { toJSON: () => undefined });
  const taken = lines.drain();
  expect(taken).toHaveLength(5);
  for (const { message, fields } of taken) {
    expect(message.length).toBeLessThanOrEqual(2_000);
    expect(message.isWellFormed()).toBe(true);
    expect(fields.length).toBeLessThanOrEqual(4_000);
    if (fields) JSON.parse(fields);
  }
});

test("HandlerLines drops what comes too fast, and says how much", () => {
  const lines = new HandlerLines(() => {});
  const log = lines.logOf(IDS);
  for (let count = 0; count < LINES_PER_BEAT_MAX + 7; count += 1) log.info("again");
  expect(lines.drain()).toHaveLength(LINES_PER_BEAT_MAX);
  lines.refill();
  log.info("later");
  const [dropped, later] = lines.drain();
  expect(dropped).toMatchObject({ level: "warn", fields: '{"dropped":7}', eventId: "" });
  expect(later?.message).toBe("later");
  lines.refill();
  expect(lines.drain()).toEqual([]);
});
