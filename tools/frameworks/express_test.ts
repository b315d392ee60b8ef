import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { VerifiedWebhook } from "@hookgate/providers";
import { verifyExpress } from "@hookgate/providers/express";
import { expect, test } from "@jest/globals";
import express from "express";
import { askFramework, META, STRIPE, TWILIO } from "./suite/ask_framework.ts";

test("verifyExpress() lets events through, with their bytes, and answers everything else", async () => {
  const events: VerifiedWebhook[] = [];
  const app = express();
  const take = (
    request: express.Request & { webhook?: VerifiedWebhook },
    response: express.Response,
  ) => {
    if (request.webhook) events.push(request.webhook);
    response.json({ received: true });
  };
  app.all("/stripe", verifyExpress(STRIPE), take);
  app.all("/meta", verifyExpress(META), take);
  app.all("/twilio", express.raw({ type: "*/*" }), verifyExpress(TWILIO), take);
  app.post("/parsed", express.json(), verifyExpress(STRIPE), take);
  app.use(((error, _request, response, _next) => {
    response.status(500).send(String(error));
  }) as express.ErrorRequestHandler);
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await askFramework(origin, events);
    const headers = { "content-type": "application/json" };
    const parsed = await fetch(`${origin}/parsed`, { method: "POST", headers, body: "{}" });
    expect(await parsed.text()).toContain("put verifyExpress() before express.json()");
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
