import { defineConfig } from "hookgate/config";

export default defineConfig({
  // Who sends. Its webhooks go to /api/webhooks/academy, signed with this secret.
  sources: {
    academy: { provider: "generic", secrets: [process.env.WEBHOOK_SECRET] },
  },

  // Who wants which events. An event that nobody wants is kept, and listed as unhandled.
  subscriptions: {
    payment_success: {
      events: ["payment.success"],
      handler: "./apps/dispatcher/handlers/payment_success.ts",
    },
    payment_failed: {
      events: ["payment.failed"],
      handler: "./apps/dispatcher/handlers/payment_failed.ts",
    },
    payment_refunded: {
      events: ["payment.refunded"],
      handler: "./apps/dispatcher/handlers/payment_refunded.ts",
    },
    subscription_created: {
      events: ["subscription.created"],
      handler: "./apps/dispatcher/handlers/subscription_created.ts",
    },
    subscription_cancelled: {
      events: ["subscription.cancelled"],
      handler: "./apps/dispatcher/handlers/subscription_cancelled.ts",
    },
    course_enrolled: {
      events: ["course.enrolled"],
      handler: "./apps/dispatcher/handlers/course_enrolled.ts",
      retry: "fast", // 3 retries in 7 seconds; without it 8 retries over a day
    },
    course_completed: {
      events: ["course.completed"],
      handler: "./apps/dispatcher/handlers/course_completed.ts",
    },
    module_completed: {
      events: ["module.completed"],
      handler: "./apps/dispatcher/handlers/module_completed.ts",
    },
    assessment_submitted: {
      events: ["assessment.submitted"],
      handler: "./apps/dispatcher/handlers/assessment_submitted.ts",
    },
  },
});
