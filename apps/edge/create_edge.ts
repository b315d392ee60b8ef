import type { Config } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import Koa from "koa";
import Router from "koa-router";
import type { Clock } from "./clock.ts";
import type { CaptureLink } from "./link/capture_link.ts";
import type { Report } from "./link/report.ts";
import { allowMethods } from "./request/allow_methods.ts";
import { answerFaults } from "./request/answer_faults.ts";
import { answerHandshake } from "./request/answer_handshake.ts";
import { answerRefusals } from "./request/answer_refusals.ts";
import { boundInFlight } from "./request/bound_in_flight.ts";
import { captureEvent } from "./request/capture_event.ts";
import type { Certificates } from "./request/certificates.ts";
import { checkAddress, stopRefused } from "./request/check_address.ts";
import type { ClockWatch } from "./request/clock_watch.ts";
import { closeConnection } from "./request/close_connection.ts";
import type { ConfirmHandshake } from "./request/confirm_handshake.ts";
import { describeEvent } from "./request/describe_event.ts";
import type { EdgeContext, EdgeMiddleware, EdgeState } from "./request/edge_context.ts";
import { findSource, refuseUnknownPath, SOURCE_PATH } from "./request/find_source.ts";
import type { InFlight } from "./request/in_flight.ts";
import { keepRefused } from "./request/keep_refused.ts";
import { compileSources } from "./request/known_source.ts";
import { limitAddresses } from "./request/limit_addresses.ts";
import { limitSource } from "./request/limit_source.ts";
import { readBody } from "./request/read_body.ts";
import { resolveAddress } from "./request/resolve_address.ts";
import { verifySignature } from "./request/verify_signature.ts";

/** What an edge is made of besides its configuration; all of it outlives a reload. */
export interface CreateEdgeOptions {
  link: Pick<CaptureLink, "capture">;
  report: Pick<Report, "hasRoom" | "refused" | "used" | "handshake" | "enrol" | "enrolled">;
  certificates: Pick<Certificates, "get">;
  clockWatch: Pick<ClockWatch, "suspect" | "trust">;
  confirm: ConfirmHandshake;
  /** `countRequests`. */
  count: EdgeMiddleware;
  inFlight: InFlight;
  /** Counts by address for koa-ratelimit. Bounded. */
  addressCounts: Map<string, object>;
  /** Whether the server takes leave: each answer ends its connection. */
  draining: () => boolean;
  clock: Clock;
  log: Log;
}

/** Makes the edge: the path of a request, top to bottom. */
export function createEdge(
  config: Config,
  options: CreateEdgeOptions,
): Koa<EdgeState, EdgeContext> {
  const { link, report, certificates, clockWatch, confirm } = options;
  const { count, inFlight, addressCounts, draining, clock, log } = options;
  const { limits, rateLimit } = config;
  const monotonic = () => clock.monotonic();
  const sources = compileSources(config.sources, { rateLimit, monotonic });
  const limit = limitAddresses({ rateLimit, counts: addressCounts });
  const handshakes = { report, confirm, log, monotonic };

  const path = new Router();
  path.all(
    SOURCE_PATH,
    findSource(sources),
    allowMethods(),
    checkAddress({ report, log, monotonic }),
    readBody({ limits, clock }),
    stopRefused(),
    answerHandshake({ verified: false, ...handshakes }),
    verifySignature({ certificates, clockWatch, report, monotonic }),
    answerHandshake({ verified: true, ...handshakes }),
    describeEvent(),
    limitSource(),
    captureEvent({ link, log, monotonic }),
  );

  const edge = new Koa<EdgeState, EdgeContext>();
  edge.use(closeConnection({ draining }));
  edge.use(count);
  edge.use(answerFaults({ log, monotonic }));
  edge.use(boundInFlight(inFlight));
  edge.use(resolveAddress(config.trustedProxies));
  if (rateLimit.countVerified) edge.use(limit);
  edge.use(keepRefused({ report }));
  edge.use(answerRefusals({ limit: rateLimit.countVerified ? null : limit, log, monotonic }));
  edge.use(path.routes());
  edge.use(refuseUnknownPath);
  // What is left: a client that hung up while it was answered.
  edge.on("error", (error: Error) => log.debug({ err: error }, "connection lost"));
  return edge;
}
