import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { learnworlds } from "./learnworlds.ts";

/** From the documentation's example of the header. */
const SECRET = "e8fad5b079d0977f61bc2d21fc5f461719e6478df7de56";
const HEADER = `v1=${SECRET}`;

checkProvider(learnworlds);

test("learnworlds sends the documentation's example of the header with any body", () => {
  for (const type of learnworlds.sampleTypes) {
    const request = sampleRequest(learnworlds, { type });
    const { headers } = sign(learnworlds.recipe, request, { secret: SECRET, now: NOW });
    expect(headers["learnworlds-webhook-signature"]).toBe(HEADER);
  }
});

test.each([
  ["the example", HEADER, { ok: true, intact: false }],
  ["it without its prefix", SECRET, { ok: false, reason: "malformed_header" }],
  ["it with another version", `v2=${SECRET}`, { ok: false, reason: "malformed_header" }],
  ["it with a letter more", `${HEADER}0`, { ok: false, reason: "no_match" }],
  ["the prefix alone", "v1=", { ok: false, reason: "no_match" }],
])("learnworlds judges a header with %s", async (_, header, verdict) => {
  const headers = { "learnworlds-webhook-signature": header };
  const request = incoming({ ...sampleRequest(learnworlds), headers }, NOW);
  const secrets = [{ id: "1", value: SECRET }];
  expect(await verify(learnworlds.recipe, request, { secrets })).toMatchObject(verdict);
});

test.each([
  [
    { type: "productBought", data: { payment: { product: { type: "course" } } } },
    "course.enrolled",
  ],
  [
    { type: "productBought", data: { payment: { product: { type: "bundle" } } } },
    "productBought.bundle",
  ],
  [{ type: "productBought", data: null }, "productBought"],
  [{ type: "enrolledFreeCourse", trigger: "enrolled_free" }, "course.enrolled"],
  [
    { type: "subscriptionPaymentPlanBought", trigger: "subscription_started" },
    "subscription.created",
  ],
  [
    { type: "subscriptionPaymentPlanBought", trigger: "installment_paid" },
    "subscriptionPaymentPlanBought.installment_paid",
  ],
  [
    { type: "subscriptionPaymentPlanCanceled", trigger: "subscription_cancelled" },
    "subscription.cancelled",
  ],
  [{ type: "awardedCertificate", trigger: "certificate_awarded" }, "awardedCertificate"],
])("learnworlds calls %j %s", (event, type) => {
  const body = Buffer.from(JSON.stringify(event));
  const request = incoming({ ...sampleRequest(learnworlds), body }, NOW);
  expect(describeEvent(learnworlds, request).type).toBe(type);
});
