import { fetchCertificate, fetchKeySet, type OutsideFetch, outsideFetch } from "@hookgate/outbound";
import { type AdminHandlers, quarantinedToMessage, RpcError } from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import { QUARANTINE_REASONS, type QuarantinedRequest } from "@hookgate/types";
import { hideCredentials, hideUrlCredentials } from "../headers/hide_credentials.ts";
import { type Matched, storeEvents } from "../ingest/store_events.ts";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import type { Quarantine, QuarantineQuery } from "../store/contract/quarantine.ts";
import type { EventTraces } from "../traces/event_traces.ts";
import { type KnownNames, nameNotes } from "./name_notes.ts";
import { checkPageSize, missing, toRpcError } from "./rpc_errors.ts";
import { type VerifyAgainOptions, verifyAgain } from "./verify_again.ts";

/** How many refused requests one call verifies. */
export const VERIFIED_IDS_MAX = 1_000;

/** Longest reason for letting in a request that is too old, in characters: it is logged. */
const REASON_CHARS_MAX = 500;

/** How long fetching a certificate or a key set may take, in milliseconds. */
const FETCH_MS_MAX = 3_000;

const NO_BYTES = new Uint8Array(0);

/** Options for {@linkcode quarantineCalls}. */
export interface QuarantineCallsOptions extends Matched, KnownNames {
  store: Pick<Quarantine, "listQuarantine" | "getQuarantined" | "release"> &
    Pick<Bookkeeping, "enrolments">;
  /** Fetches certificates and key sets. @default {outsideFetch()} */
  fetch?: OutsideFetch;
  /** A refused request as it came. @default as it is kept */
  openRefused?: (request: QuarantinedRequest) => Promise<QuarantinedRequest>;
  /** Why a request was likely refused. @default {as it was found when it came} */
  diagnose?: (request: QuarantinedRequest) => Promise<readonly string[]>;
  /** Describes requests with a large body. */
  describeElsewhere: VerifyAgainOptions["describeElsewhere"];
  /** @default {null} nothing is traced */
  traces?: Pick<EventTraces, "made"> | null;
  log: Log;
}

type QuarantineCalls = Pick<
  AdminHandlers,
  "listQuarantine" | "getQuarantined" | "verifyQuarantined"
>;

/** The operator's calls about refused requests. */
export function quarantineCalls(options: QuarantineCallsOptions): QuarantineCalls {
  const { store, sources, log, fetch = outsideFetch() } = options;
  return {
    async listQuarantine(request) {
      const page = await store.listQuarantine(toQuery(request)).catch(toRpcError);
      return {
        requests: page.requests.map(({ bodyBytes, ...listed }) => {
          const url = hideUrlCredentials(listed, sources());
          const bare = { ...listed, url, headers: NO_BYTES, body: NO_BYTES };
          return { ...quarantinedToMessage(bare), bodyBytes };
        }),
        nextPageToken: page.cursor ?? "",
        notes: request.pageToken === "" ? nameNotes({ source: request.source }, options) : [],
      };
    },

    async getQuarantined({ id }) {
      const request = await store.getQuarantined(id).catch(toRpcError);
      if (!request) throw missing("refused request", id);
      const diagnosis = await diagnosisOf(request, options).catch(toRpcError);
      const url = hideUrlCredentials(request, sources());
      const shown = { ...hideCredentials(request, sources()), url, diagnosis };
      return { request: quarantinedToMessage(shown) };
    },

    async verifyQuarantined({ ids, release, staleReason }) {
      if (ids.length > VERIFIED_IDS_MAX) {
        throw new RpcError("INVALID_ARGUMENT", `ids must be ${VERIFIED_IDS_MAX} at most`);
      }
      if (staleReason.length > REASON_CHARS_MAX) {
        throw new RpcError(
          "INVALID_ARGUMENT",
          `stale_reason must have ${REASON_CHARS_MAX} characters at most`,
        );
      }
      const enrolments = await store.enrolments().catch(toRpcError);
      const enrolled = new Map(enrolments.map(({ source, secrets }) => [source, secrets]));
      const fetchers = rememberFetched({ fetch, log });
      const results = [];
      // One after the other: each has a body of up to 8 MiB.
      for (const id of ids) {
        const one = verifyOne(id, { ...options, fetchers, enrolled, release, staleReason });
        results.push({ id, ...(await one.catch(toRpcError)) });
      }
      return { results };
    },
  };
}

