import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { cloudflare } from "./cloudflare.ts";

checkProvider(cloudflare);

const SECRETS = { secrets: [{ id: "1", value: "secret" }] };

test("cloudflare verifies Stream's signatures if the source names that scheme", async () => {
  const [stream] = cloudflare.alternatives ?? [];
  const seconds = Math.floor(NOW / 1_000);
  const request = sampleRequest(cloudflare);
  const mac = createHmac("sha256", "secret").update(`${seconds}.`).update(request.body);
  const signature = `time=${seconds},sig1=${mac.digest("hex")}`;
  const seen = incoming({ ...request, headers: { "webhook-signature": signature } }, NOW);
  expect(stream && (await verify(stream, seen, SECRETS))).toMatchObject({ ok: true, intact: true });
  expect(await verify(cloudflare.recipe, seen, SECRETS)).toMatchObject({ ok: false });
});

test.each([
  ['{"alert_type":"a","status":{"state":"ready"},"text":"b"}', "a"],
  ['{"uid":"1","status":{"state":"ready"}}', "ready"],
  ['{"text":"Hello World! This is a test message."}', "test"],
  // Of Stream Live: https://developers.cloudflare.com/stream/stream-live/webhooks/
  [
    '{"name":"Live Webhook Test","text":"Notification type: Stream Live Input","data":{"notification_name":' +
      '"Stream Live Input","input_id":"eb222fcca08eeb1ae84c981ebe8aeeb6","event_type":"live_input.disconnected",' +
      '"updated_at":"2022-01-13T11:43:41.855717910Z"},"ts":1642074233}',
    "live_input.disconnected",
  ],
  ['{"name":"a","text":"b","data":{},"ts":1642074233}', "unknown"],
  ["{}", "unknown"],
])("cloudflare reads %s", (body, type) => {
  const request = { ...sampleRequest(cloudflare), body: Buffer.from(body) };
  expect(describeEvent(cloudflare, incoming(request, NOW)).type).toBe(type);
});
