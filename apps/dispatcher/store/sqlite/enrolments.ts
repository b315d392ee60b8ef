import type { DatabaseSync } from "node:sqlite";
import type { Enrolment } from "../contract/bookkeeping.ts";
import { keepEnrolled } from "../contract/keep_enrolled.ts";

/** Sources whose secrets handshakes deliver. */
export interface Enrolments {
  open(input: { source: string; until: number }): void;
  enrol(input: { source: string; secret: string }, now: number): boolean;
  read(now: number): Enrolment[];
}

/** Prepares {@linkcode Enrolments}. */
export function prepareEnrolments(db: DatabaseSync): Enrolments {
  const put = db.prepare(`INSERT INTO enrolments VALUES (?1, ?2, '[]')
    ON CONFLICT (source) DO UPDATE SET open_until = ?2`);
  const open = db.prepare("SELECT secrets FROM enrolments WHERE source = ? AND open_until > ?");
  const close = db.prepare("UPDATE enrolments SET open_until = 0, secrets = ? WHERE source = ?");
  const all = db.prepare("SELECT * FROM enrolments ORDER BY source");
  return {
    open({ source, until }) {
      put.run(source, Math.floor(until));
    },
    enrol({ source, secret }, now) {
      const found = open.get(source, now);
      if (!found) return false;
      const secrets = keepEnrolled(JSON.parse(found["secrets"] as string), secret);
      close.run(JSON.stringify(secrets), source);
      return true;
    },
    read(now) {
      const enrolments = all.all().map((row): Enrolment => {
        const until = row["open_until"] as number;
        return {
          source: row["source"] as string,
          openUntil: until > now ? until : null,
          secrets: JSON.parse(row["secrets"] as string),
        };
      });
      return enrolments.filter(
        ({ openUntil, secrets }) => openUntil !== null || secrets.length > 0,
      );
    },
  };
}
