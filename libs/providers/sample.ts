import type { Provider, Sample } from "./provider.ts";

/** An event as the provider sends it with one of its schemes. */
export function schemeSample(
  provider: Pick<Provider, "sample" | "schemeSamples">,
  { scheme, type, now }: { scheme: string; type: string; now: Date },
): Sample {
  const sample = provider.schemeSamples?.[scheme] ?? provider.sample;
  return sample(type, now);
}

/** The provider's type for one of the specification's: the first that `canonical` maps to it, else the type itself. */
export function providerType(canonical: Provider["canonical"], type: string): string {
  for (const [own, mapped] of Object.entries(canonical)) if (mapped === type) return own;
  return type;
}

const PAYMENT = { paymentId: "pay_1", studentId: "stu_1", amount: 4_900, currency: "EUR" };
const SUBSCRIPTION = { subscriptionId: "sub_1", studentId: "stu_1", plan: "monthly" };
const COURSE = { studentId: "stu_1", courseId: "course_1" };

/** By type of the specification. A Map, so that `constructor` is not found. */
const DATA: ReadonlyMap<string, object> = new Map<string, object>([
  ["payment.success", PAYMENT],
  ["payment.failed", { ...PAYMENT, reason: "card_declined" }],
  ["payment.refunded", { ...PAYMENT, refundId: "ref_1" }],
  ["subscription.created", SUBSCRIPTION],
  ["subscription.cancelled", { ...SUBSCRIPTION, reason: "requested" }],
  ["course.enrolled", COURSE],
  ["course.completed", { ...COURSE, grade: 92 }],
  ["module.completed", { ...COURSE, moduleId: "module_1" }],
  ["assessment.submitted", { ...COURSE, assessmentId: "assessment_1", score: 87 }],
]);

/** Example data of a school's event of this type; something small for any other type. */
export function sampleData(type: string): object {
  return DATA.get(type) ?? { example: true };
}
