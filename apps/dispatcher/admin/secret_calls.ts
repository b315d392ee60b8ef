import { randomBytes } from "node:crypto";
import type { ConfiguredSource } from "@hookgate/config";
import { sourceProvider } from "@hookgate/providers";
import { type AdminHandlers, RpcError, secretUseToMessage } from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import { describeSecrets } from "../sources/describe_secrets.ts";
import type { PassedTime } from "../sources/passed_time.ts";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import { missing, toRpcError } from "./rpc_errors.ts";

/** How long an enrolment is open by default, in milliseconds. */
const OPEN_MS_DEFAULT = 600_000;

/** How long it may be open, in milliseconds: the first handshake with its word is trusted. */
const OPEN_MS_MAX = 3_600_000;

/** Length of an enrolment's word: nobody guesses it in an hour. */
const WORD_BYTES = 16;

/** Options for {@linkcode secretCalls}. */
export interface SecretCallsOptions {
  store: StoreTime &
    Pick<Bookkeeping, "secretUses" | "enrolments" | "openEnrolment" | "revokeEnrolment">;
  passed: Pick<PassedTime, "ago">;
  sources: () => readonly ConfiguredSource[];
  log: Log;
}

/** The operator's calls about secrets. */
export function secretCalls({
  store,
  passed,
  sources,
  log,
}: SecretCallsOptions): Pick<AdminHandlers, "listSecrets" | "openEnrolment" | "revokeEnrolment"> {
  return {
    async listSecrets({ source: wanted }) {
      const [uses, enrolments] = await Promise.all([store.secretUses(), store.enrolments()]).catch(
        toRpcError,
      );
      const all = describeSecrets({
        sources: sources(),
        uses,
        enrolments,
        now: store.now(),
        passed,
      });
      const found = all.filter(({ source }) => wanted === "" || source === wanted);
      if (wanted !== "" && found.length === 0) requireSource(sources(), wanted);
      return {
        secrets: found.map(({ until, use, delivery, ...secret }) => ({
          ...secret,
          ...(delivery && { deliveredBy: delivery.address, deliveredAtMs: delivery.at }),
          ...(until !== null && { untilMs: until }),
          use: use && secretUseToMessage(use),
        })),
      };
    },

    async openEnrolment({ source: name, openMs: wantedMs }) {
      const openMs = wantedMs || OPEN_MS_DEFAULT;
      if (!(openMs > 0 && openMs <= OPEN_MS_MAX)) {
        throw new RpcError("INVALID_ARGUMENT", `open_ms must be 1 to ${OPEN_MS_MAX}`);
      }
      const source = requireSource(sources(), name);
      if (sourceProvider(source)?.handshake?.enrols !== true) {
        const problem = `${source.provider} has no handshake that delivers a secret: set it in the configuration`;
        throw new RpcError("FAILED_PRECONDITION", problem);
      }
      const until = store.now() + openMs;
      const word = randomBytes(WORD_BYTES).toString("base64url");
      await store.openEnrolment({ source: name, until, word }).catch(toRpcError);
      log.warn(
        { source: name, until },
        "enrolment opened: a handshake with its word delivers the secret",
      );
      return { untilMs: until, word };
    },

    async revokeEnrolment({ source }) {
      const secrets = await store.revokeEnrolment(source).catch(toRpcError);
      // One that left the configuration may have delivered some.
      if (secrets === 0) requireSource(sources(), source);
      log.warn({ source, revoked: secrets }, "enrolment revoked: its secrets no longer verify");
      return { secrets };
    },
  };
}

function requireSource(sources: readonly ConfiguredSource[], name: string): ConfiguredSource {
  const source = sources.find((one) => one.name === name);
  if (source) return source;
  throw missing("source", name);
}
