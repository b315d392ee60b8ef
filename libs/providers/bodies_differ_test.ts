import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "./describe_event.ts";
import type { Provider } from "./provider.ts";
import { PROVIDERS } from "./providers.ts";
import { findProvider } from "./source_provider.ts";

const AT = Date.parse("2026-01-02T03:04:05.000Z");
const JSON_TYPE = "application/json";
const FORM = "application/x-www-form-urlencoded";
const URL = "https://hooks.example.com/api/webhooks/example";

interface Sent {
  body: string;
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
}

function describeSent(provider: Provider, { body, contentType = JSON_TYPE, headers = {} }: Sent) {
  const request = {
    method: "POST",
    url: URL,
    headers: { "content-type": contentType, ...headers },
  };
  return describeEvent(provider, incoming({ ...request, body: Buffer.from(body) }, AT));
}

const samples = Object.values(PROVIDERS).flatMap((provider) =>
  provider.sampleTypes.map((type) => [provider.id, type, provider] as const),
);

test.each(samples)(
  "%s: samples of %s at two times have different bodies if that is claimed",
  (...row) => {
    const [, type, provider] = row;
    const [now, later] = [AT, AT + 1_000].map((at) => provider.sample(type, new Date(at)));
    if (now === undefined || later === undefined) throw new Error("Cannot test: no sample");
    const { providerEventId, bodiesDiffer } = describeSent(provider, now);
    if (providerEventId === "" && bodiesDiffer) expect(later.body).not.toBe(now.body);
  },
);

test.each(samples)(
  "%s: samples of %s a millisecond apart have different ids: who sends two at once means two events",
  (_id, type, provider) => {
    const ids = [AT, AT + 1].map((at) => {
      return describeSent(provider, provider.sample(type, new Date(at))).providerEventId;
    });
    if (ids[0] !== "") expect(ids[1]).not.toBe(ids[0]);
  },
);

test.each(Object.values(PROVIDERS).map((provider) => [provider.id, provider] as const))(
  "%s does not claim it of bodies without a time or serial number",
  (_, provider) => {
    const bodies = ["", "x", "{}", "[]", "null", '{"type":"ping"}', '{"event":"ping"}', "a=b"];
    for (const body of bodies) {
      for (const contentType of [JSON_TYPE, FORM]) {
        expect(describeSent(provider, { body, contentType }).bodiesDiffer).toBe(false);
      }
    }
  },
);

const change = { changeType: "updated", resource: "me/drive/root", clientState: "s" };

/** Two different events of these providers can have exactly this body. */
test.each<[string, string]>([
  ["asana", '{"events":[]}'],
  ["buildkite", '{"event":"ping"}'],
  ["dropbox", '{"list_folder":{"accounts":["dbid:1"]},"delta":{"users":[1]}}'],
  ["generic", '{"type":"payment.success","data":{}}'],
  ["gitlab", '{"object_kind":"push","before":"1","after":"2"}'],
  ["intercom", '{"id":null,"topic":"ping","created_at":1767323045}'],
  [
    "intuit",
    '{"eventNotifications":[{"dataChangeEvent":{"entities":[{"id":"1","name":"Customer","operation":"Update","lastUpdated":"2015-10-05T14:42:19-0700"}]}}]}',
  ],
  ["kajabi", '{"id":"hash_id","event":"tag_added","payload":[]}'],
  ["learnworlds", '{"type":"userTagAdded","data":{"user":{"id":"1"},"tags":["a"]}}'],
  ["microsoft_graph", JSON.stringify({ value: [change] })],
  ["microsoft_graph", '{"value":[{"lifecycleEvent":"missed","subscriptionId":"1"}]}'],
  ["moodle", '{"eventname":"\\\\core\\\\event\\\\course_viewed","timecreated":1767323045}'],
  ["paystack", '{"event":"subscription.disable","data":{"created_at":"2026-01-02"}}'],
  ["paystack", '{"event":"customeridentification.failed","data":{"customer_id":1}}'],
  ["hubspot", '{"objectId":1,"properties":{}}'],
  // Their retries have other bytes: a counter in each event.
  [
    "hubspot",
    '[{"eventId":1,"occurredAt":1767323045678,"subscriptionType":"a.b","attemptNumber":0},{"eventId":2,"subscriptionType":"a.b"}]',
  ],
  [
    "docusign",
    '{"event":"envelope-sent","retryCount":0,"generatedDateTime":"2026-01-02T03:04:05"}',
  ],
  ["line", '{"events":[{"type":"a","webhookEventId":"1"},{"type":"a","webhookEventId":"2"}]}'],
  ["meta", '{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"x"}]}]}'],
  ["meta", '{"object":"user","entry":[{"id":"1","time":1767323045,"changed_fields":["photos"]}]}'],
  ["meta", '{"object":"page","entry":[{"time":1767323045,"changes":[{"field":"feed"}]}]}'],
  ["x", '{"user_event":{"revoke":{"date_time":"2026-01-02T03:04:05Z"}}}'],
])("%s may send %s for two events", (id, body) => {
  const provider = findProvider(id);
  if (provider === null) throw new Error(`Cannot test: there is no ${id}`);
  expect(describeSent(provider, { body })).toMatchObject({
    providerEventId: "",
    bodiesDiffer: false,
  });
});

