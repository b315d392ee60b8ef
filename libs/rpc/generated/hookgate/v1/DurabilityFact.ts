// Original file: protos/hookgate/v1/doctor.proto


/**
 * DurabilityFact is one thing that the store's promises rest on.
 */
export interface DurabilityFact {
  /**
   * What it is, in a few words.
   */
  'what'?: (string);
  /**
   * How it is.
   */
  'value'?: (string);
  /**
   * Why that is wrong, a sentence; empty if it is right.
   */
  'problem'?: (string);
  /**
   * Whether events can be lost by it, rather than only in a disaster.
   */
  'severe'?: (boolean);
}

/**
 * DurabilityFact is one thing that the store's promises rest on.
 */
export interface DurabilityFact__Output {
  /**
   * What it is, in a few words.
   */
  'what': (string);
  /**
   * How it is.
   */
  'value': (string);
  /**
   * Why that is wrong, a sentence; empty if it is right.
   */
  'problem': (string);
  /**
   * Whether events can be lost by it, rather than only in a disaster.
   */
  'severe': (boolean);
}
