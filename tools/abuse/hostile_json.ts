import { flood, type Hostile } from "./attack.ts";

const headers = { "content-type": "application/json" };

/** JSON that is dear to parse, to providers with their signature in it (S4). */
export const hostileJson = flood("hostile JSON", {
  connections: 4,
  requests: [
    "[".repeat(200_000) + "]".repeat(200_000),
    `[${"[],".repeat(130_000)}1]`,
    `{${Array.from({ length: 50_000 }, (_, at) => `"k${at}":1`).join()}}`,
    `{"notificationItems":[${"{},".repeat(100_000)}{}]}`,
    `{"a":"${"\\u0000".repeat(60_000)}"}`,
  ].flatMap((body) => ["adyen", "sns"].map((to): Hostile => ({ to, headers, body }))),
});
