import { type Attack, flood, type Hostile } from "../attack.ts";
import { wrongSignature } from "./signed.ts";

const FIELDS = Array.from({ length: 12_000 }, (_, at) => `f${at}=1`).join("&");

const FORMS = [FIELDS, "a&".repeat(400_000), `a=${"%41".repeat(200_000)}`].map(
  (body): Hostile => ({
    to: "twilio",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": wrongSignature("base64", "sha1"),
    },
    body,
  }),
);

const HANDSHAKES = [
  `{"challenge":"${"a".repeat(400_000)}"}`,
  `{"type":"url_verification","challenge":[${"[],".repeat(100_000)}1]}`,
  `{${'"challenge":"a",'.repeat(25_000)}"type":"url_verification"}`,
].flatMap((body) =>
  ["slack", "monday"].map(
    (to): Hostile => ({ to, headers: { "content-type": "application/json" }, body }),
  ),
);

/** Forms of many fields to a provider that signs their sorted fields, and what looks like a handshake. */
export const hostileBodies: Attack = {
  id: "S0",
  name: "hostile forms and handshakes, 40 a second",
  run: (target) =>
    flood(target, [...FORMS, ...HANDSHAKES], { perSecond: 40, right: [200, 400, 401, 413] }),
};
