import { type AdminHandlers, RpcError } from "@hookgate/rpc";

/** The operator's calls about failures, changes and searches. */
export function failureCalls(): Pick<
  AdminHandlers,
  | "listFailures"
  | "getFailure"
  | "acknowledgeFailure"
  | "resolveFailure"
  | "listChanges"
  | "find"
  | "findInBodies"
  | "createCopy"
> {
  const later = async () => {
    throw new RpcError("UNIMPLEMENTED", "not yet");
  };
  return {
    listFailures: later,
    getFailure: later,
    acknowledgeFailure: later,
    resolveFailure: later,
    listChanges: later,
    find: later,
    findInBodies: later,
    createCopy: later,
  };
}
