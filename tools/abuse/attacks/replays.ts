import { createHmac } from "node:crypto";
import { type Attack, atRate, count, newOutcome, note, post } from "../attack.ts";

/** Seconds that Stripe's signatures are valid for. */
const TOLERANCE_SECONDS = 300;

/** A captured request again: within its time it is one event, under the new and the retiring secret; later it is refused. */
export const replays: Attack = {
  id: "S8",
  name: "replayed requests, inside and outside their time",
  async run(target) {
    const outcome = newOutcome();
    await atRate(target.ms, 10, async (round) => {
      const from = `127.1.8.${1 + (round % 250)}`;
      const id = `evt_replayed_${process.pid}_${round}`;
      const body = JSON.stringify({ id, object: "event", type: "payment_intent.succeeded" });
      const now = Math.floor(Date.now() / 1_000);
      const send = (at: number, secret: string) => {
        const mac = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
        const headers = {
          "content-type": "application/json",
          "stripe-signature": `t=${at},v1=${mac}`,
        };
        return post(target, { to: "stripe", headers, body, from });
      };
      const ids = new Set<string>();
      for (const secret of [target.secret, target.secret, `${target.secret}-retiring`]) {
        const { status, text } = await send(now, secret);
        count(outcome, status, [200, 503], "a replay within its time");
        if (status === 200) ids.add((JSON.parse(text) as { eventId: string }).eventId);
      }
      if (ids.size > 1) note(outcome, "a replay was stored as an event of its own");
      for (const at of [now - TOLERANCE_SECONDS - 60, now + TOLERANCE_SECONDS + 60]) {
        const { status } = await send(at, target.secret);
        // Many of them look like a clock that is wrong, which is answered 503.
        count(outcome, status, [401, 429, 503], "a replay outside its time");
      }
    });
    return outcome;
  },
};
