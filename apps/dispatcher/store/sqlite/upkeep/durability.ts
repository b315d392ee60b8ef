import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { DurabilityFact } from "../../contract/upkeep.ts";

/** Kinds of file systems by their numbers in statfs, where they matter. */
const FILE_SYSTEMS: Readonly<Record<number, Omit<DurabilityFact, "what">>> = {
  16914836: inMemory("tmpfs"),
  2240043254: inMemory("ramfs"),
  26985: overNetwork("nfs"),
  4283649346: overNetwork("cifs"),
  4266872130: overNetwork("smb"),
  2035054128: {
    value: "overlay",
    problem:
      "DATA_DIR is in a container's own layer, which goes with the container: put it on a volume.",
    severe: true,
  },
};

/** `PRAGMA synchronous` by its numbers. */
const SYNCHRONOUS = ["off", "normal", "full", "extra"];

/** The least that outlives a loss of power after every commit. */
const SYNCHRONOUS_MIN = 2;

/** Prepares `durability`. */
export function prepareDurability(db: DatabaseSync): { durability(): DurabilityFact[] } {
  return {
    durability: () => [journalFact(db), synchronousFact(db), ...fileSystemFacts(db.location())],
  };
}

function journalFact(db: DatabaseSync): DurabilityFact {
  const value = String(readPragma(db, "journal_mode"));
  const isRight = value === "wal";
  const problem = isRight
    ? ""
    : "The store's file has another journal than the one it is made for.";
  return { what: "journal", value, problem, severe: !isRight };
}

function synchronousFact(db: DatabaseSync): DurabilityFact {
  const level = Number(readPragma(db, "synchronous"));
  const isRight = level >= SYNCHRONOUS_MIN;
  return {
    what: "commits",
    value: `fsynced (synchronous = ${SYNCHRONOUS[level] ?? level})`,
    problem: isRight ? "" : "Commits do not wait for the disk: a loss of power loses events.",
    severe: !isRight,
  };
}

function fileSystemFacts(file: string | null): DurabilityFact[] {
  if (!file) return [];
  const { type } = statfsSync(dirname(file));
  const known = FILE_SYSTEMS[type];
  const what = "file system of DATA_DIR";
  if (known) return [{ what, ...known }];
  return [{ what, value: "local", problem: "", severe: false }];
}

function inMemory(value: string): Omit<DurabilityFact, "what"> {
  const problem =
    "DATA_DIR is in memory: a restart of the machine loses every event; put it on a disk.";
  return { value, problem, severe: true };
}

function overNetwork(value: string): Omit<DurabilityFact, "what"> {
  const problem =
    "DATA_DIR is on a network, where locks and fsync are not to be relied on: put it on a local disk, or use MongoDB.";
  return { value, problem, severe: true };
}

function readPragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}
