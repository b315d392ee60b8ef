// Original file: protos/hookgate/v1/proposal.proto

import type { ProposedAction as _hookgate_v1_ProposedAction, ProposedAction__Output as _hookgate_v1_ProposedAction__Output } from '../../hookgate/v1/ProposedAction.ts';
import type { ReplayCount as _hookgate_v1_ReplayCount, ReplayCount__Output as _hookgate_v1_ReplayCount__Output } from '../../hookgate/v1/ReplayCount.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Proposal is an action that waits for a person, or did.
 */
export interface Proposal {
  /**
   * "prp_" and a UUIDv7 in 32 hexadecimal digits.
   */
  'id'?: (string);
  /**
   * When it was proposed, in milliseconds since 1970.
   */
  'atMs'?: (number | string | Long);
  /**
   * Who proposed it: the name of the caller's token or certificate.
   */
  'by'?: (string);
  /**
   * Why, as the proposer said.
   */
  'reason'?: (string);
  /**
   * When it can no longer be approved, in milliseconds since 1970.
   */
  'expiresAtMs'?: (number | string | Long);
  /**
   * What is done when it is approved.
   */
  'action'?: (_hookgate_v1_ProposedAction | null);
  /**
   * The same in a sentence, with what it came to when it was proposed.
   */
  'summary'?: (string);
  /**
   * Deliveries, or refused requests, that it came to then; of a pause, those that waited, counted up to 100,000.
   */
  'count'?: (number | string | Long);
  /**
   * Of a replay: the same, by subscription.
   */
  'bySubscription'?: (_hookgate_v1_ReplayCount)[];
  /**
   * "waiting", "approved", "rejected" or "expired".
   */
  'state'?: (string);
  /**
   * When it was approved or rejected, in milliseconds since 1970; absent if it was not.
   */
  'decidedAtMs'?: (number | string | Long);
  /**
   * Who did that.
   */
  'decidedBy'?: (string);
  /**
   * Why, as they said; can be empty.
   */
  'decisionReason'?: (string);
  /**
   * Of an approved one: "started" until it has ended, then "done" and what was made of it, or why it was not done.
   */
  'outcome'?: (string);
  '_decidedAtMs'?: "decidedAtMs";
}

/**
 * Proposal is an action that waits for a person, or did.
 */
export interface Proposal__Output {
  /**
   * "prp_" and a UUIDv7 in 32 hexadecimal digits.
   */
  'id': (string);
  /**
   * When it was proposed, in milliseconds since 1970.
   */
  'atMs': (number);
  /**
   * Who proposed it: the name of the caller's token or certificate.
   */
  'by': (string);
  /**
   * Why, as the proposer said.
   */
  'reason': (string);
  /**
   * When it can no longer be approved, in milliseconds since 1970.
   */
  'expiresAtMs': (number);
  /**
   * What is done when it is approved.
   */
  'action': (_hookgate_v1_ProposedAction__Output | null);
  /**
   * The same in a sentence, with what it came to when it was proposed.
   */
  'summary': (string);
  /**
   * Deliveries, or refused requests, that it came to then; of a pause, those that waited, counted up to 100,000.
   */
  'count': (number);
  /**
   * Of a replay: the same, by subscription.
   */
  'bySubscription': (_hookgate_v1_ReplayCount__Output)[];
  /**
   * "waiting", "approved", "rejected" or "expired".
   */
  'state': (string);
  /**
   * When it was approved or rejected, in milliseconds since 1970; absent if it was not.
   */
  'decidedAtMs'?: (number);
  /**
   * Who did that.
   */
  'decidedBy': (string);
  /**
   * Why, as they said; can be empty.
   */
  'decisionReason': (string);
  /**
   * Of an approved one: "started" until it has ended, then "done" and what was made of it, or why it was not done.
   */
  'outcome': (string);
  '_decidedAtMs'?: "decidedAtMs";
}
