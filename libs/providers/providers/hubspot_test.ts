import { incoming, type Recipe, sign, verify } from "@hookgate/signature";
import signatures from "@hubspot/api-client/lib/src/utils/signature.js";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { recipeFor } from "../source_provider.ts";
import { checkProvider, NOW, type Oracle, sampleRequest } from "../suite/provider_test_kit.ts";
import { hubspot } from "./hubspot.ts";

checkProvider(hubspot, {
  oracle: oracle("v3"),
  schemes: { hubspot_v2: { oracle: oracle("v2") }, hubspot_v1: { oracle: oracle("v1") } },
});

const CLIENT_SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
const SECRETS = [{ id: "1", value: CLIENT_SECRET }];

// Both in HubSpot's documentation and in the tests of its package.
const EXAMPLES = [
  {
    scheme: "hubspot_v1",
    method: "POST",
    url: "https://www.example.com/webhook_uri",
    body: '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]',
    signature: "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de",
  },
  {
    scheme: "hubspot_v2",
    method: "GET",
    url: "https://www.example.com/webhook_uri",
    body: "",
    signature: "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e",
  },
  {
    scheme: "hubspot_v2",
    method: "POST",
    url: "https://www.example.com/webhook_uri",
    body: '{"example_field":"example_value"}',
    signature: "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900",
  },
];

test.each(EXAMPLES)("hubspot verifies the worked example of $scheme, $method", async (example) => {
  const { scheme, method, url, body, signature } = example;
  const request = { method, url, headers: { "x-hubspot-signature": signature }, body };
  const seen = incoming({ ...request, body: Buffer.from(body) }, NOW);
  expect(await verify(schemeOf(scheme), seen, { secrets: SECRETS })).toMatchObject({
    ok: true,
    scheme,
  });
  // Where the source names no older version, its signature counts for nothing.
  expect(await verify(hubspot.recipe, seen, { secrets: SECRETS })).toEqual({
    ok: false,
    reason: "missing_header",
  });
});

test("hubspot decodes the escapes that the documentation lists in the URL, and no others", async () => {
  const listed = "%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B";
  const seen = `https://hooks.example.com/a?x=${listed}&lower=%3a%2f&kept=%20%25%26%3D%2B%23%C3%A9`;
  const meant = "https://hooks.example.com/a?x=:/?@!$'()*,;&lower=:/&kept=%20%25%26%3D%2B%23%C3%A9";
  const request = { ...sampleRequest(hubspot), url: meant };
  const timestamp = String(NOW);
  const signature = signatures.Signature.getSignature("POST", "v3", {
    signature: "",
    clientSecret: CLIENT_SECRET,
    requestBody: Buffer.from(request.body).toString(),
    url: meant,
    timestamp: NOW,
  });
  const headers = { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": timestamp };
  const judge = (url: string) =>
    verify(hubspot.recipe, incoming({ ...request, headers, url }, NOW), { secrets: SECRETS });
  expect(await judge(seen)).toMatchObject({ ok: true, signedAt: NOW });
  expect(await judge(decodeURIComponent(seen))).toEqual({ ok: false, reason: "no_match" });
});

test("hubspot refuses another method", async () => {
  const request = sign(hubspot.recipe, sampleRequest(hubspot), { secret: CLIENT_SECRET, now: NOW });
  const seen = incoming({ ...request, method: "PUT" }, NOW);
  expect(await verify(hubspot.recipe, seen, { secrets: SECRETS })).toEqual({
    ok: false,
    reason: "no_match",
  });
});

test.each([
  ['[{"subscriptionType":"a.b"},{"subscriptionType":"a.b"}]', "a.b"],
  ['[{"subscriptionType":"a.b"},{"subscriptionType":"c.d"}]', "mixed"],
  ['[{"subscriptionType":"a.b"},{}]', "unknown"],
  ['{"subscriptionType":"a.b"}', "a.b"],
  ["[]", "unknown"],
  // Of workflows: a company or deal, a contact, and a body that was written in the workflow.
  [
    '{"portalId":1,"objectType":"DEAL","objectTypeId":"0-3","objectId":2,"properties":{}}',
    "workflow",
  ],
  ['{"vid":251,"canonical-vid":251,"portal-id":1,"is-contact":true,"properties":{}}', "workflow"],
  ['{"example_field":"example_value"}', "workflow"],
  ["null", "unknown"],
  ["<a/>", "unknown"],
])("hubspot describes %s", (body, type) => {
  const request = { ...sampleRequest(hubspot), body: Buffer.from(body) };
  const described = describeEvent(hubspot, incoming(request, NOW));
  expect(described).toMatchObject({ type, providerEventId: "" });
});

test("hubspot describes a workflow's GET, which has no body", () => {
  const request = { ...sampleRequest(hubspot), method: "GET", body: new Uint8Array() };
  expect(describeEvent(hubspot, incoming(request, NOW))).toMatchObject({
    type: "workflow",
    readable: true,
    bodiesDiffer: false,
  });
});

function oracle(signatureVersion: string): Oracle {
  return {
    verify({ method, url, headers, body }, { secret }) {
      const timestamp = headers["x-hubspot-request-timestamp"] ?? "";
      // The reader of the header refuses what is not a number before the package sees it.
      if (signatureVersion === "v3" && !/^\d+$/.test(timestamp)) return false;
      const name = signatureVersion === "v3" ? "x-hubspot-signature-v3" : "x-hubspot-signature";
      return signatures.Signature.isValid({
        signature: headers[name] ?? "",
        clientSecret: secret,
        requestBody: Buffer.from(body).toString(),
        signatureVersion,
        url,
        method,
        timestamp: Number(timestamp),
      });
    },
  };
}

function schemeOf(scheme: string): Recipe {
  const recipe = recipeFor(hubspot, scheme);
  if (recipe === null) throw new TypeError(`Cannot find ${scheme}: it is none of HubSpot's`);
  return recipe;
}
