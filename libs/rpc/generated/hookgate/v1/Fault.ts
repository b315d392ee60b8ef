// Original file: protos/hookgate/v1/admin.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Fault says whose fault something is.
 */
export interface Fault {
  /**
   * "gateway", "disk", "clock", "handler", "endpoint", "subscriber", "provider" or "recipient": one that cannot be told.
   */
  'whose'?: (string);
  /**
   * Which: a subscription, a source for a provider, or a recipient of notify; empty for the others.
   */
  'name'?: (string);
  /**
   * What is wrong, a sentence.
   */
  'problem'?: (string);
  /**
   * What to do about it, a sentence.
   */
  'advice'?: (string);
  /**
   * Since when, in milliseconds since 1970; absent if that is not known.
   */
  'sinceMs'?: (number | string | Long);
  /**
   * Until when, in milliseconds since 1970, if it is over and only what it left behind is to be seen to; absent while it goes on.
   */
  'untilMs'?: (number | string | Long);
  '_sinceMs'?: "sinceMs";
  '_untilMs'?: "untilMs";
}

/**
 * Fault says whose fault something is.
 */
export interface Fault__Output {
  /**
   * "gateway", "disk", "clock", "handler", "endpoint", "subscriber", "provider" or "recipient": one that cannot be told.
   */
  'whose': (string);
  /**
   * Which: a subscription, a source for a provider, or a recipient of notify; empty for the others.
   */
  'name': (string);
  /**
   * What is wrong, a sentence.
   */
  'problem': (string);
  /**
   * What to do about it, a sentence.
   */
  'advice': (string);
  /**
   * Since when, in milliseconds since 1970; absent if that is not known.
   */
  'sinceMs'?: (number);
  /**
   * Until when, in milliseconds since 1970, if it is over and only what it left behind is to be seen to; absent while it goes on.
   */
  'untilMs'?: (number);
  '_sinceMs'?: "sinceMs";
  '_untilMs'?: "untilMs";
}
