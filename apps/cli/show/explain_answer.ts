/** What to do about an answer of the edge that is not a 2xx, in one sentence. */
export function explainAnswer(response: Response, source: string): string {
  const wait = response.headers.get("retry-after");
  const later = wait === null ? "" : ` (it says to wait ${wait} s)`;
  switch (response.status) {
    case 401:
      return (
        "Cannot send: the edge has another secret; start it and this command with the same " +
        "WEBHOOK_SECRET, DATA_DIR and HOOKGATE_CONFIG; npx hookgate quarantine list says more"
      );
    case 403:
      return `Cannot send: this address is not in allowedIps of source "${source}"`;
    case 404:
      return (
        `Cannot send: the edge does not know source "${source}"; ` +
        "it reads a changed configuration on SIGHUP, or when npm start is run again"
      );
    case 413:
      return "Cannot send: the body is larger than limits.bodyBytesMax of the configuration";
    case 429:
      return `Cannot send: over a rate limit${later}`;
    case 503:
      return `Cannot send: the edge cannot store events now${later}; is the dispatcher running? Start it with npm start`;
    default:
      return `Cannot send: the edge did not take the event, with status ${response.status}${later}`;
  }
}
