import { connectRpc } from "@hookgate/rpc";
import {
  type Attack,
  atRate,
  count,
  flood,
  type Hostile,
  merge,
  newOutcome,
  note,
  post,
} from "../attack.ts";
import { signed } from "./signed.ts";

const NESTED = [
  "[".repeat(200_000) + "]".repeat(200_000),
  `[${"[],".repeat(130_000)}1]`,
  `{${Array.from({ length: 50_000 }, (_, at) => `"k${at}":1`).join()}}`,
  `{"notificationItems":[${"{},".repeat(100_000)}{}]}`,
  `{"a":"${"\\u0000".repeat(60_000)}"}`,
];

const ODD = [
  '{"__proto__":{"type":"polluted"},"constructor":{"prototype":{"x":1}}}',
  '{"type":"one","type":"two"}',
  '{"type":"big","n":1e400,"m":-1e400,"o":0.1e-999}',
  '{"type":"\\ud800","a":"\\udfff"}',
  '{"type":"nul","a":"\\u0000"}\0',
  '\ufeff{"type":"bom"}',
  '{"type":"unfinished"',
  "",
].map((text) => Buffer.from(text));

const INVALID_UTF8 = Buffer.from([0x7b, 0xff, 0xfe, 0xc0, 0x80, 0x7d]);

/** JSON that is dear or odd to parse: unsigned, it is refused; signed, it is stored as it is. */
export const hostileJson: Attack = {
  id: "S4",
  name: "hostile JSON, 30 a second; signed, 5 a second",
  async run(target) {
    const headers = { "content-type": "application/json" };
    const unsigned = NESTED.flatMap((body) =>
      ["adyen", "sns"].map((to): Hostile => ({ to, headers, body, from: "127.1.4.1" })),
    );
    const rpc = connectRpc({
      address: target.rpcAddress,
      security: { token: target.token, tls: null },
    });
    const bodies = [...ODD, INVALID_UTF8, ...NESTED.map((text) => Buffer.from(text))];
    const flooding = flood(target, unsigned, { perSecond: 30, right: [400, 401] });
    const stored = newOutcome();
    await atRate(target.ms, 5, async (number) => {
      const body = bodies[number % bodies.length] ?? INVALID_UTF8;
      const own = { to: "bench", headers: signed(body, target.secret), body, from: "127.1.4.2" };
      const { status, text } = await post(target, own);
      count(stored, status, [200, 503], "signed JSON");
      if (status !== 200) return;
      const { eventId } = JSON.parse(text) as { eventId: string };
      const { event } = await rpc.admin.getEvent({ id: eventId });
      if (!event || !Buffer.from(event.body).equals(body)) note(stored, "stored bytes differ");
    });
    rpc.close();
    return merge([await flooding, stored]);
  },
};
