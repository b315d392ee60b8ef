import type { Reach } from "@hookgate/rpc";
import { expect, test } from "@jest/globals";
import { compileReach } from "./reach.ts";

const EVERYTHING = { types: ["*"], sources: ["*"] };
const PAYMENTS: Reach = { name: "crm", types: ["payment.*"], sources: ["crm/*"] };

test("compileReach() allows a caller without tokens everything", () => {
  const reach = compileReach(null, { name: "crm" });
  expect(reach?.covers({ events: ["*"], sources: ["*"] })).toBe(true);
  expect(reach?.admits({ type: "a", source: "b" })).toBe(true);
});

test.each([
  ["crm", "crm", true],
  ["crm", "crm2", false],
  ["crm-*", "crm-eu", true],
  ["crm-*", "crm", false],
  ["*", "anything", true],
])("the name %s allows %s: %s", (name, wanted, allowed) => {
  expect(compileReach([{ name, ...EVERYTHING }], { name: wanted }) !== null).toBe(allowed);
});

test.each([
  [["payment.success"], ["crm/eu"], true],
  [["payment.*"], ["crm/*"], true],
  [["payment.re*"], ["crm/*"], true],
  [["payment.success", "course.enrolled"], ["crm/eu"], false],
  [["*"], ["crm/*"], false],
  [["pay*"], ["crm/*"], false],
  [["*payment.*"], ["crm/*"], false],
  [["payment.*"], ["*"], false],
  [["payment.*"], ["crm/*", "shop"], false],
])("types %j of sources %j are covered: %s", (events, sources, covered) => {
  expect(compileReach([PAYMENTS], { name: "crm" })?.covers({ events, sources })).toBe(covered);
});

test("several scopes for a name add up, each with its own types and sources", () => {
  const shop: Reach = { name: "c*", types: ["order.*"], sources: ["shop"] };
  const reach = compileReach([PAYMENTS, shop], { name: "crm" });
  expect(reach?.covers({ events: ["payment.*"], sources: ["crm/*"] })).toBe(true);
  expect(reach?.covers({ events: ["order.*"], sources: ["shop"] })).toBe(true);
  expect(reach?.covers({ events: ["order.*", "payment.*"], sources: ["shop"] })).toBe(false);
  expect(reach?.admits({ type: "order.new", source: "shop" })).toBe(true);
  expect(reach?.admits({ type: "order.new", source: "crm/eu" })).toBe(false);
  expect(reach?.admits({ type: "payment.success", source: "crm/eu" })).toBe(true);
});
