import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { microsoftGraph } from "./microsoft_graph.ts";

checkProvider(microsoftGraph, {
  tampered: [
    (request) => withItem(request, { clientState: "other" }),
    (request) => withItem(request, {}),
    (request) => ({ ...request, body: Buffer.from('{"value":[]}') }),
    (request) => ({ ...request, body: Buffer.from('{"validationTokens":[]}') }),
  ],
});

const TOKEN =
  "Validation: Testing client application reachability for subscription Request-Id: 522a8e7e-096a-494c-aaf1-ac0dcfca45b7";

test("microsoft_graph refuses a request that holds a stranger's notification, too", async () => {
  const items = [
    { changeType: "created", clientState: "ours" },
    { changeType: "created", clientState: "theirs" },
  ];
  const judge = (value: readonly object[]) => {
    const body = Buffer.from(JSON.stringify({ value }));
    const seen = incoming({ ...sampleRequest(microsoftGraph), body }, NOW);
    return verify(microsoftGraph.recipe, seen, { secrets: [{ id: "1", value: "ours" }] });
  };
  expect(await judge(items.slice(0, 1))).toMatchObject({ ok: true, intact: false });
  expect(await judge(items)).toEqual({ ok: false, reason: "no_match" });
  expect(await judge(items.toReversed())).toEqual({ ok: false, reason: "no_match" });
});

test("microsoft_graph answers a validation with the decoded token, as text", () => {
  expect(ask(`validationToken=${encodeURIComponent(TOKEN)}`)).toEqual({
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    body: TOKEN,
  });
});

test.each(["", "%3Cscript%3E", "a%0D%0Ab", "%7B%7D", "a&validationToken=b"])(
  "microsoft_graph does not send back validationToken=%s",
  (token) => {
    expect(ask(`validationToken=${token}`)).toMatchObject({ status: 400, body: "" });
  },
);

test("microsoft_graph takes a request without a token for an event", () => {
  expect(ask("")).toBeNull();
});

test.each([
  ['{"value":[{"changeType":"updated"},{"changeType":"updated"}]}', "updated"],
  ['{"value":[{"changeType":"updated"},{"changeType":"deleted"}]}', "mixed"],
  ['{"value":[{"lifecycleEvent":"missed"}]}', "missed"],
  ['{"value":[{}]}', "unknown"],
  ['{"value":[]}', "unknown"],
])("microsoft_graph describes %s", (body, type) => {
  const request = { ...sampleRequest(microsoftGraph), body: Buffer.from(body) };
  expect(describeEvent(microsoftGraph, incoming(request, NOW)).type).toBe(type);
});

/** With one more notification. */
function withItem(request: OutgoingRequest, item: object): OutgoingRequest {
  const { value } = JSON.parse(Buffer.from(request.body).toString());
  const body = Buffer.from(JSON.stringify({ value: [...value, item] }));
  return { ...request, body };
}

function ask(query: string) {
  const url = `https://hooks.example.com/api/webhooks/graph?${query}`;
  const request = { ...sampleRequest(microsoftGraph), url };
  const options = { secrets: [], settings: {} };
  return microsoftGraph.handshake?.answer(incoming(request, NOW), options);
}
