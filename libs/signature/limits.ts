/** Longest text that is looked at as a signature or a list of them, in characters: past it no work is done. */
export const SIGNATURE_CHARS_MAX = 4_096;

/** Signatures of one request that count, such as those of several keys during a rotation. */
export const SIGNATURES_MAX = 16;

/** The same where each costs a public key operation. */
export const SLOW_SIGNATURES_MAX = 4;

/** Headers that are numbered from 1. */
export const NUMBERED_HEADERS_MAX = 100;

/** Other spellings of the URL that are tried. */
export const URLS_MAX = 4;

/** Largest body that is parsed before it is verified, where the signature stands in it, in bytes. */
export const PARSED_BODY_BYTES_MAX = 2 * 1024 * 1024;

/** Longest secret that is read as a key, in characters: a JSON Web Key of RSA has some 2,000. */
export const SECRET_CHARS_MAX = 16_384;
