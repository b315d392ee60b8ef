import { type AdminHandlers, RpcError } from "@hookgate/rpc";

/** The operator's calls about counts over time and about sources. */
export function metricCalls(): Pick<AdminHandlers, "getMetricSeries" | "listSources"> {
  const later = () => Promise.reject(new RpcError("UNIMPLEMENTED", "not in this version yet"));
  return { getMetricSeries: later, listSources: later };
}
