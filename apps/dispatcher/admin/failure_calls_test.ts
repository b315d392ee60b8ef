import { expect, test } from "@jest/globals";
import type { FailureGroup } from "../store/contract/failures.ts";
import { groupToMessage } from "./failure_calls.ts";

const GROUP: FailureGroup = {
  id: "flr_00000000000000000000000000000001",
  subscription: "crm",
  kind: "failed",
  errorClass: "500",
  message: "answered",
  frame: "",
  target: "",
  fileSha256: "",
  firstAt: 1,
  lastAt: 2,
  attempts: 1,
  dead: 0,
  slots: {},
  mark: null,
  sample: { deliveryId: "dlv_1", eventId: "evt_1", error: "answered 500" },
};

test.each([
  ["https://crm.example/hooks?key=abc", "https://crm.example/hooks?key=(hidden)"],
  ["http://ann:pass@crm.example/", "http://(hidden)@crm.example/"],
  ["/app/handlers/crm.ts", "/app/handlers/crm.ts"],
  ["", ""],
])("groupToMessage() shows the target %j as %j", (target, shown) => {
  expect(groupToMessage({ ...GROUP, target }, 3).target).toBe(shown);
});
