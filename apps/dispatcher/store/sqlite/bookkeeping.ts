import type { DatabaseSync } from "node:sqlite";
import { currentEnrolments, keepEnrolled } from "../contract/enrolments.ts";
import { prepare } from "./rows.ts";
import type { OperationsOf } from "./wire.ts";

/** Prepares what counts uses of secrets. */
export function prepareSecretUses(
  db: DatabaseSync,
): OperationsOf<"recordSecretUses" | "secretUses"> {
  const add = prepare(
    db,
    `INSERT INTO secret_uses VALUES (?1, ?2, ?3, ?4, ?5)
     ON CONFLICT (source, secret_id) DO UPDATE SET uses = uses + ?3,
       first_used_at = min(first_used_at, ?4), last_used_at = max(last_used_at, ?5)`,
  );
  const all = prepare<{
    source: string;
    secret_id: string;
    uses: number;
    first_used_at: number;
    last_used_at: number;
  }>(db, "SELECT * FROM secret_uses ORDER BY source, secret_id");
  return {
    recordSecretUses(_now, recorded) {
      for (const { source, secretId, uses, firstUsedAt, lastUsedAt } of recorded) {
        add.run(source, secretId, uses, Math.round(firstUsedAt), Math.round(lastUsedAt));
      }
    },
    secretUses: () =>
      all.all().map(({ source, secret_id, uses, first_used_at, last_used_at }) => ({
        source,
        secretId: secret_id,
        uses,
        firstUsedAt: first_used_at,
        lastUsedAt: last_used_at,
      })),
  };
}

/** Prepares what keeps the last handshakes of each source. */
export function prepareHandshakes(
  db: DatabaseSync,
): OperationsOf<"recordHandshakes" | "handshakes"> {
  const put = prepare(
    db,
    `INSERT INTO handshakes VALUES (?1, ?2, ?3)
     ON CONFLICT (source, ok) DO UPDATE SET at = max(at, ?3)`,
  );
  const all = prepare<{ source: string; ok: number; at: number }>(
    db,
    "SELECT * FROM handshakes ORDER BY source, ok",
  );
  return {
    recordHandshakes(_now, seen) {
      for (const { source, ok, at } of seen) put.run(source, ok ? 1 : 0, Math.round(at));
    },
    handshakes: () => all.all().map(({ source, ok, at }) => ({ source, at, ok: ok === 1 })),
  };
}

/** Prepares the enrolments of sources whose secrets handshakes deliver. */
export function prepareEnrolments(
  db: DatabaseSync,
): OperationsOf<"openEnrolment" | "revokeEnrolment" | "enrol" | "enrolments"> {
  const put = prepare(
    db,
    `INSERT INTO enrolments VALUES (?1, ?2, '[]')
     ON CONFLICT (source) DO UPDATE SET open_until = ?2`,
  );
  const putWord = prepare(db, "INSERT OR REPLACE INTO enrolment_words VALUES (?, ?)");
  const open = prepare<{ secrets: string }>(
    db,
    `SELECT secrets FROM enrolments JOIN enrolment_words USING (source)
     WHERE source = ? AND open_until > ? AND word = ?`,
  );
  const secretsOf = prepare<{ secrets: string }>(
    db,
    "SELECT secrets FROM enrolments WHERE source = ?",
  );
  const close = prepare(db, "UPDATE enrolments SET open_until = 0, secrets = ? WHERE source = ?");
  const all = prepare<{ source: string; open_until: number; secrets: string }>(
    db,
    "SELECT * FROM enrolments ORDER BY source",
  );
  return {
    openEnrolment(_now, { source, until, word }) {
      put.run(source, Math.floor(until));
      putWord.run(source, word);
    },
    revokeEnrolment(_now, source) {
      const found = secretsOf.get(source);
      close.run("[]", source);
      return found ? JSON.parse(found.secrets).length : 0;
    },
    enrol(now, { source, secret, word, address }) {
      const found = open.get(source, now, word);
      if (!found) return false;
      const kept = keepEnrolled(JSON.parse(found.secrets), { secret, address, at: now });
      close.run(JSON.stringify(kept), source);
      return true;
    },
    enrolments(now) {
      const stored = all.all().map(({ source, open_until, secrets }) => ({
        source,
        openUntil: open_until,
        secrets: JSON.parse(secrets),
      }));
      return currentEnrolments(stored, now);
    },
  };
}
