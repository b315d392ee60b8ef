import { DatabaseSync } from "node:sqlite";
import type { HandlerContext, HandlerEvent } from "hookgate/types";

interface StripeEvent {
  data?: { object?: { id?: string; amount?: number; currency?: string } };
}

const ledger = new DatabaseSync(process.env["LEDGER_FILE"] ?? "ledger.sqlite", { timeout: 5_000 });
ledger.exec(`
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS handled (event TEXT PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS entries (object TEXT NOT NULL, cents INTEGER NOT NULL, currency TEXT NOT NULL);
`);

/** Books a payment or a refund. The event's id and the entry are written in one transaction, so that it is booked once. */
export function handle(event: HandlerEvent<StripeEvent>, context: HandlerContext): void {
  const { id = "", amount = 0, currency = "" } = event.data.data?.object ?? {};
  const cents = event.type === "payment.refunded" ? -amount : amount;
  ledger.exec("BEGIN IMMEDIATE");
  try {
    const { changes } = ledger
      .prepare("INSERT INTO handled (event) VALUES (?) ON CONFLICT DO NOTHING")
      .run(event.id);
    if (changes === 1) {
      ledger
        .prepare("INSERT INTO entries (object, cents, currency) VALUES (?, ?, ?)")
        .run(id, cents, currency);
    }
    ledger.exec("COMMIT");
    context.log.info(changes === 1 ? "booked" : "booked before", { object: id });
  } catch (error) {
    ledger.exec("ROLLBACK");
    throw error;
  }
}
