import { type AdminHandlers, deliveryToMessage, RpcError } from "@hookgate/rpc";
import type { Delivery } from "@hookgate/types";
import type { Deliveries } from "../store/contract/deliveries.ts";
import { checkReason, missing, toRpcError } from "./rpc_errors.ts";

/** Options for {@linkcode deliveryCalls}. */
export interface DeliveryCallsOptions {
  store: Pick<Deliveries, "retryDelivery" | "cancelDelivery">;
  /** Called with the subscription of a delivery that is due now. */
  wake: (subscription: string) => void;
  /** Called with a subscription that an operator wants tried now, before that. */
  tryNow: (subscription: string) => void;
}

/** The operator's calls about deliveries. */
export function deliveryCalls({
  store,
  wake,
  tryNow,
}: DeliveryCallsOptions): Pick<AdminHandlers, "retryDelivery" | "cancelDelivery"> {
  return {
    async retryDelivery({ id }) {
      const result = await store.retryDelivery(id).catch(toRpcError);
      if (result.outcome === "missing") throw missing("delivery", id);
      if (result.outcome === "refused") {
        throw new RpcError("FAILED_PRECONDITION", whyNotRetried(result.delivery));
      }
      if (result.outcome === "deleted") {
        const { subscription } = result.delivery;
        const problem = `delivery ${id} is for subscription ${subscription}, which was deleted: nobody would get it`;
        throw new RpcError("FAILED_PRECONDITION", problem);
      }
      tryNow(result.delivery.subscription);
      wake(result.delivery.subscription);
      return { delivery: deliveryToMessage(result.delivery) };
    },

    async cancelDelivery({ id, reason: given }) {
      const reason = checkReason(given) || "an operator cancelled it";
      const result = await store.cancelDelivery(id, { reason }).catch(toRpcError);
      if (result.outcome === "missing") throw missing("delivery", id);
      if (result.outcome === "refused") {
        const problem = `delivery ${id} is ${result.delivery.state}: only dead and waiting ones can be cancelled`;
        throw new RpcError("FAILED_PRECONDITION", problem);
      }
      if (result.dueNow !== null) wake(result.delivery.subscription);
      return { delivery: deliveryToMessage(result.delivery), dueNow: result.dueNow ?? "" };
    },
  };
}

function whyNotRetried({ id, state }: Delivery): string {
  if (state === "waiting") {
    return `delivery ${id} is held back by an earlier one with its order key: retry or cancel that one`;
  }
  return `delivery ${id} is ${state}: only dead and waiting ones can be retried`;
}
