/** Longest text that is read as a signature or a list of them, in characters. */
export const SIGNATURE_CHARS_MAX = 4_096;

/** How many signatures one request may have. */
export interface SignatureBounds {
  /** In all places together, such as those of several keys during a rotation. */
  signaturesMax: number;
  /** The same in numbered headers, from 1. */
  numberedMax: number;
}

/** If a secret's code is compared with each. */
export const QUICK_BOUNDS: SignatureBounds = { signaturesMax: 16, numberedMax: 100 };

/** If each costs a public key operation. */
export const SLOW_BOUNDS: SignatureBounds = { signaturesMax: 4, numberedMax: 16 };

/** More public key operations than so many are not begun in one turn of the event loop: each takes 0.05 ms of it. */
export const CHECKED_AT_ONCE_MAX = 8;

/** How often a header of signatures may be sent: once for each secret in use. */
export const REPEATED_HEADERS_MAX = 4;

/** Most other spellings of the URL that are tried. */
export const URLS_MAX = 4;

/** Largest body or field that is looked into in one go before it is verified, in bytes: about 15 ms of work if it is hostile. */
export const PARSED_BODY_BYTES_MAX = 1024 * 1024;

/** Longest secret that is read as a key, in characters: a JSON Web Key for RSA has about 2,000. */
export const SECRET_CHARS_MAX = 16_384;

/** Longest name of a key in a key set, in characters. */
export const KEY_ID_CHARS_MAX = 200;
/** Most keys of a set that count. */
export const KEY_SET_KEYS_MAX = 100;

/** Larger bodies are read and hashed a piece at a time, in bytes … */
export const READ_AT_ONCE_BYTES_MAX = 1024 * 1024;

/** … and so are smaller ones that several secrets or schemes hash, in bytes of all that is hashed … */
export const HASHED_AT_ONCE_BYTES_MAX = 4 * 1024 * 1024;

/** … and larger forms: reading one takes up to twenty times as long as hashing it. */
export const FORM_READ_AT_ONCE_BYTES_MAX = 128 * 1024;

/** Longest text that a handshake may have made us sign, in bytes. */
export const NEVER_SIGNED_BYTES_MAX = 1_024;
