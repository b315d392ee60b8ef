import { defineConfig } from "hookgate/config";

export default defineConfig({
  sources: {
    // A sender that Hookgate does not know: how it signs, and where its events' type and id are.
    courses: {
      recipe: {
        kind: "hmac",
        scheme: "courses",
        signature: { header: "x-courses-signature" },
        digest: "sha256",
        encoding: "hex",
        signed: ["timestamp", { literal: "." }, "body"],
        timestamp: {
          from: { header: "x-courses-timestamp" },
          unit: "s",
          pastSecondsMax: 300,
          futureSecondsMax: 300,
        },
      },
      describe: { type: { json: "/type" }, id: { json: "/id" } },
      secrets: [process.env.COURSES_SECRET],
    },
  },
  subscriptions: {
    progress: {
      events: ["course.*", "module.*"],
      // One event of a student at a time, in the order they came; other students do not wait.
      orderBy: "/data/studentId",
      handler: "./progress.ts",
      retry: { delays: [200, 1_000, 10_000, 60_000, 600_000] },
    },
  },
  handlerEnv: ["PROGRESS_FILE"],
});
