import type { RequestListener } from "node:http";
import type { RunningClock } from "@hookgate/async";
import type { Config } from "@hookgate/config";
import type { CompiledSource } from "@hookgate/receive";
import type { Log, Tracing } from "@hookgate/telemetry";
import Koa from "koa";
import type { Clock } from "./clock.ts";
import type { Connections } from "./connections.ts";
import type { CaptureLink } from "./link/capture_link.ts";
import type { Report } from "./link/report.ts";
import { resolveAddress } from "./request/address/resolve_address.ts";
import { answerHandshake } from "./request/answer_handshake.ts";
import { answerFaults } from "./request/answers.ts";
import { captureEvent } from "./request/capture_event.ts";
import type { Certificates } from "./request/certificates.ts";
import { checkAddress } from "./request/check_address.ts";
import type { ClockWatch } from "./request/clock_watch.ts";
import { closeConnection } from "./request/close_connection.ts";
import type { ConfirmHandshake } from "./request/confirm_handshake.ts";
import type { RequestCounter } from "./request/count_requests.ts";
import { allowMethods, findSource, plainPaths, route, SOURCE_PATH } from "./request/find_source.ts";
import type { InFlight } from "./request/in_flight.ts";
import type { KeySets } from "./request/key_sets.ts";
import {
  limitAddresses,
  limitInFlight,
  limitSources,
  limitUnproven,
  lookInTurn,
} from "./request/limits.ts";
import { createBodyReader, readBody } from "./request/read_body.ts";
import { answerRefusal, noteRefusals } from "./request/refusals.ts";
import { type Arrived, type EdgeContext, type EdgeState, Stages } from "./request/stages.ts";
import { traceRequests } from "./request/trace_requests.ts";
import type { FindTrial } from "./request/trial_sources.ts";
import type { UnprovenShares } from "./request/unproven_shares.ts";
import { verifySignature } from "./request/verify_signature.ts";

/** What an edge needs besides its configuration. All of it but the sources outlives a reload. */
export interface CreateEdgeOptions {
  /** The configuration's, compiled, by name. */
  sources: ReadonlyMap<string, CompiledSource>;
  /** The source of test events, while an operator has opened one. */
  trial: FindTrial;
  link: Pick<CaptureLink, "capture">;
  report: Pick<Report, "hasRoom" | "refused" | "used" | "handshake" | "enrol">;
  certificates: Pick<Certificates, "get" | "prove">;
  keySets: Pick<KeySets, "get">;
  clockWatch: Pick<ClockWatch, "suspect" | "trust">;
  confirm: ConfirmHandshake;
  count: RequestCounter;
  inFlight: InFlight;
  connections: Pick<Connections, "begin" | "end">;
  /** Counts by address for koa-ratelimit. Bounded. */
  addressCounts: Map<string, object>;
  shares: UnprovenShares;
  /** Whether the server is stopping, so that each answer ends its connection. */
  draining: () => boolean;
  clock: Clock;
  running: Pick<RunningClock, "after" | "spanOf">;
  /** @default {null} nothing is traced */
  tracing?: Tracing | null;
  log: Log;
}

/** Makes the edge: the path of a request, top to bottom. */
export function createEdge(config: Config, options: CreateEdgeOptions): RequestListener {
  const { sources, trial, report, certificates, keySets, clockWatch, confirm } = options;
  const {
    link,
    count,
    inFlight,
    connections,
    addressCounts,
    shares,
    draining,
    clock,
    running,
    log,
  } = options;
  const { tracing = null } = options;
  const { limits, rateLimit } = config;
  const monotonic = () => clock.monotonic();
  const reader = createBodyReader({ limits, clock, running });
  const addresses = { rateLimit, counts: addressCounts };
  const limitAddress = limitAddresses(addresses);
  // Anybody can ask for unsigned ones. They count by themselves, so that forged requests do not keep a provider's out.
  const limitHandshakes = limitAddresses({ ...addresses, kind: "handshakes" });
  const plain = plainPaths(sources);
  const handshakes = { report, confirm, log, monotonic };
  const proofs = { certificates, keySets, clockWatch, report, shares, running, monotonic };
  const traced = tracing && traceRequests({ tracing, monotonic });

  const path = new Stages()
    .use(closeConnection({ draining, connections }))
    .use(count.stage)
    .useAny(traced?.stage)
    .use(answerFaults({ log, monotonic }))
    .use(limitInFlight(inFlight))
    .use(resolveAddress(config.trustedProxies))
    .useIf(rateLimit.countVerified, limitAddress)
    .use(limitUnproven(shares))
    .use(noteRefusals({ report, shares, clock, log }))
    .use(
      route(
        SOURCE_PATH,
        new Stages<Arrived>()
          .use(findSource(sources, { plain, trial }))
          .use(allowMethods())
          .use(checkAddress({ reader, report, log, monotonic }))
          .use(readBody(reader))
          .use(lookInTurn(shares))
          .use(answerHandshake({ verified: false, limit: limitHandshakes, ...handshakes }))
          .useAny(traced?.beforeVerifying)
          .use(verifySignature(proofs))
          .useAny(traced?.afterVerifying)
          .use(answerHandshake({ verified: true, ...handshakes }))
          .useIf(
            rateLimit.sourcePerSecond !== null,
            limitSources({ rateLimit, sources: sources.values(), monotonic, running }),
          )
          .use(captureEvent({ link, log, durable: count.durable, monotonic })),
        { plain },
      ),
    )
    // Only refused requests come this far: a flood of forged ones is limited, and a verified one of that address passes.
    .useIf(!rateLimit.countVerified, limitAddress)
    .use(answerRefusal());

  const koa = new Koa<EdgeState, EdgeContext>();
  koa.on("error", (error: Error) => log.error({ err: error }, "cannot answer a request"));
  const pass = path.compose<EdgeState>();
  // Not by Koa's callback: its listeners for the end of each answer are a tenth of what a request leaves to the garbage collector.
  return function edge(req, res) {
    const ctx = koa.createContext<EdgeState>(req, res);
    pass(ctx)?.catch((error: Error) => ctx.onerror(error));
  };
}
