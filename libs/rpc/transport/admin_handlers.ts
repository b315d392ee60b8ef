import { ADMIN_CALLS, type AdminHandlers } from "../generated/admin_calls.ts";

/** Methods of AdminService that change nothing, by name. One that is named otherwise needs the scope `admin`. */
export const ADMIN_READS: RegExp = /^(?:Get|List)[A-Z]|^Find(?:[A-Z]|$)/;

/** Makes one function for each call of AdminService. */
export function adminHandlers(
  make: (name: keyof AdminHandlers) => (request: never) => Promise<unknown>,
): AdminHandlers {
  // TypeScript cannot type all of them in one expression; each is what `make` returned for its name.
  return Object.fromEntries(ADMIN_CALLS.map((name) => [name, make(name)])) as never;
}