/** Repetitions of these have the same bytes, and no other event has. */
test.each<[string, string]>([
  [
    "adyen_platform",
    '{"type":"balancePlatform.transfer.updated","timestamp":"2026-01-02T03:04:05Z"}',
  ],
  ["asana", '{"events":[{"created_at":"2026-01-02T03:04:05.678Z"}]}'],
  ["auth0", '{"log_id":"1","data":{"type":"s"}}\n{"log_id":"2","data":{"type":"f"}}\n'],
  ["calendly", '{"event":"invitee.created","created_at":"2026-01-02T03:04:05.678901Z"}'],
  ["cloudevents", '[{"id":"1","type":"a"},{"id":"2","type":"b"}]'],
  ["discord", '{"type":1,"event":{"type":"A","timestamp":"2026-01-02T03:04:05.678901"}}'],
  ["meta", '{"object":"page","entry":[{"time":1767323045,"changes":[{"field":"a","value":1}]}]}'],
  ["meta", '{"object":"page","entry":[{"time":1767323045,"messaging":[{"timestamp":1}]}]}'],
  [
    "meta",
    '{"object":"w","entry":[{"changes":[{"value":{"statuses":[{"id":"w","timestamp":"1"}]}}]}]}',
  ],
  ["paystack", '{"event":"charge.success","data":{"id":1,"paid_at":"2026-01-02T03:04:05.000Z"}}'],
  ["sendgrid", '[{"event":"open","sg_event_id":"a"},{"event":"open","sg_event_id":"b"}]'],
  ["slack", "command=%2Fweather&trigger_id=1.2.3"],
  ["twilio", '[{"id":"EV1","type":"a"},{"id":"EV2","type":"a"}]'],
  ["x", '{"for_user_id":"1","tweet_delete_events":[{"timestamp_ms":"1767323045678"}]}'],
  ["zoom", '{"event":"meeting.started","event_ts":1767323045678}'],
])("%s never sends %s for two events", (id, body) => {
  const provider = findProvider(id);
  if (provider === null) throw new Error(`Cannot test: there is no ${id}`);
  const contentType = body.startsWith("command=") ? FORM : JSON_TYPE;
  expect(describeSent(provider, { body, contentType })).toMatchObject({
    providerEventId: "",
    bodiesDiffer: true,
  });
});

/** A retry counts attempts inside its signed body: only the id is the same. */
test.each<[string, string, string]>([
  ["mux", "1", '{"type":"a","id":"1","attempts":[@]}'],
  ["intercom", "1", '{"topic":"a","id":"1","delivery_attempts":@}'],
  ["telnyx", "1", '{"data":{"event_type":"a","id":"1"},"meta":{"attempt":@}}'],
  [
    "ebay",
    "1",
    '{"metadata":{"topic":"a"},"notification":{"notificationId":"1","publishAttemptCount":@}}',
  ],
  ["notion", "1", '{"type":"a","id":"1","attempt_number":@}'],
  ["coinbase_commerce", "1", '{"attempt_number":@,"event":{"id":"1","type":"a"}}'],
  [
    "line",
    "1",
    '{"events":[{"type":"a","webhookEventId":"1","deliveryContext":{"isRedelivery":@}}]}',
  ],
  [
    "hubspot",
    "1:2:3:5:4:",
    '[{"portalId":1,"subscriptionId":2,"eventId":3,"occurredAt":4,"objectId":5,"subscriptionType":"a.b","attemptNumber":@}]',
  ],
  [
    "docusign",
    "envelope-sent:1:2:3::2026-01-02T03:04:05.1234567Z",
    '{"event":"envelope-sent","retryCount":@,"configurationId":1,"generatedDateTime":"2026-01-02T03:04:05.1234567Z","data":{"accountId":"2","envelopeId":"3"}}',
  ],
])("%s: a retry has the same id and another body", (id, providerEventId, counting) => {
  const provider = findProvider(id);
  if (provider === null) throw new Error(`Cannot test: there is no ${id}`);
  for (const count of ["1", "2"]) {
    const body = counting.replace("@", count);
    expect(describeSent(provider, { body })).toMatchObject({ providerEventId });
  }
  expect(provider.identity.idUnique ?? true).toBe(true);
});
