import type { MongoServer } from "@hookgate/testing";
import type { Cluster, ClusterOptions } from "./cluster.ts";
import type { Evidence } from "./judge/judge.ts";
import type { Load } from "./load/start_load.ts";

/** The stores that a fault is tried on. */
export type StoreName = "embedded" | "mongodb";

/** A gateway under load, for a fault to strike. */
export interface Stage {
  cluster: Cluster;
  load: Load;
  /** Where everything of this run is kept. */
  folder: string;
  store: StoreName;
  /** The database server; null for the embedded store. */
  mongo: MongoServer | null;
  /** How often to strike. */
  kills: number;
  /** Whether this is the short form: waits are cut to what still means something. */
  short: boolean;
  random: () => number;
  /** Waits a random part of this, in milliseconds. */
  quiet(msMax: number): Promise<void>;
  /** Notes that the fault strikes now, or is lifted: recovery counts from here. */
  struck(): void;
  /** Resolves when enough posts that were sent after the call are acknowledged. */
  acked(): Promise<void>;
  /** Notes a promise that the fault's own checks found broken. */
  problem(sentence: string): void;
}

/** One kind of fault. */
export interface Fault {
  /** Such as `F1`. */
  name: string;
  /** What happens, in a few words. */
  what: string;
  stores: readonly StoreName[];
  /** Strikes in the short form, on the stores that it has, and in the full one. */
  kills: { short: Partial<Record<StoreName, number>>; full: number };
  /** @default {1} */
  edges?: number;
  /** What this machine lacks for it, and how to get it; null if nothing. */
  missing?: () => string | null | Promise<string | null>;
  /** Changes how the gateway is started. The result is disposed of at the end. */
  prepare?: (preparing: Preparing) => Promise<Partial<ClusterOptions> & Partial<AsyncDisposable>>;
  strike(stage: Stage): Promise<void>;
  /** Checks what only this fault promises, at the end. */
  check?: (evidence: Evidence) => readonly string[];
  /** Whether every post has to be answered: no edge is killed. @default {false} */
  answersAll?: boolean;
  /** Whether the store's own counts of ended deliveries hold. @default {true} */
  countsEnds?: boolean;
}

/** What a fault is prepared with. */
export interface Preparing {
  folder: string;
  store: StoreName;
  mongo: MongoServer | null;
}
