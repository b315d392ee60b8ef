/** Address of `resolve_hook.ts` for `node --import`; importing the file itself would install the hook here. */
export const RESOLVE_HOOK_URL: string = new URL("./resolve_hook.ts", import.meta.url).href;
