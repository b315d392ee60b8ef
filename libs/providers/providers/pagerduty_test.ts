import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { pagerduty } from "./pagerduty.ts";

const ACME = "https://acme.pagerduty.com";
const API = "https://api.pagerduty.com";

/** Secret, body and signature are those of the tests of PagerDuty's own package for Go, `webhookv3`. */
const SECRET = "lDQHScfUeXUKaQRNF+8XIiDKZ7XX3itBAYzwU0TARw8lJqRnkKl2iB1anSb0Z+IK";
const V1 = "v1=0c0b9495b893a39e70d1fea2fe11fbe0a825f88b9f67846f6cc07dd2bc5476cd";
const WRONG = "v1=7020c8a7ec668a9b7012bc3dd82e483394b038f4230acc6785efbf2a7d8bcaf5";
const EVENT = {
  event: {
    id: "01BWDWL3NYY7LUFPZCC28QUCMK",
    event_type: "incident.priority_updated",
    resource_type: "incident",
    occurred_at: "2021-04-26T17:36:27.458Z",
    agent: reference("users", "PLH1HKV", { summary: "Tenex Engineer", type: "user_reference" }),
    client: null,
    data: {
      id: "PGR0VU2",
      type: "incident",
      self: `${API}/incidents/PGR0VU2`,
      html_url: `${ACME}/incidents/PGR0VU2`,
      number: 2,
      status: "triggered",
      title: "A little bump in the road",
      service: reference("services", "PF9KMXH", {
        summary: "API Service",
        type: "service_reference",
      }),
      assignees: [reference("users", "PTUXL6G", { summary: "User 123", type: "user_reference" })],
      escalation_policy: reference("escalation_policies", "PUS0KTE", {
        summary: "Default",
        type: "escalation_policy_reference",
      }),
      teams: [reference("teams", "PFCVPS0", { summary: "Engineering", type: "team_reference" })],
      priority: {
        html_url: `${ACME}/account/incident_priorities`,
        id: "PSO75BM",
        self: `${API}/priorities/PSO75BM`,
        summary: "P1",
        type: "priority_reference",
      },
      urgency: "high",
      conference_bridge: { conference_number: 1000, conference_url: "https://example.com" },
      resolve_reason: null,
    },
  },
};

checkProvider(pagerduty);

test.each([
  ["the example", V1, { ok: true, intact: true }],
  ["a wrong signature before it", `${WRONG},${V1}`, { ok: true }],
  ["a wrong signature after it", `${V1},${WRONG}`, { ok: true }],
  ["another version beside it", `v2=abc,${V1}`, { ok: true }],
  ["a wrong signature alone", WRONG, { ok: false, reason: "no_match" }],
  ["another version alone", V1.replace("v1", "v2"), { ok: false, reason: "unknown_version" }],
  ["no version", V1.slice(3), { ok: false, reason: "malformed_header" }],
  ["17 signatures", Array(17).fill(V1).join(","), { ok: false, reason: "malformed_header" }],
])("pagerduty judges a header with %s", async (_, header, verdict) => {
  const headers = { "x-pagerduty-signature": header };
  const body = Buffer.from(JSON.stringify(EVENT));
  const request = incoming({ ...sampleRequest(pagerduty), headers, body }, NOW);
  const secrets = [{ id: "1", value: SECRET }];
  expect(await verify(pagerduty.recipe, request, { secrets })).toMatchObject(verdict);
  expect(describeEvent(pagerduty, request)).toMatchObject({
    type: "incident.priority_updated",
    providerEventId: "01BWDWL3NYY7LUFPZCC28QUCMK",
  });
});

function reference(kind: string, id: string, what: { summary: string; type: string }) {
  return { html_url: `${ACME}/${kind}/${id}`, id, self: `${API}/${kind}/${id}`, ...what };
}
