import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** The host of a URL in the form of {@linkcode Config.privateHosts}. */
export function hostOf(url: string): string {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(host) === 0 ? host : ipaddr.process(host).toString();
}
