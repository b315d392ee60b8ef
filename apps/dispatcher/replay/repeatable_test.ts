import { expect, test } from "@jest/globals";
import { repeatable } from "./repeatable.ts";
import { endedDelivery } from "./suite/fake_replay_store.ts";

const anything = { subscription: undefined, state: undefined, failure: undefined, replay: null };
const dead = endedDelivery();
const delivered = endedDelivery({ subscription: "crm", state: "delivered" });
const cancelled = endedDelivery({ subscription: "sms", state: "cancelled" });
const crashed = endedDelivery({ subscription: "crm", failure: "flr_1" });
const second = endedDelivery({ generation: 2, state: "delivered", replay: "rpl_1" });

test.each([
  ["all that have ended", [dead, delivered, cancelled], {}, [dead, delivered, cancelled]],
  ["those of one subscription", [dead, delivered], { subscription: "crm" }, [delivered]],
  ["those in one state", [dead, delivered], { state: "dead" as const }, [dead]],
  ["those of one group of failures", [dead, crashed], { failure: "flr_1" }, [crashed]],
  ["the latest generation, in any order", [second, dead], {}, [second]],
  ["none whose latest is in another state", [dead, second], { state: "dead" as const }, []],
  ["none that waits", [dead, endedDelivery({ generation: 2, state: "waiting" })], {}, []],
  ["none that runs", [dead, endedDelivery({ generation: 2, state: "running" })], {}, []],
  ["none that the replay itself has made", [dead, second], { replay: "rpl_1" }, []],
  ["what another replay has made", [dead, second], { replay: "rpl_2" }, [second]],
  ["none of none", [], {}, []],
])("repeatable() gives %s", (_what, deliveries, options, expected) => {
  expect(repeatable(deliveries, { ...anything, ...options })).toEqual(expected);
});
