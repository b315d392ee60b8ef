/** Largest message, in bytes, in either direction. */
export const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
