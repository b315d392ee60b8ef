import { type AdminHandlers, RpcError } from "@hookgate/rpc";
import type { EventStore } from "../store/contract/event_store.ts";
import { toRpcError } from "./rpc_errors.ts";

/** A name that cannot lead out of its folder. */
const NAME = /^\w[\w.-]{0,99}$/;

/** The operator's calls about the store as a whole. */
export function upkeepCalls({
  store,
}: {
  store: Pick<EventStore, "backUp" | "checkStep">;
}): Pick<AdminHandlers, "backUp" | "listStoreProblems"> {
  return {
    async backUp({ name }) {
      if (!NAME.test(name)) {
        const what = "letters, digits, dots, dashes and underscores, 100 at most";
        throw new RpcError("INVALID_ARGUMENT", `name must be a file's name of ${what}`);
      }
      if (store.backUp === null) {
        const tool = "use its own tools: mongodump --uri <MONGODB_URI> --oplog";
        throw new RpcError("FAILED_PRECONDITION", `Cannot back up: the store is MongoDB; ${tool}`);
      }
      return store.backUp(name).catch(toRpcError);
    },

    async listStoreProblems({ pageToken }) {
      const { cursor, ...step } = await store.checkStep(pageToken || null).catch(toRpcError);
      return { ...step, problems: [...step.problems], nextPageToken: cursor ?? "" };
    },
  };
}
