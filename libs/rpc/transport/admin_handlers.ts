import { ADMIN_CALLS, type AdminHandlers } from "../generated/admin_calls.ts";

/** Makes one function for each call of AdminService. */
export function adminHandlers(
  make: (name: keyof AdminHandlers) => (request: never) => Promise<unknown>,
): AdminHandlers {
  // TypeScript cannot type all of them in one expression; each is what `make` returned for its name.
  return Object.fromEntries(ADMIN_CALLS.map((name) => [name, make(name)])) as never;
}
