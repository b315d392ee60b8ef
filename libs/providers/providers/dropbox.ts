import { readJson, readPlace, readPointer, type SignedRequest } from "@hookgate/signature";
import type { Handshake } from "../handshake.ts";
import { echoChallenge } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/** GET with `challenge`: echoed with the two headers that the documentation requires. */
const handshake: Handshake = {
  methods: ["GET"],
  verified: false,
  everyMs: null,

  answer(request) {
    const challenge = readPlace({ request }, { query: "challenge" });
    return request.method !== "GET" || challenge === undefined ? null : echoChallenge(challenge);
  },

  sample(challenge, { url }) {
    const asked = new URL(url);
    asked.searchParams.set("challenge", challenge);
    return { method: "GET", url: asked.href, headers: {}, body: new Uint8Array() };
  },
};

/** The name of a member says what changed: `list_folder`, and for whom. The change itself must be fetched. */
function describe(request: SignedRequest) {
  const json = readJson({ request });
  const changed = readPointer(json, "/list_folder");
  const type = typeof changed === "object" && changed !== null ? "list_folder" : "";
  return { type, providerEventId: "", readable: type !== "" };
}

/** Dropbox says which accounts have changed files, several per request. */
export const dropbox: Provider = {
  id: "dropbox",
  name: "Dropbox",
  documentation: "https://www.dropbox.com/developers/reference/webhooks",
  recipe: {
    kind: "hmac",
    scheme: "dropbox",
    signature: { header: "x-dropbox-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  handshake,
  describe,
  canonical: {},
  // Two changes of one account have the same bytes.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: 10 * 60_000,
    note: "With growing delays for about ten minutes, until answered 200.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[a-z0-9]{15}$/,
    note: "the app secret, 15 letters and digits",
    trial: (hex) => hex.slice(0, 15),
  },
  evidence: ["formula"],
  sampleTypes: ["list_folder"],

  sample(type, now) {
    const account = `dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc${now.getTime() % 10}`;
    const body = JSON.stringify({
      [type]: { accounts: [account] },
      delta: { users: [12345678] },
    });
    return { body, contentType: "application/json" };
  },
};
