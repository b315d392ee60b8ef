import { flood, type Hostile } from "./attack.ts";

const headers = { "content-type": "application/json" };

/** What looks like a handshake, to providers that answer one before it is proven (S0). */
export const hostileHandshakes = flood("hostile handshakes", {
  connections: 4,
  requests: [
    `{"challenge":"${"a".repeat(400_000)}"}`,
    `{"type":"url_verification","challenge":[${"[],".repeat(100_000)}1]}`,
    `{${'"challenge":"a",'.repeat(25_000)}"type":"url_verification"}`,
  ].flatMap((body) => ["slack", "monday"].map((to): Hostile => ({ to, headers, body }))),
});
