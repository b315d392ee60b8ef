import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { type Attack, count, flood, type Hostile, post } from "../attack.ts";
import { signed } from "./signed.ts";

const ZEROS = Buffer.alloc(64 * 1024 * 1024);
const BOMB = gzipSync(ZEROS);

/** Bodies that grow when they are decoded, once or twice; signed ones too. */
export const encodings: Attack = {
  id: "S3",
  name: "gzip bombs and nested encodings, 20 a second",
  async run(target) {
    const bodies: [string, Uint8Array][] = [
      ["gzip", BOMB],
      ["gzip, gzip", gzipSync(BOMB)],
      ["x-gzip", BOMB],
      ["deflate", deflateSync(ZEROS)],
      ["br", brotliCompressSync(Buffer.alloc(1024 * 1024))],
      ["identity, gzip", BOMB],
    ];
    const hostile = bodies.map(
      ([encoding, body]): Hostile => ({
        to: "bench",
        headers: { ...signed(body, target.secret), "content-encoding": encoding },
        body,
        from: "127.1.3.1",
      }),
    );
    const outcome = await flood(target, hostile, { perSecond: 20, right: [415] });
    // What is signed are the bytes of the wire, whatever the header says.
    const body = JSON.stringify({ type: "wire", at: Date.now() });
    const headers = { ...signed(body, target.secret), "content-encoding": "identity" };
    const honest = await post(target, { to: "bench", headers, body, from: "127.1.3.2" });
    count(outcome, honest.status, [200, 503], "a signed body with the coding identity");
    return outcome;
  },
};
