import { defineConfig } from "hookgate/config";

// The compose files mount this folder at /etc/hookgate.
export default defineConfig({
  sources: {
    academy: { provider: "generic", secrets: [process.env.WEBHOOK_SECRET] },
  },
  subscriptions: {
    enrolments: { events: ["course.enrolled"], handler: "./handlers/enrolments.ts" },
  },
  // The network of the proxy in mongodb.yaml; with embedded.yaml nobody calls from there.
  trustedProxies: ["172.30.80.0/24"],
});
