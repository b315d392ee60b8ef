import { ADMIN_CALLS, type AdminHandlers } from "../generated/admin_calls.ts";

/** Methods of AdminService that change nothing, by name. */
export const ADMIN_READS: RegExp = /^(?:Get|List)[A-Z]|^Find(?:[A-Z]|$)/;

/** The scopes of which a caller of a method of AdminService needs one, the narrowest first. A new method needs `admin`. */
export function adminScopes(method: string): readonly [string, ...string[]] {
  if (ADMIN_READS.test(method)) return ["view", "admin"];
  return method === "Propose" ? ["propose", "admin"] : ["admin"];
}

/** Makes one function for each call of AdminService. */
export function adminHandlers(
  make: (name: keyof AdminHandlers) => (request: never) => Promise<unknown>,
): AdminHandlers {
  // TypeScript cannot type all of them in one expression; each is what `make` returned for its name.
  return Object.fromEntries(ADMIN_CALLS.map((name) => [name, make(name)])) as never;
}
