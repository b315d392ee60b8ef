/**
 * The thread that looks into large bodies of proven senders: it takes up to 20 ms for each MiB, in which the dispatcher's loop
 * would do nothing else.
 */
import { serveTasks } from "@hookgate/async";
import { lookInto } from "./large_bodies.ts";

serveTasks(lookInto);
