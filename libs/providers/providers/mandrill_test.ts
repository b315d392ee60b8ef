import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { mandrill } from "./mandrill.ts";

const withForm = (change: (form: URLSearchParams) => void) => (request: OutgoingRequest) => {
  const form = new URLSearchParams(Buffer.from(request.body).toString());
  change(form);
  return { ...request, body: Buffer.from(form.toString()) };
};

checkProvider(mandrill, {
  tampered: [
    withForm((form) => form.set("mandrill_events", "[]")),
    withForm((form) => form.set("other", "1")),
    withForm((form) => form.delete("mandrill_events")),
  ],
});

test.each([
  ["the documented formula", "https://hooks.example.com/mandrill", { ok: true, intact: false }],
  ["another URL", "https://hooks.example.com/other", { ok: false, reason: "no_match" }],
])("mandrill judges a signature of %s", async (_, url, expected) => {
  const request = { ...sampleRequest(mandrill), url: "https://hooks.example.com/mandrill" };
  const form = new URLSearchParams(Buffer.from(request.body).toString());
  const fields = [...form.keys()].sort().map((name) => name + form.get(name));
  const mac = createHmac("sha1", "key")
    .update(url + fields.join(""))
    .digest("base64");
  const headers = { ...request.headers, "x-mandrill-signature": mac };
  const secrets = [{ id: "1", value: "key" }];
  const seen = incoming({ ...request, headers }, NOW);
  expect(await verify(mandrill.recipe, seen, { secrets })).toMatchObject(expected);
});

test.each([
  ['[{"event":"open"},{"event":"open"}]', "open"],
  ['[{"event":"open"},{"event":"click"}]', "mixed"],
  // https://mandrill.zendesk.com/hc/en-us/articles/360039233253
  [
    '[{"type":"blacklist","action":"remove","reject":{"reason":"hard-bounce"},"ts":1}]',
    "blacklist.remove",
  ],
  ['[{"event":"open"},{"type":"whitelist","action":"add","reject":{},"ts":1}]', "mixed"],
  ['[{"type":"blacklist","ts":1}]', "unknown"],
  ["[]", "test"],
  ["{}", "unknown"],
  ["[", "unknown"],
])("mandrill reads %s", (events, type) => {
  const body = Buffer.from(new URLSearchParams({ mandrill_events: events }).toString());
  const seen = incoming({ ...sampleRequest(mandrill), body }, NOW);
  expect(describeEvent(mandrill, seen).type).toBe(type);
});
