import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { VerifiedWebhook } from "@hookgate/providers";
import { verifyHono } from "@hookgate/providers/hono";
import { expect, test } from "@jest/globals";
import { Hono } from "hono";
import { askFramework, META, STRIPE, TWILIO } from "./suite/ask_framework.ts";

test("verifyHono() lets events through, with their bytes, and answers everything else", async () => {
  const events: VerifiedWebhook[] = [];
  const app = new Hono<{ Variables: { webhook: VerifiedWebhook } }>();
  for (const [path, verifier] of [
    ["/stripe", STRIPE],
    ["/meta", META],
    ["/twilio", TWILIO],
  ] as const) {
    app.all(path, verifyHono(verifier), (context) => {
      events.push(context.get("webhook"));
      return context.json({ received: true });
    });
  }
  await using served = await serve((request) => app.fetch(request));
  await askFramework(served.origin, events);
  expect(events.map(({ provider }) => provider)).toEqual(["stripe", "twilio"]);
});

/** Node's own server in front of what takes a Web `Request`. */
async function serve(take: (request: Request) => Response | Promise<Response>) {
  const server = createServer(async (incoming, outgoing) => {
    const { method = "GET", headers, url } = incoming;
    const body = method === "GET" ? null : (Readable.toWeb(incoming) as ReadableStream);
    const all = headers as Record<string, string>;
    const init = { method, headers: all, body, duplex: "half" } as RequestInit;
    const response = await take(new Request(`http://${headers.host}${url}`, init));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
