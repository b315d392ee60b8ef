import { type AdminHandlers, RpcError } from "@hookgate/rpc";
import type { DataKeyName } from "../store/contract/data_keys.ts";
import { toRpcError } from "./rpc_errors.ts";

/** Longest id of a person, in characters. */
const SUBJECT_CHARS_MAX = 1_000;

/** Options for {@linkcode eraseCalls}. */
export interface EraseCallsOptions {
  /** Deletes the keys of a person; null if nothing was ever protected. `dryRun` only returns which there are. */
  erase: (
    subject: string,
    options: { source?: string | undefined; dryRun: boolean },
  ) => Promise<readonly DataKeyName[] | null>;
  /** How long a key that was deleted here may be in the memory of another dispatcher, in milliseconds. */
  keysKeptMs: number;
}

/** The operator's call that erases a person. */
export function eraseCalls({
  erase,
  keysKeptMs,
}: EraseCallsOptions): Pick<AdminHandlers, "eraseSubject"> {
  return {
    async eraseSubject({ subject, source, dryRun }) {
      if (subject === "" || subject.length > SUBJECT_CHARS_MAX) {
        throw new RpcError(
          "INVALID_ARGUMENT",
          `subject must have 1 to ${SUBJECT_CHARS_MAX} characters`,
        );
      }
      const keys = await erase(subject, { source: source || undefined, dryRun }).catch(toRpcError);
      if (keys === null) {
        throw new RpcError(
          "FAILED_PRECONDITION",
          "Cannot erase: no source has protect, and there is no data key",
        );
      }
      const named = keys.map(({ source: of, month }) => ({ source: of, month }));
      return { keys: named, inForceMs: keysKeptMs };
    },
  };
}
