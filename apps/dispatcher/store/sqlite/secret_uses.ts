import type { DatabaseSync } from "node:sqlite";
import type { SecretUse } from "@hookgate/types";

/** How often secrets were the ones that matched. */
export interface SecretUses {
  record(uses: readonly SecretUse[]): void;
  read(): SecretUse[];
}

/** Prepares {@linkcode SecretUses}. */
export function prepareSecretUses(db: DatabaseSync): SecretUses {
  const add = db.prepare(`INSERT INTO secret_uses VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (source, secret_id) DO UPDATE SET uses = uses + ?3,
      first_used_at = min(first_used_at, ?4), last_used_at = max(last_used_at, ?5)`);
  const all = db.prepare("SELECT * FROM secret_uses ORDER BY source, secret_id");
  return {
    record(uses) {
      for (const { source, secretId, uses: count, firstUsedAt, lastUsedAt } of uses) {
        add.run(source, secretId, count, Math.round(firstUsedAt), Math.round(lastUsedAt));
      }
    },
    read() {
      return all.all().map((row) => ({
        source: row["source"] as string,
        secretId: row["secret_id"] as string,
        uses: row["uses"] as number,
        firstUsedAt: row["first_used_at"] as number,
        lastUsedAt: row["last_used_at"] as number,
      }));
    },
  };
}
