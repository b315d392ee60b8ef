import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { dataKeyPath } from "@hookgate/config";
import { STORE_FILE } from "../../../apps/dispatcher/store/sqlite/file.ts";
import { bodyOf, DATA_DIR } from "./power_load.ts";

/** The result of {@linkcode judgeCut}. */
export interface CutVerdict {
  /** Acknowledged events that are not there, or not byte for byte. */
  lost: number;
  /** What is wrong with the store's file or with the key, or null. */
  damage: string | null;
}

/** What a program was told is durable. */
export interface Promised {
  /** Ids of acknowledged events. */
  acknowledged: readonly string[];
  /** The key that protected data is encrypted with, or null before it is used. */
  key: Uint8Array | null;
}

/**
 * Opens the files that a power cut left with SQLite alone, because the store's own code could have the same fault, and looks
 * for every acknowledged event and the key. Paths are relative to the folder that was traced.
 */
export function judgeCut(
  files: ReadonlyMap<string, Uint8Array>,
  { acknowledged, key }: Promised,
): CutVerdict {
  const folder = mkdtempSync(join(tmpdir(), "hookgate-cut-"));
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const dataDir = join(folder, DATA_DIR);
    const { lost, damage } = judgeFile(join(dataDir, STORE_FILE), acknowledged);
    return { lost, damage: damage ?? judgeKey(dataKeyPath(dataDir), key) };
  } catch (error) {
    return { lost: acknowledged.length, damage: (error as Error).message };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function judgeKey(file: string, key: Uint8Array | null): string | null {
  if (key === null) return null;
  const isWhole = existsSync(file) && readFileSync(file, "utf8").trim() === toHex(key);
  return isWhole ? null : "the key of protected data is lost";
}

const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function judgeFile(file: string, acknowledged: readonly string[]): CutVerdict {
  // A file that never got its first commit may be empty, and without a name.
  if (acknowledged.length === 0) return { lost: 0, damage: null };
  const db = new DatabaseSync(file);
  try {
    const [check] = db.prepare("PRAGMA integrity_check(1)").all();
    const damage = check?.["integrity_check"] === "ok" ? null : String(check?.["integrity_check"]);
    const rows = db.prepare("SELECT 'evt_' || lower(hex(id)) AS id, body FROM events").all();
    const stored = new Map(rows.map(({ id, body }) => [String(id), body as Uint8Array]));
    const isLost = (id: string) => Buffer.compare(stored.get(id) ?? Buffer.of(), bodyOf(id)) !== 0;
    return { lost: acknowledged.filter(isLost).length, damage };
  } finally {
    db.close();
  }
}
