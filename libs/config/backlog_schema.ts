import type { BacklogBound } from "@hookgate/types";
import { BACKLOG_DEFAULT } from "./backlog_default.ts";
import { boundedNumber } from "./bounded_number.ts";
import { strictObject } from "./strict_object.ts";

const DELIVERIES_MAX = 1_000_000_000;
const BYTES_MAX = 1_024 ** 4;
const AGE_MS_MIN = 1_000;
const AGE_MS_MAX = 365 * 86_400_000;

/** What may wait for a subscription. */
export const backlogSchema = strictObject({
  deliveries: boundedNumber({ min: 1, max: DELIVERIES_MAX }).default(BACKLOG_DEFAULT.deliveriesMax),
  bytes: boundedNumber({ min: 1, max: BYTES_MAX, unit: "bytes" }).default(BACKLOG_DEFAULT.bytesMax),
  age: boundedNumber({ min: AGE_MS_MIN, max: AGE_MS_MAX, unit: "milliseconds" }).default(
    BACKLOG_DEFAULT.ageMsMax,
  ),
}).transform(({ deliveries, bytes, age }): BacklogBound => {
  return { deliveriesMax: deliveries, bytesMax: bytes, ageMsMax: age };
});
