import { defineConfig } from "hookgate/config";

export default defineConfig({
  sources: {
    stripe: { provider: "stripe", secrets: [process.env.STRIPE_SECRET] },
  },
  subscriptions: {
    // The specification's names: Stripe's own are payment_intent.succeeded and charge.refunded.
    ledger: {
      events: ["payment.success", "payment.refunded"],
      handler: "./ledger.ts",
    },
  },
  handlerEnv: ["LEDGER_FILE"],
});
