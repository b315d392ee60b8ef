import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connectRpc } from "@hookgate/rpc";
import { type Attack, count, newOutcome, note, post, type Target } from "../attack.ts";
import { signed } from "./signed.ts";

/** The one host that endpoints may reach, which redirects to those that they may not. */
export const REDIRECTING_HOST = "127.0.0.9";

/** Ways to write an address that is not public, and one that is reached by a redirect. */
export function privateUrls({
  forbiddenPort: port,
  redirectPort,
}: Pick<Target, "forbiddenPort" | "redirectPort">): string[] {
  return [
    `http://127.0.0.1:${port}/`,
    `http://localhost:${port}/`,
    `http://localhost.:${port}/`,
    `http://127.1:${port}/`,
    `http://2130706433:${port}/`,
    `http://0177.0.0.1:${port}/`,
    `http://0x7f.0.0.1:${port}/`,
    `http://0.0.0.0:${port}/`,
    `http://[::1]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://[::ffff:7f00:1]:${port}/`,
    `http://[::]:${port}/`,
    `http://[64:ff9b::7f00:1]:${port}/`,
    `http://127.0.0.1.:${port}/`,
    `http://${REDIRECTING_HOST}:${redirectPort}/`,
  ];
}

/** Endpoints at addresses that are not public, in many spellings: nothing connects to them. */
export const ssrf: Attack = {
  id: "S9",
  name: "endpoints at private addresses, and redirects to them",
  async run(target) {
    const outcome = newOutcome();
    const forbidden = createServer((socket) => {
      note(outcome, `a connection was made to ${socket.localAddress}`);
      socket.destroy();
    });
    await once(forbidden.listen(target.forbiddenPort, "::"), "listening");
    let redirected = 0;
    const redirecting = createHttpServer((_, response) => {
      redirected += 1;
      response.writeHead(307, { location: `http://127.0.0.1:${target.forbiddenPort}/` }).end();
    });
    await once(redirecting.listen(target.redirectPort, REDIRECTING_HOST), "listening");
    const body = JSON.stringify({ type: "ssrf.tried", at: Date.now() });
    const own = { to: "bench", headers: signed(body, target.secret), body, from: "127.1.9.1" };
    const { status, text } = await post(target, own);
    count(outcome, status, [200], "the event");
    const endAt = performance.now() + Math.max(target.ms, 3_000);
    const rpc = connectRpc({
      address: target.rpcAddress,
      security: { token: target.token, tls: null },
    });
    const { eventId = "" } = status === 200 ? (JSON.parse(text) as { eventId: string }) : {};
    const attempted = async () => {
      const { deliveries } = await rpc.admin.getEvent({ id: eventId });
      return deliveries.filter(({ attempts }) => attempts.length > 0).length;
    };
    const wanted = privateUrls(target).length;
    let seen = 0;
    while (performance.now() < endAt || (seen < wanted && performance.now() < endAt + 10_000)) {
      seen = await attempted();
      await delay(200);
    }
    outcome.used = seen;
    if (seen < wanted) note(outcome, `only ${seen} of ${wanted} endpoints were tried`);
    if (redirected === 0) note(outcome, "the endpoint that redirects was not reached");
    rpc.close();
    forbidden.close();
    redirecting.close();
    redirecting.closeAllConnections();
    return outcome;
  },
};
