import { flood, type Hostile, wrongSignature } from "./attack.ts";

const headers = {
  "content-type": "application/x-www-form-urlencoded",
  "x-twilio-signature": wrongSignature("base64", "sha1"),
};

const FIELDS = Array.from({ length: 12_000 }, (_, at) => `f${at}=1`).join("&");

/** Forms of many fields and separators, to a provider that signs their sorted fields (S0). */
export const hostileForms = flood("hostile forms", {
  connections: 4,
  requests: [
    FIELDS,
    FIELDS.slice(0, 12_000),
    "a&".repeat(400_000),
    `a=${"%41".repeat(200_000)}`,
  ].map((body): Hostile => ({ to: "twilio", headers, body })),
});