/** Of a request that came when there was no time for one, made now; none if its key is gone. */
async function diagnosisOf(
  request: QuarantinedRequest,
  { openRefused = async (kept) => kept, diagnose, log }: QuarantineCallsOptions,
): Promise<readonly string[]> {
  const isKnown = request.diagnosis.length > 0 || request.releasedAs !== null;
  if (isKnown || diagnose === undefined) return request.diagnosis;
  const opened = await openRefused(request).catch((error: unknown) => {
    const message = "refused request cannot be opened, it is shown without a diagnosis";
    log.warn({ request: request.id, err: error }, message);
    return null;
  });
  return opened === null ? [] : diagnose(opened);
}

interface VerifyOneOptions extends QuarantineCallsOptions {
  enrolled: ReadonlyMap<string, readonly string[]>;
  fetchers: VerifyAgainOptions["fetchers"];
  release: boolean;
  /** Why requests that are only too old are let in; empty if they are not. */
  staleReason: string;
}

/** The result for one request: an outcome of VerifyQuarantinedResult, and the id of its event. */
interface Verified {
  outcome: string;
  eventId: string;
}

async function verifyOne(id: string, options: VerifyOneOptions): Promise<Verified> {
  const { store, sources, enrolled, release, fetchers } = options;
  const { openRefused = async (request) => request } = options;
  const kept = await store.getQuarantined(id);
  if (!kept) return { outcome: "not_found", eventId: "" };
  if (kept.releasedAs !== null) {
    return { outcome: "already_released", eventId: kept.releasedAs };
  }
  const request = await openRefused(kept);
  const found = await verifyAgain(request, {
    source: sources().find(({ name }) => name === request.source) ?? null,
    enrolled: enrolled.get(request.source) ?? [],
    fetchers,
    admitStale: options.staleReason !== "",
    describeElsewhere: options.describeElsewhere,
  });
  if ("refusal" in found) return { outcome: found.refusal, eventId: "" };
  if (!release) return { outcome: "verified", eventId: "" };
  return releaseAs(request, found.event, options);
}

/** Stores the event of a refused request and starts its deliveries, as if it had just been captured. */
async function releaseAs(
  { id, source }: QuarantinedRequest,
  event: Parameters<typeof storeEvents>[0][number],
  options: VerifyOneOptions,
): Promise<Verified> {
  const { store, traces, log, staleReason } = options;
  const result = await storeEvents([event], {
    ...options,
    async commit([capture], { revision }) {
      if (!capture) throw new TypeError("Cannot release a request: there is no event");
      return store.release(id, { capture, revision });
    },
    storedOf: (released) => (released.outcome === "released" ? released : null),
  });
  if (result.outcome === "missing") return { outcome: "not_found", eventId: "" };
  const { outcome, eventId } = result;
  if (outcome === "released") traces?.made(event, "release");
  const released = { request: id, source, outcome, event: eventId };
  if (event.flags.includes("stale")) {
    log.warn({ ...released, reason: staleReason }, "refused request released though it is too old");
  } else log.info(released, "refused request released");
  return { outcome, eventId };
}

function toQuery(request: Parameters<AdminHandlers["listQuarantine"]>[0]): QuarantineQuery {
  const { source, reason: name, includeReleased, pageSize, pageToken } = request;
  const reason = QUARANTINE_REASONS.find((known) => known === name);
  if (name !== "" && !reason) {
    const known = QUARANTINE_REASONS.join(", ");
    throw new RpcError("INVALID_ARGUMENT", `reason must be one of ${known}`);
  }
  return {
    limit: checkPageSize(pageSize),
    ...(source && { source }),
    ...(reason && { reason }),
    ...(includeReleased && { includeReleased }),
    ...(pageToken && { cursor: pageToken }),
  };
}

/** Options for {@linkcode rememberFetched}. */
export interface RememberFetchedOptions {
  fetch: OutsideFetch;
  log: Log;
}

/**
 * Fetches certificates and key sets; null if that fails. Each URL is fetched once, whether that fails or not, because
 * hundreds of requests may name the same.
 */
export function rememberFetched(options: RememberFetchedOptions): VerifyAgainOptions["fetchers"] {
  const { fetch, log } = options;
  const known = new Map<string, Promise<string | null>>();
  const remember = (get: typeof fetchCertificate) => (url: string) => {
    const found =
      known.get(url) ??
      get(url, { fetch, timeoutMs: FETCH_MS_MAX }).catch((error: unknown) => {
        log.warn({ url, err: error }, "not fetched; requests that need it stay refused");
        return null;
      });
    known.set(url, found);
    return found;
  };
  return { fetchCertificate: remember(fetchCertificate), fetchKeySet: remember(fetchKeySet) };
}
