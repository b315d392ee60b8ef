import { createHmac } from "node:crypto";
import { type Attack, atRate, count, type Hostile, newOutcome, post } from "../attack.ts";
import { signed } from "./signed.ts";

const HEADER = "x-webhook-signature";

/** What is not quite the signature of this body. */
function forgeries(body: string, secret: string): Hostile["headers"][] {
  const right = createHmac("sha256", secret).update(body).digest();
  const hex = right.toString("hex");
  const flipped = Array.from({ length: right.length * 8 }, (_, bit) => {
    const copy = Buffer.from(right);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return copy.toString("hex");
  });
  const digest = (algorithm: string, key: string) =>
    createHmac(algorithm, key).update(body).digest("hex");
  const texts = [
    ...flipped,
    ...[0, 1, 2, 32, 62, 63].map((length) => hex.slice(0, length)),
    `${hex}00`,
    `sha1=${digest("sha1", secret)}`,
    digest("sha1", secret),
    digest("sha512", secret),
    digest("md5", secret),
    digest("sha256", ""),
    digest("sha256", "undefined"),
    digest("sha256", "null"),
    right.toString("base64"),
    `${flipped[0]}, ${flipped[1]}`,
    "sha256=",
    "=",
    " ",
    "0".repeat(64),
    `none=${hex}`,
    "\u00e9".repeat(64),
  ];
  const lists: string[][] = [
    [flipped[0] ?? "", flipped[1] ?? ""],
    ["", flipped[2] ?? ""],
  ];
  return [{}, ...[...texts, ...lists].map((value) => ({ [HEADER]: value }))];
}

/** Every bit of a MAC flipped, truncated ones, other algorithms and keys, two headers: each is 401. */
export const forgedSignatures: Attack = {
  id: "S6",
  name: "forged signatures, 100 a second",
  async run(target) {
    const outcome = newOutcome();
    const body = JSON.stringify({ type: "forged", at: performance.timeOrigin });
    const cases = forgeries(body, target.secret);
    const { "content-type": type } = signed(body, target.secret);
    await atRate(target.ms, 100, async (number) => {
      const forged = cases[number % cases.length];
      // From so many addresses that none is over its limit: every one is judged.
      const from = `127.1.6.${1 + (number % 250)}`;
      const headers = { "content-type": type ?? "", ...forged };
      const { status } = await post(target, { to: "bench", headers, body, from });
      const right = number < 250 * 90 ? [401, 503] : [401, 429, 503];
      count(outcome, status, right, `a forged signature`);
    });
    return outcome;
  },
};
