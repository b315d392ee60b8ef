import type { DatabaseSync } from "node:sqlite";
import type { HandshakeSeen } from "@hookgate/types";

/** The last handshakes of each source. */
export interface Handshakes {
  record(seen: readonly HandshakeSeen[]): void;
  read(): HandshakeSeen[];
}

/** Prepares {@linkcode Handshakes}. */
export function prepareHandshakes(db: DatabaseSync): Handshakes {
  const put = db.prepare(`INSERT INTO handshakes VALUES (?1, ?2, ?3)
    ON CONFLICT (source, ok) DO UPDATE SET at = max(at, ?3)`);
  const all = db.prepare("SELECT * FROM handshakes ORDER BY source, ok");
  return {
    record(seen) {
      for (const { source, ok, at } of seen) put.run(source, ok ? 1 : 0, Math.round(at));
    },
    read() {
      return all.all().map((row) => ({
        source: row["source"] as string,
        at: row["at"] as number,
        ok: row["ok"] === 1,
      }));
    },
  };
}
