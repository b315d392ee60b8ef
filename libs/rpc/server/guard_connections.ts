import {
  constants,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { TokenBucket, TurnGate } from "@hookgate/async";
import { STREAMS_MAX } from "../transport/channel_options.ts";
import { Strangers } from "./strangers.ts";

/** Calls of one connection that may be refused; one more closes it. */
const REFUSED = { burst: 64, perSecond: 1, monotonic: () => performance.now() };

/** Who makes a call: somebody whom the server knows, anybody for what anybody may call, or a stranger, who will be refused. */
export type StandingOf = (call: {
  path: string;
  authorization: string;
}) => "known" | "anybody" | "refused";

/**
 * Bounds what connections cost. Of all connections together a few new calls begin in each turn, and what was reset before never does.
 * A connection has many calls open only once a message has come on one; it is closed if its calls are refused again and again, and
 * if it makes none that is let in.
 */
export function guardConnections(server: Http2Server, standingOf: StandingOf): void {
  const strangers = new Strangers();
  const refusals = new WeakMap<ServerHttp2Session, TokenBucket>();
  const due = new TurnGate();
  const begin = server.listeners("stream");
  server.removeAllListeners("stream");
  server.prependListener("connection", (socket) => strangers.add(socket));
  server.on("session", (session) => refusals.set(session, new TokenBucket(REFUSED)));

  function mayBegin(session: ServerHttp2Session, headers: IncomingHttpHeaders): boolean {
    const { ":path": path = "", authorization = "" } = headers;
    const standing = standingOf({ path, authorization });
    if (standing === "refused") return refusals.get(session)?.take() === 0;
    if (standing === "known") strangers.known(session.socket);
    else strangers.spoke(session.socket);
    return true;
  }

  server.on("stream", (stream: ServerHttp2Stream, headers, ...rest) => {
    // It may break before it begins.
    stream.on("error", () => {});
    due.later(() => {
      const session = stream.session as ServerHttp2Session | undefined;
      if (session === undefined || stream.destroyed || stream.closed) return;
      if (!mayBegin(session, headers)) {
        session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
        session.destroy();
        return;
      }
      for (const listener of begin) listener.call(server, stream, headers, ...rest);
      // What began the call has paused it: this takes nothing from it.
      stream.once("data", () => allowMany(session));
    });
  });
}

function allowMany(session: ServerHttp2Session): void {
  if (session.destroyed || session.localSettings.maxConcurrentStreams === STREAMS_MAX) return;
  session.settings({ maxConcurrentStreams: STREAMS_MAX });
}
