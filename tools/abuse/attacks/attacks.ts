import type { Attack } from "../attack.ts";
import { encodings } from "./encodings.ts";
import { forgedSignatures } from "./forged_signatures.ts";
import { hostileBodies } from "./hostile_bodies.ts";
import { hostileJson } from "./hostile_json.ts";
import { oneSourceFloods } from "./one_source_floods.ts";
import { oversize } from "./oversize.ts";
import { randomBytesAtPorts } from "./random_bytes.ts";
import { replays } from "./replays.ts";
import { rpc } from "./rpc.ts";
import { slowSockets } from "./slow_sockets.ts";
import { oddRequests } from "./smuggling.ts";
import { ssrf } from "./ssrf.ts";
import { timing } from "./timing.ts";

/** Every attack, in the order of their ids. */
export const ATTACKS: readonly Attack[] = [
  hostileBodies,
  slowSockets,
  oversize,
  encodings,
  hostileJson,
  oddRequests,
  forgedSignatures,
  timing,
  replays,
  ssrf,
  rpc,
  oneSourceFloods,
  randomBytesAtPorts,
];
