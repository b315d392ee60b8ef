import { registerHooks } from "node:module";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { wrap } from "./points.ts";

/** Broken promises that the judge has to notice; each breaks a dispatcher when it is loaded, and none is in its code. */
export const SABOTAGES = {
  "ack before commit": ackBeforeCommit,
  "one event in a thousand dropped": () => dropEvents(1_000),
  "one byte changed": () => changeBytes(50),
  "the fence removed": removeFence,
  "dedupe removed": removeDedupe,
} as const;

/** The name of a sabotage. */
export type Sabotage = keyof typeof SABOTAGES;

/** How long the commits of the saboteur are put off, in milliseconds. */
const COMMIT_DELAY_MS = 300;

/** Commits of the embedded store return at once and happen later, several together. */
function ackBeforeCommit(): void {
  let isOpen = false;
  wrap(DatabaseSync.prototype, "exec", (exec) => {
    return function (this: DatabaseSync, sql: string) {
      if (sql === "COMMIT") return;
      if (sql !== "BEGIN IMMEDIATE") return exec.call(this, sql);
      if (isOpen) return;
      isOpen = true;
      exec.call(this, sql);
      setTimeout(() => {
        isOpen = false;
        exec.call(this, "COMMIT");
      }, COMMIT_DELAY_MS);
    };
  });
}

/** Of every so many events the embedded store neither writes one nor its deliveries. */
function dropEvents(every: number): void {
  let stored = 0;
  const dropped = new Set<unknown>();
  wrap(StatementSync.prototype, "run", (run) => {
    return function (this: StatementSync, ...args) {
      const nothing = { changes: 1, lastInsertRowid: 0 };
      if (this.sourceSQL.startsWith("INSERT INTO events")) {
        stored += 1;
        if (stored % every === 0) {
          dropped.add(args[0]);
          return nothing;
        }
      }
      // The second value of a delivery is its event.
      if (this.sourceSQL.startsWith("INSERT INTO deliveries") && dropped.has(args[1])) {
        return nothing;
      }
      return run.apply(this, args);
    };
  });
}

/** Of every so many events the embedded store changes a byte of the body. */
function changeBytes(every: number): void {
  let stored = 0;
  wrap(StatementSync.prototype, "run", (run) => {
    return function (this: StatementSync, ...args) {
      if (this.sourceSQL.startsWith("INSERT INTO events")) {
        stored += 1;
        const body = Uint8Array.from(args.at(-1));
        body[body.length - 2] = (body.at(-2) ?? 0) ^ 1;
        if (stored % every === 0) args.splice(-1, 1, body);
      }
      return run.apply(this, args);
    };
  });
}

/** The embedded store finds none of its dedupe keys. */
function removeDedupe(): void {
  for (const name of ["get", "all"]) {
    wrap(StatementSync.prototype, name, (read) => {
      return function (this: StatementSync, ...args) {
        const sql = this.sourceSQL;
        if (!sql.startsWith("SELECT") || !sql.includes("dedupe_")) return read.apply(this, args);
        return name === "get" ? undefined : [];
      };
    });
  }
}

/** The store on MongoDB takes every claim for one that still stands. */
function removeFence(): void {
  edit("/store/mongodb/", /(function holds\(.*?\): boolean \{)/s, "$1 return true;");
}

/** Changes the source files of a folder as they are loaded. If none matches, the sabotage does not show, and is missed. */
function edit(folder: string, what: RegExp, by: string): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.includes(folder) || !loaded.source) return loaded;
      const { source } = loaded;
      const text =
        typeof source === "string" ? source : Buffer.from(source as Uint8Array).toString();
      return { ...loaded, source: text.replace(what, by) };
    },
  });
}
