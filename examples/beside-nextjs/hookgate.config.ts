import { defineConfig } from "hookgate/config";

export default defineConfig({
  sources: {
    academy: { provider: "generic", secrets: [process.env.ACADEMY_SECRET] },
  },
  subscriptions: {
    app: {
      events: ["course.*"],
      endpoint: process.env.APP_URL ?? "http://127.0.0.1:3000/api/hooks",
      secret: process.env.HOOKS_SECRET,
    },
  },
  // The application is on this machine; addresses that are not public are refused unless they are named.
  privateHosts: ["127.0.0.1"],
});
