import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { intuit } from "./intuit.ts";

const PAYMENT = { id: "e1", type: "qbo.payment.created.v1" };
const CUSTOMER = { id: "e2", type: "qbo.customer.updated.v1" };

checkProvider(intuit);

test("intuit verifies what its documented formula signs", async () => {
  const request = sampleRequest(intuit);
  const signature = createHmac("sha256", "token").update(request.body).digest("base64");
  const seen = incoming({ ...request, headers: { "intuit-signature": signature } }, NOW);
  const verdict = await verify(intuit.recipe, seen, { secrets: [{ id: "1", value: "token" }] });
  expect(verdict).toMatchObject({ ok: true, signature });
});

test.each<[string, unknown, string, string]>([
  ["one event", [PAYMENT], "payment.success", "e1"],
  ["several events of one type", [PAYMENT, PAYMENT], "payment.success", ""],
  ["events of two types", [PAYMENT, CUSTOMER], "mixed", ""],
  ["no event", [], "unknown", ""],
  ["an event without a type", [PAYMENT, { id: "e3" }], "unknown", ""],
  ["one change, in the old form", changes([["Payment", "Create"]]), "payment.success", ""],
  [
    "changes of two companies, in the old form",
    changes([["Payment", "Create"]], [["Customer", "Update"]]),
    "mixed",
    "",
  ],
  [
    "changes of one type in two companies, in the old form",
    changes([["Customer", "Update"]], [["Customer", "Update"]]),
    "Customer.Update",
    "",
  ],
  ["no change, in the old form", changes([]), "unknown", ""],
  ["a change without an operation, in the old form", changes([["Payment", ""]]), "unknown", ""],
])("intuit describes a request with %s", (_, content, type, providerEventId) => {
  const body = Buffer.from(JSON.stringify(content));
  const request = incoming({ ...sampleRequest(intuit), body }, NOW);
  expect(describeEvent(intuit, request)).toMatchObject({ type, providerEventId });
});

function changes(...companies: readonly (readonly [name: string, operation: string])[][]): object {
  return {
    eventNotifications: companies.map((entities) => ({
      realmId: "1",
      dataChangeEvent: {
        entities: entities.map(([name, operation]) => ({ name, id: "1", operation })),
      },
    })),
  };
}
