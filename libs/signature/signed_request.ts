/** What `verify` sees of a request. */
export interface SignedRequest {
  /** All values of the header with this lower-case name, in the order received; none where it was not sent. */
  headers: (name: string) => readonly string[];
  /** The exact bytes of the body. */
  body: Uint8Array;
}
