/**
 * The thread that looks into large bodies of proven senders: it takes up to 20 ms for each MiB, in which the edge's loop
 * would answer nobody else.
 */
import { serveTasks } from "@hookgate/async";
import { describeTask } from "@hookgate/receive";

serveTasks(describeTask);
