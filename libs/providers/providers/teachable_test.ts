import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { teachable } from "./teachable.ts";

const TOKEN = "0123456789abcdef";
const EVENT = { type: "Enrollment.completed", id: 7, hook_event_id: 47692296, object: { id: 7 } };

checkProvider(teachable);

test.each([
  ["the token", `?token=${TOKEN}`, { ok: true, intact: false }],
  ["it among others", `?a=1&token=${TOKEN}`, { ok: true, intact: false }],
  ["none", "", { ok: false, reason: "missing_header" }],
  ["another", "?token=0123456789abcdee", { ok: false, reason: "no_match" }],
  ["an empty one", "?token=", { ok: false, reason: "no_match" }],
  ["two", `?token=${TOKEN}&token=${TOKEN}`, { ok: false, reason: "malformed_header" }],
  ["it under another name", `?Token=${TOKEN}`, { ok: false, reason: "missing_header" }],
])("teachable judges a URL with %s", async (_, query, verdict) => {
  const url = `https://hooks.example.com/api/webhooks/school${query}`;
  const request = incoming({ ...sampleRequest(teachable), url }, NOW);
  const secrets = [{ id: "1", value: TOKEN }];
  expect(await verify(teachable.recipe, request, { secrets })).toMatchObject(verdict);
});

test.each([
  ["an event", EVENT, "course.completed", "47692296"],
  ["a list of one", [EVENT], "course.completed", "47692296"],
  ["a list of two of a type", [EVENT, EVENT], "course.completed", ""],
  ["a list of two types", [EVENT, { ...EVENT, type: "Enrollment.created" }], "mixed", ""],
  ["an empty list", [], "unknown", ""],
  ["no event", { id: 7 }, "unknown", ""],
  ["nothing", null, "unknown", ""],
])("teachable reads %s", (_, event, type, providerEventId) => {
  const request = { ...sampleRequest(teachable), body: Buffer.from(JSON.stringify(event)) };
  expect(describeEvent(teachable, incoming(request, NOW))).toMatchObject({ type, providerEventId });
});
