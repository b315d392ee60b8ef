/** Lower-case names of the headers that carry credentials whoever sends them; part of every provider's list. */
export const COMMON_CREDENTIAL_HEADERS: readonly string[] = Object.freeze([
  "authorization",
  "cookie",
  "proxy-authorization",
]);
