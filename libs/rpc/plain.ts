/**
 * A generated type as the rest of Hookgate uses it: any kind of bytes will do, and the extra `_field` marks that the
 * loader adds for optional fields are left out.
 */
export type Plain<T> = T extends Uint8Array
  ? Uint8Array
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends `_${string}` ? never : Key]: Plain<T[Key]> }
      : T;
