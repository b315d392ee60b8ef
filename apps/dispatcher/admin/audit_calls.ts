import { type AdminHandlers, type AuditRecordMessage, RpcError } from "@hookgate/rpc";
import type { Audit, AuditEntry } from "../store/contract/audit.ts";
import { isId } from "../store/contract/ids.ts";
import { checkPageSize, toRpcError } from "./rpc_errors.ts";

/** The operator's call about the audit log. */
export function auditCalls({
  store,
}: {
  store: Pick<Audit, "auditLog">;
}): Pick<AdminHandlers, "listAudit"> {
  return {
    async listAudit({ sinceMs, pageSize, pageToken }) {
      if (pageToken !== "" && !isId(pageToken, "aud")) {
        throw new RpcError("INVALID_ARGUMENT", "page_token is not one of an answer");
      }
      const limit = checkPageSize(pageSize);
      const entries = await store
        .auditLog({
          limit,
          ...(sinceMs !== undefined && { since: sinceMs }),
          ...(pageToken !== "" && { before: pageToken }),
        })
        .catch(toRpcError);
      const last = entries.length === limit ? entries.at(-1) : undefined;
      return {
        entries: entries.map(auditToMessage),
        nextPageToken: last?.id ?? "",
      };
    },
  };
}

/** An entry of the audit log as a message. */
export function auditToMessage({ at, ...entry }: AuditEntry): AuditRecordMessage {
  return { ...entry, atMs: at };
}
