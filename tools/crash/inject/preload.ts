// Loaded before a dispatcher's own code, with `--import`: arms a crash point or breaks a promise.
import { armPoint, type CrashPoint } from "./points.ts";
import { SABOTAGES, type Sabotage } from "./sabotages.ts";

const [point, count] = (process.env["CRASH_POINT"] ?? "").split(":");
if (point) armPoint(point as CrashPoint, Number(count));

const sabotage = process.env["CRASH_SABOTAGE"];
if (sabotage) SABOTAGES[sabotage as Sabotage]();
