import { defineConfig } from "hookgate/config";

export default defineConfig({
  sources: {
    github: { provider: "github", secrets: [process.env.GITHUB_SECRET] },
  },
  subscriptions: {
    slack: {
      events: ["push"],
      // Deleting a branch is a push, too.
      where: { "/deleted": { not: true } },
      handler: "./slack.ts",
      timeout: 10_000,
    },
  },
  handlerEnv: ["SLACK_WEBHOOK_URL"],
});
