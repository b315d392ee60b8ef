import { createHmac } from "node:crypto";
import type { ConfiguredSource } from "@hookgate/config";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type RunningEdge, runEdge } from "../suite/run_edge.ts";

/** A sender that nobody knows, with a habit of every kind. */
const SOURCE: ConfiguredSource = {
  name: "own",
  provider: "custom",
  secrets: [{ id: "1", value: "the secret", state: "active", until: null }],
  scheme: null,
  publicUrl: null,
  settings: {},
  allowedIps: { mode: "off", ranges: [] },
  recipe: {
    kind: "hmac",
    scheme: "own",
    signature: { header: "x-sign" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  describe: {
    type: [{ form: "payload", json: "/kind" }, { json: "/kind" }],
    id: null,
    canonical: { paid: "payment.success" },
  },
  handshake: {
    kind: "sign",
    methods: ["GET"],
    challenge: { query: "crc" },
    digest: "sha256",
    encoding: "hex",
  },
  methods: ["POST", "PUT"],
  ownResponse: { status: 202, contentType: "text/plain", body: "", emptyRefusals: true },
};

let running: RunningEdge;
beforeAll(async () => {
  running = await runEdge({ sources: [SOURCE] });
});
afterAll(() => running.stop());

const mac = (text: string) => createHmac("sha256", "the secret").update(text).digest("hex");

function send(method: string, body: string, signature = mac(body), query = "") {
  const form = "application/x-www-form-urlencoded";
  return running.send({
    method,
    url: `https://hooks.example.com/api/webhooks/own${query}`,
    headers: {
      "x-sign": signature,
      "content-type": body.startsWith("{") ? "application/json" : form,
    },
    body: Buffer.from(body),
  });
}

test.each([
  ["POST", '{"kind":"paid"}'],
  ["PUT", '{"kind":"paid","by":"PUT"}'],
  ["POST", `payload=${encodeURIComponent('{"kind":"paid"}')}`],
])(
  "an own recipe's event by %s, %s, is stored, and answered as the source says",
  async (method, body) => {
    const before = running.dispatcher.events.length;
    const answer = await send(method, body);
    expect([answer.status, await answer.text()]).toEqual([202, ""]);
    expect(running.dispatcher.events[before]).toMatchObject({
      type: "payment.success",
      providerType: "paid",
    });
  },
);

test("an own recipe's handshake is answered, and its answer is no event's signature", async () => {
  const answer = await send("GET", "", "", "?crc=kind=paid");
  expect(answer.status).toBe(200);
  const signature = await answer.text();
  expect(signature).toBe(mac("kind=paid"));
  const before = running.dispatcher.events.length;
  const forged = await send("POST", "kind=paid", signature);
  expect([forged.status, await forged.text()]).toEqual([401, ""]);
  expect(running.dispatcher.events).toHaveLength(before);
});

test("an own recipe's refusals have no body, and other methods are refused", async () => {
  const refused = await send("POST", "{}", "0".repeat(64));
  expect([refused.status, await refused.text()]).toEqual([401, ""]);
  expect((await send("DELETE", '{"kind":"paid"}')).status).toBe(405);
});
