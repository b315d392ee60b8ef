import type { VerifiedWebhook } from "@hookgate/providers";
import { verifyFastify } from "@hookgate/providers/fastify";
import { test } from "@jest/globals";
import fastify from "fastify";
import { askFramework, META, STRIPE, TWILIO } from "./suite/ask_framework.ts";

test("verifyFastify() lets events through, with their bytes, and answers everything else", async () => {
  const events: VerifiedWebhook[] = [];
  const app = fastify();
  for (const [path, verifier] of [
    ["/stripe", STRIPE],
    ["/meta", META],
    ["/twilio", TWILIO],
  ] as const) {
    app.register(async (hooks) => {
      verifyFastify(hooks, verifier);
      hooks.all(path, async (request) => {
        const { webhook } = request as { webhook?: VerifiedWebhook };
        if (webhook) events.push(webhook);
        return { received: true };
      });
    });
  }
  const origin = await app.listen({ port: 0, host: "127.0.0.1" });
  try {
    await askFramework(origin, events);
  } finally {
    await app.close();
  }
});
