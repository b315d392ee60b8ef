/**
 * Variables that every handler gets: what programs need to find their way, and nothing that could hold a secret. Proxies
 * are left out, because their URLs may have passwords.
 */
const HARMLESS = new Set([
  ..."PATH HOME USER LOGNAME SHELL HOSTNAME PWD TMPDIR TMP TEMP TZ LANG LANGUAGE".split(" "),
  ..."NODE_ENV NODE_OPTIONS NODE_EXTRA_CA_CERTS NODE_COMPILE_CACHE SSL_CERT_FILE SSL_CERT_DIR LOG_LEVEL".split(
    " ",
  ),
  // Windows starts no program without these.
  ..."SystemRoot SystemDrive windir COMSPEC PATHEXT USERPROFILE APPDATA LOCALAPPDATA".split(" "),
]);

/** Locale settings: LC_ALL, LC_TIME … */
const LOCALE = /^LC_[A-Z]+$/;

/** The environment of a handler host: an allow list, because secrets may stand in variables of any name. */
export function handlerEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  { names }: { names: readonly string[] },
): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    if (HARMLESS.has(name) || LOCALE.test(name) || names.includes(name)) own[name] = value;
  }
  return own;
}
