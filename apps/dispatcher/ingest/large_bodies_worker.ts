/**
 * The thread that looks into large bodies of proven senders: it takes up to 20 ms for each MiB, in which the dispatcher's loop
 * would do nothing else.
 */
import { serveTasks } from "@hookgate/async";
import { describeTask } from "@hookgate/receive";
import { readFieldsTask } from "../subscriptions/body_fields.ts";
import type { LargeBodyAnswer, LargeBodyTask } from "./large_bodies.ts";

serveTasks((task: LargeBodyTask): LargeBodyAnswer => {
  return "fieldsOf" in task ? readFieldsTask(task.fieldsOf) : describeTask(task.describe);
});
