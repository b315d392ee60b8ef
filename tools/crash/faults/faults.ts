import type { Fault } from "../fault.ts";
import { jumpingClock } from "./clock.ts";
import { failingDisk, fullDisk } from "./disk.ts";
import { frozenDispatcher } from "./freeze.ts";
import { hostileHandlers } from "./handlers.ts";
import { identicalPosts, killDispatcher, killEdge, killServer, rollingRestart } from "./kills.ts";
import { brokenNetwork } from "./network.ts";
import { fewResources } from "./scarcity.ts";

/** Every fault, in the order of their names. F4 is the harness's own test: see `sabotage.ts`. */
export const FAULTS: readonly Fault[] = [
  killEdge,
  killDispatcher,
  killServer,
  failingDisk,
  fullDisk,
  brokenNetwork(),
  frozenDispatcher,
  jumpingClock,
  identicalPosts,
  hostileHandlers,
  rollingRestart,
  fewResources,
];
