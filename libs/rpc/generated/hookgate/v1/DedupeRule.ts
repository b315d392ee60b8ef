// Original file: protos/hookgate/v1/ingest.proto

/**
 * DedupeRule is what tells an event apart from the others of its source. The edge decides it.
 */
export const DedupeRule = {
  /**
   * Not set: an older edge. By id and body if it has an id, otherwise by nothing.
   */
  DEDUPE_RULE_UNSPECIFIED: 'DEDUPE_RULE_UNSPECIFIED',
  /**
   * The provider's id alone.
   */
  DEDUPE_RULE_ID: 'DEDUPE_RULE_ID',
  /**
   * The provider's id together with the body.
   */
  DEDUPE_RULE_ID_AND_BODY: 'DEDUPE_RULE_ID_AND_BODY',
  /**
   * The body, for some time.
   */
  DEDUPE_RULE_BODY: 'DEDUPE_RULE_BODY',
  /**
   * Nothing: every request is an event.
   */
  DEDUPE_RULE_NONE: 'DEDUPE_RULE_NONE',
} as const;

/**
 * DedupeRule is what tells an event apart from the others of its source. The edge decides it.
 */
export type DedupeRule =
  /**
   * Not set: an older edge. By id and body if it has an id, otherwise by nothing.
   */
  | 'DEDUPE_RULE_UNSPECIFIED'
  | 0
  /**
   * The provider's id alone.
   */
  | 'DEDUPE_RULE_ID'
  | 1
  /**
   * The provider's id together with the body.
   */
  | 'DEDUPE_RULE_ID_AND_BODY'
  | 2
  /**
   * The body, for some time.
   */
  | 'DEDUPE_RULE_BODY'
  | 3
  /**
   * Nothing: every request is an event.
   */
  | 'DEDUPE_RULE_NONE'
  | 4

/**
 * DedupeRule is what tells an event apart from the others of its source. The edge decides it.
 */
export type DedupeRule__Output = typeof DedupeRule[keyof typeof DedupeRule]
