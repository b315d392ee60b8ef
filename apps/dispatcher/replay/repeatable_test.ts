import { expect, test } from "@jest/globals";
import { repeatable } from "./repeatable.ts";
import { makeDelivery } from "./suite/fake_replay_store.ts";

const anything = { subscription: undefined, state: undefined, failure: undefined, replay: null };
const dead = makeDelivery();
const delivered = makeDelivery({ subscription: "crm", state: "delivered" });
const cancelled = makeDelivery({ subscription: "sms", state: "cancelled" });
const crashed = makeDelivery({ subscription: "crm", failure: "flr_1" });
const second = makeDelivery({ generation: 2, state: "delivered", replay: "rpl_1" });

test.each([
  ["all that have ended", [dead, delivered, cancelled], {}, [dead, delivered, cancelled]],
  ["those of one subscription", [dead, delivered], { subscription: "crm" }, [delivered]],
  ["those in one state", [dead, delivered], { state: "dead" as const }, [dead]],
  ["those of one group of failures", [dead, crashed], { failure: "flr_1" }, [crashed]],
  ["the latest generation, in any order", [second, dead], {}, [second]],
  ["none whose latest is in another state", [dead, second], { state: "dead" as const }, []],
  ["none that waits", [dead, makeDelivery({ generation: 2, state: "waiting" })], {}, []],
  ["none that runs", [dead, makeDelivery({ generation: 2, state: "running" })], {}, []],
  ["none that the replay itself has made", [dead, second], { replay: "rpl_1" }, []],
  ["what another replay has made", [dead, second], { replay: "rpl_2" }, [second]],
  ["none of none", [], {}, []],
])("repeatable() gives %s", (_what, deliveries, options, expected) => {
  expect(repeatable(deliveries, { ...anything, ...options })).toEqual(expected);
});
