// Written by `npm run codegen`, from the protos.
/** What the protos define, by the full name of the service. */
export const SERVICES = {
 "hookgate.v1.AdminService": {
  "methods": {
   "ListEvents": {
    "requestType": "ListEventsRequest",
    "responseType": "ListEventsResponse"
   },
   "GetEvent": {
    "requestType": "GetEventRequest",
    "responseType": "GetEventResponse"
   },
   "RetryDelivery": {
    "requestType": "RetryDeliveryRequest",
    "responseType": "RetryDeliveryResponse"
   },
   "CancelDelivery": {
    "requestType": "CancelDeliveryRequest",
    "responseType": "CancelDeliveryResponse"
   },
   "ListSubscriptions": {
    "requestType": "ListSubscriptionsRequest",
    "responseType": "ListSubscriptionsResponse"
   },
   "PauseSubscription": {
    "requestType": "PauseSubscriptionRequest",
    "responseType": "PauseSubscriptionResponse"
   },
   "ResumeSubscription": {
    "requestType": "ResumeSubscriptionRequest",
    "responseType": "ResumeSubscriptionResponse"
   },
   "ChangeSubscription": {
    "requestType": "ChangeSubscriptionRequest",
    "responseType": "ChangeSubscriptionResponse"
   },
   "DeleteSubscription": {
    "requestType": "DeleteSubscriptionRequest",
    "responseType": "DeleteSubscriptionResponse"
   },
   "CreateReplay": {
    "requestType": "CreateReplayRequest",
    "responseType": "CreateReplayResponse"
   },
   "CreateCopy": {
    "requestType": "CreateCopyRequest",
    "responseType": "CreateCopyResponse"
   },
   "ListReplays": {
    "requestType": "ListReplaysRequest",
    "responseType": "ListReplaysResponse"
   },
   "SetReplayState": {
    "requestType": "SetReplayStateRequest",
    "responseType": "SetReplayStateResponse"
   },
   "GetMetrics": {
    "requestType": "GetMetricsRequest",
    "responseType": "GetMetricsResponse"
   },
   "GetMetricSeries": {
    "requestType": "GetMetricSeriesRequest",
    "responseType": "GetMetricSeriesResponse"
   },
   "ListSources": {
    "requestType": "ListSourcesRequest",
    "responseType": "ListSourcesResponse"
   },
   "GetHealth": {
    "requestType": "GetHealthRequest",
    "responseType": "GetHealthResponse"
   },
   "BackUp": {
    "requestType": "BackUpRequest",
    "responseType": "BackUpResponse"
   },
   "ListStoreProblems": {
    "requestType": "ListStoreProblemsRequest",
    "responseType": "ListStoreProblemsResponse"
   },
   "EraseSubject": {
    "requestType": "EraseSubjectRequest",
    "responseType": "EraseSubjectResponse"
   },
   "ListQuarantine": {
    "requestType": "ListQuarantineRequest",
    "responseType": "ListQuarantineResponse"
   },
   "GetQuarantined": {
    "requestType": "GetQuarantinedRequest",
    "responseType": "GetQuarantinedResponse"
   },
   "VerifyQuarantined": {
    "requestType": "VerifyQuarantinedRequest",
    "responseType": "VerifyQuarantinedResponse"
   },
   "ListSecrets": {
    "requestType": "ListSecretsRequest",
    "responseType": "ListSecretsResponse"
   },
   "OpenEnrolment": {
    "requestType": "OpenEnrolmentRequest",
    "responseType": "OpenEnrolmentResponse"
   },
   "RevokeEnrolment": {
    "requestType": "RevokeEnrolmentRequest",
    "responseType": "RevokeEnrolmentResponse"
   },
   "ListAudit": {
    "requestType": "ListAuditRequest",
    "responseType": "ListAuditResponse"
   },
   "ListFailures": {
    "requestType": "ListFailuresRequest",
    "responseType": "ListFailuresResponse"
   },
   "GetFailure": {
    "requestType": "GetFailureRequest",
    "responseType": "GetFailureResponse"
   },
   "AcknowledgeFailure": {
    "requestType": "AcknowledgeFailureRequest",
    "responseType": "AcknowledgeFailureResponse"
   },
   "ResolveFailure": {
    "requestType": "ResolveFailureRequest",
    "responseType": "ResolveFailureResponse"
   },
   "ListChanges": {
    "requestType": "ListChangesRequest",
    "responseType": "ListChangesResponse"
   },
   "Find": {
    "requestType": "FindRequest",
    "responseType": "FindResponse"
   },
   "FindInBodies": {
    "requestType": "FindInBodiesRequest",
    "responseType": "FindInBodiesResponse"
   },
   "Propose": {
    "requestType": "ProposeRequest",
    "responseType": "ProposeResponse"
   },
   "ListProposals": {
    "requestType": "ListProposalsRequest",
    "responseType": "ListProposalsResponse"
   },
   "ApproveProposal": {
    "requestType": "ApproveProposalRequest",
    "responseType": "ApproveProposalResponse"
   },
   "RejectProposal": {
    "requestType": "RejectProposalRequest",
    "responseType": "RejectProposalResponse"
   },
   "ListNotices": {
    "requestType": "ListNoticesRequest",
    "responseType": "ListNoticesResponse"
   },
   "SendTestNotice": {
    "requestType": "SendTestNoticeRequest",
    "responseType": "SendTestNoticeResponse"
   },
   "GetSetup": {
    "requestType": "GetSetupRequest",
    "responseType": "GetSetupResponse"
   },
   "OpenTrial": {
    "requestType": "OpenTrialRequest",
    "responseType": "OpenTrialResponse"
   }
  },
  "messages": {
   "nested": {
    "ListEventsRequest": {
     "oneofs": {
      "_fromMs": {
       "oneof": [
        "fromMs"
       ]
      },
      "_toMs": {
       "oneof": [
        "toMs"
       ]
      }
     },
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "type": {
       "type": "string",
       "id": 2
      },
      "state": {
       "type": "DeliveryState",
       "id": 3
      },
      "unhandled": {
       "type": "bool",
       "id": 4
      },
      "pageSize": {
       "type": "int32",
       "id": 5
      },
      "pageToken": {
       "type": "string",
       "id": 6
      },
      "subscription": {
       "type": "string",
       "id": 7
      },
      "fromMs": {
       "type": "int64",
       "id": 8,
       "options": {
        "proto3_optional": true
       }
      },
      "toMs": {
       "type": "int64",
       "id": 9,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "DeliveryState": {
     "values": {
      "DELIVERY_STATE_UNSPECIFIED": 0,
      "DELIVERY_STATE_WAITING": 1,
      "DELIVERY_STATE_RUNNING": 2,
      "DELIVERY_STATE_DELIVERED": 3,
      "DELIVERY_STATE_DEAD": 4,
      "DELIVERY_STATE_CANCELLED": 5
     }
    },
    "ListEventsResponse": {
     "fields": {
      "events": {
       "rule": "repeated",
       "type": "EventSummary",
       "id": 1
      },
      "nextPageToken": {
       "type": "string",
       "id": 2
      },
      "notes": {
       "rule": "repeated",
       "type": "string",
       "id": 3
      }
     }
    },
    "EventSummary": {
     "fields": {
      "event": {
       "type": "Event",
       "id": 1
      },
      "bodyBytes": {
       "type": "int64",
       "id": 2
      },
      "deliveries": {
       "rule": "repeated",
       "type": "Delivery",
       "id": 3
      }
     }
    },
    "Event": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "source": {
       "type": "string",
       "id": 2
      },
      "provider": {
       "type": "string",
       "id": 3
      },
      "type": {
       "type": "string",
       "id": 4
      },
      "receivedAtMs": {
       "type": "int64",
       "id": 5
      },
      "providerEventId": {
       "type": "string",
       "id": 6
      },
      "secretId": {
       "type": "string",
       "id": 7
      },
      "address": {
       "type": "string",
       "id": 8
      },
      "headers": {
       "type": "bytes",
       "id": 9
      },
      "body": {
       "type": "bytes",
       "id": 10
      },
      "bodySha256": {
       "type": "bytes",
       "id": 11
      },
      "flags": {
       "rule": "repeated",
       "type": "string",
       "id": 12
      },
      "providerType": {
       "type": "string",
       "id": 13
      },
      "addressChain": {
       "type": "string",
       "id": 14
      },
      "protections": {
       "rule": "repeated",
       "type": "string",
       "id": 15
      }
     }
    },
    "Delivery": {
     "oneofs": {
      "_nextAttemptAtMs": {
       "oneof": [
        "nextAttemptAtMs"
       ]
      }
     },
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "eventId": {
       "type": "string",
       "id": 2
      },
      "subscription": {
       "type": "string",
       "id": 3
      },
      "generation": {
       "type": "int32",
       "id": 4
      },
      "replayOf": {
       "type": "string",
       "id": 5
      },
      "state": {
       "type": "DeliveryState",
       "id": 6
      },
      "nextAttemptAtMs": {
       "type": "int64",
       "id": 7,
       "options": {
        "proto3_optional": true
       }
      },
      "attempt": {
       "type": "int32",
       "id": 8
      },
      "interruptions": {
       "type": "int32",
       "id": 9
      },
      "reason": {
       "type": "string",
       "id": 10
      },
      "attempts": {
       "rule": "repeated",
       "type": "Attempt",
       "id": 11
      },
      "order": {
       "type": "DeliveryOrder",
       "id": 12
      },
      "replay": {
       "type": "string",
       "id": 13
      },
      "failure": {
       "type": "string",
       "id": 14
      }
     }
    },
    "Attempt": {
     "fields": {
      "number": {
       "type": "int32",
       "id": 1
      },
      "startedAtMs": {
       "type": "int64",
       "id": 2
      },
      "durationMs": {
       "type": "double",
       "id": 3
      },
      "outcome": {
       "type": "AttemptOutcome",
       "id": 4
      },
      "error": {
       "type": "string",
       "id": 5
      },
      "response": {
       "type": "AttemptResponse",
       "id": 6
      }
     }
    },
    "AttemptOutcome": {
     "values": {
      "ATTEMPT_OUTCOME_UNSPECIFIED": 0,
      "ATTEMPT_OUTCOME_SUCCEEDED": 1,
      "ATTEMPT_OUTCOME_FAILED": 2,
      "ATTEMPT_OUTCOME_TIMED_OUT": 3,
      "ATTEMPT_OUTCOME_HOST_LOST": 4,
      "ATTEMPT_OUTCOME_INTERRUPTED": 5
     }
    },
    "AttemptResponse": {
     "fields": {
      "status": {
       "type": "int32",
       "id": 1
      },
      "body": {
       "type": "string",
       "id": 2
      }
     }
    },
    "DeliveryOrder": {
     "fields": {
      "key": {
       "type": "string",
       "id": 1
      },
      "position": {
       "type": "int64",
       "id": 2
      }
     }
    },
    "GetEventRequest": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      }
     }
    },
    "GetEventResponse": {
     "fields": {
      "event": {
       "type": "Event",
       "id": 1
      },
      "deliveries": {
       "rule": "repeated",
       "type": "Delivery",
       "id": 2
      },
      "skipped": {
       "rule": "repeated",
       "type": "Skipped",
       "id": 3
      }
     }
    },
    "Skipped": {
     "fields": {
      "subscription": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2
      }
     }
    },
    "RetryDeliveryRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "RetryDeliveryResponse": {
     "fields": {
      "delivery": {
       "type": "Delivery",
       "id": 1
      }
     }
    },
    "CancelDeliveryRequest": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2
      }
     }
    },
    "CancelDeliveryResponse": {
     "fields": {
      "delivery": {
       "type": "Delivery",
       "id": 1
      },
      "dueNow": {
       "type": "string",
       "id": 2
      }
     }
    },
    "ListSubscriptionsRequest": {
     "fields": {}
    },
    "ListSubscriptionsResponse": {
     "fields": {
      "subscriptions": {
       "rule": "repeated",
       "type": "SubscriptionStatus",
       "id": 1
      },
      "backlogCountedMax": {
       "type": "int64",
       "id": 2
      }
     }
    },
    "SubscriptionStatus": {
     "oneofs": {
      "_oldestDueAtMs": {
       "oneof": [
        "oldestDueAtMs"
       ]
      },
      "_heldUntilMs": {
       "oneof": [
        "heldUntilMs"
       ]
      }
     },
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "kind": {
       "type": "string",
       "id": 2
      },
      "target": {
       "type": "string",
       "id": 3
      },
      "types": {
       "rule": "repeated",
       "type": "string",
       "id": 4
      },
      "sources": {
       "rule": "repeated",
       "type": "string",
       "id": 5
      },
      "orderBy": {
       "type": "string",
       "id": 6
      },
      "opened": {
       "type": "bool",
       "id": 7
      },
      "pause": {
       "type": "SubscriptionPause",
       "id": 8
      },
      "running": {
       "type": "int32",
       "id": 9
      },
      "backlog": {
       "type": "int64",
       "id": 10
      },
      "oldestDueAtMs": {
       "type": "int64",
       "id": 11,
       "options": {
        "proto3_optional": true
       }
      },
      "breaker": {
       "type": "string",
       "id": 12
      },
      "streams": {
       "type": "int32",
       "id": 13
      },
      "heldUntilMs": {
       "type": "int64",
       "id": 14,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "SubscriptionPause": {
     "fields": {
      "by": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2
      },
      "atMs": {
       "type": "int64",
       "id": 3
      }
     }
    },
    "PauseSubscriptionRequest": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2
      }
     }
    },
    "PauseSubscriptionResponse": {
     "fields": {
      "pause": {
       "type": "SubscriptionPause",
       "id": 1
      }
     }
    },
    "ResumeSubscriptionRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "ResumeSubscriptionResponse": {
     "fields": {
      "pause": {
       "type": "SubscriptionPause",
       "id": 1
      },
      "backfill": {
       "type": "string",
       "id": 2
      }
     }
    },
    "ChangeSubscriptionRequest": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "types": {
       "rule": "repeated",
       "type": "string",
       "id": 2
      },
      "sources": {
       "rule": "repeated",
       "type": "string",
       "id": 3
      },
      "reason": {
       "type": "string",
       "id": 4
      }
     }
    },
    "ChangeSubscriptionResponse": {
     "fields": {
      "types": {
       "rule": "repeated",
       "type": "string",
       "id": 1
      },
      "sources": {
       "rule": "repeated",
       "type": "string",
       "id": 2
      },
      "changed": {
       "type": "bool",
       "id": 3
      }
     }
    },
    "DeleteSubscriptionRequest": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2
      }
     }
    },
    "DeleteSubscriptionResponse": {
     "fields": {
      "cancelled": {
       "type": "int64",
       "id": 1
      },
      "done": {
       "type": "bool",
       "id": 2
      }
     }
    },
    "CreateReplayRequest": {
     "fields": {
      "filter": {
       "type": "ReplayFilter",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2
      },
      "perSecond": {
       "type": "int32",
       "id": 3
      },
      "dryRun": {
       "type": "bool",
       "id": 4
      }
     }
    },
    "ReplayFilter": {
     "oneofs": {
      "_fromMs": {
       "oneof": [
        "fromMs"
       ]
      },
      "_toMs": {
       "oneof": [
        "toMs"
       ]
      }
     },
     "fields": {
      "ids": {
       "rule": "repeated",
       "type": "string",
       "id": 1
      },
      "source": {
       "type": "string",
       "id": 2
      },
      "type": {
       "type": "string",
       "id": 3
      },
      "subscription": {
       "type": "string",
       "id": 4
      },
      "state": {
       "type": "DeliveryState",
       "id": 5
      },
      "fromMs": {
       "type": "int64",
       "id": 6,
       "options": {
        "proto3_optional": true
       }
      },
      "toMs": {
       "type": "int64",
       "id": 7,
       "options": {
        "proto3_optional": true
       }
      },
      "failure": {
       "type": "string",
       "id": 8
      }
     }
    },
    "CreateReplayResponse": {
     "fields": {
      "replay": {
       "type": "Replay",
       "id": 1
      },
      "matched": {
       "type": "int64",
       "id": 2
      },
      "countedAll": {
       "type": "bool",
       "id": 3
      },
      "bySubscription": {
       "rule": "repeated",
       "type": "ReplayCount",
       "id": 4
      },
      "notes": {
       "rule": "repeated",
       "type": "string",
       "id": 5
      }
     }
    },
    "Replay": {
     "oneofs": {
      "_endedAtMs": {
       "oneof": [
        "endedAtMs"
       ]
      },
      "_expected": {
       "oneof": [
        "expected"
       ]
      }
     },
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "kind": {
       "type": "string",
       "id": 2
      },
      "filter": {
       "type": "ReplayFilter",
       "id": 3
      },
      "reason": {
       "type": "string",
       "id": 4
      },
      "perSecond": {
       "type": "int32",
       "id": 5
      },
      "state": {
       "type": "string",
       "id": 6
      },
      "createdAtMs": {
       "type": "int64",
       "id": 7
      },
      "endedAtMs": {
       "type": "int64",
       "id": 8,
       "options": {
        "proto3_optional": true
       }
      },
      "seen": {
       "type": "int64",
       "id": 9
      },
      "made": {
       "type": "int64",
       "id": 10
      },
      "expected": {
       "type": "int64",
       "id": 11,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "ReplayCount": {
     "fields": {
      "subscription": {
       "type": "string",
       "id": 1
      },
      "deliveries": {
       "type": "int64",
       "id": 2
      }
     }
    },
    "CreateCopyRequest": {
     "fields": {
      "eventId": {
       "type": "string",
       "id": 1
      },
      "subscription": {
       "type": "string",
       "id": 2
      },
      "body": {
       "type": "bytes",
       "id": 3
      },
      "reason": {
       "type": "string",
       "id": 4
      }
     }
    },
    "CreateCopyResponse": {
     "fields": {
      "eventId": {
       "type": "string",
       "id": 1
      },
      "deliveryId": {
       "type": "string",
       "id": 2
      }
     }
    },
    "ListReplaysRequest": {
     "fields": {
      "limit": {
       "type": "int32",
       "id": 1
      }
     }
    },
    "ListReplaysResponse": {
     "fields": {
      "replays": {
       "rule": "repeated",
       "type": "Replay",
       "id": 1
      }
     }
    },
    "SetReplayStateRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "state": {
       "type": "string",
       "id": 2
      },
      "reason": {
       "type": "string",
       "id": 3,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "SetReplayStateResponse": {
     "fields": {
      "replay": {
       "type": "Replay",
       "id": 1
      }
     }
    },
    "GetMetricsRequest": {
     "fields": {
      "windowMs": {
       "type": "int64",
       "id": 1
      }
     }
    },
    "GetMetricsResponse": {
     "fields": {
      "received": {
       "type": "int64",
       "id": 1
      },
      "processed": {
       "type": "int64",
       "id": 2
      },
      "failed": {
       "type": "int64",
       "id": 3
      },
      "retried": {
       "type": "int64",
       "id": 4
      },
      "avgProcessingTimeMs": {
       "type": "double",
       "id": 5
      },
      "windowMs": {
       "type": "int64",
       "id": 6
      }
     }
    },
    "GetMetricSeriesRequest": {
     "oneofs": {
      "_toMs": {
       "oneof": [
        "toMs"
       ]
      }
     },
     "fields": {
      "windowMs": {
       "type": "int64",
       "id": 1
      },
      "toMs": {
       "type": "int64",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      },
      "stepMs": {
       "type": "int64",
       "id": 3
      },
      "groupBy": {
       "type": "string",
       "id": 4
      },
      "source": {
       "type": "string",
       "id": 5
      },
      "type": {
       "type": "string",
       "id": 6
      },
      "subscription": {
       "type": "string",
       "id": 7
      },
      "seriesMax": {
       "type": "int32",
       "id": 8
      }
     }
    },
    "GetMetricSeriesResponse": {
     "fields": {
      "fromMs": {
       "type": "int64",
       "id": 1
      },
      "toMs": {
       "type": "int64",
       "id": 2
      },
      "stepMs": {
       "type": "int64",
       "id": 3
      },
      "series": {
       "rule": "repeated",
       "type": "MetricSeries",
       "id": 4
      }
     }
    },
    "MetricSeries": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "total": {
       "type": "MetricPoint",
       "id": 2
      },
      "points": {
       "rule": "repeated",
       "type": "MetricPoint",
       "id": 3
      }
     }
    },
    "MetricPoint": {
     "oneofs": {
      "_attemptTimes": {
       "oneof": [
        "attemptTimes"
       ]
      },
      "_answerTimes": {
       "oneof": [
        "answerTimes"
       ]
      }
     },
     "fields": {
      "atMs": {
       "type": "int64",
       "id": 1
      },
      "received": {
       "type": "int64",
       "id": 2
      },
      "duplicates": {
       "type": "int64",
       "id": 3
      },
      "processed": {
       "type": "int64",
       "id": 4
      },
      "dead": {
       "type": "int64",
       "id": 5
      },
      "retried": {
       "type": "int64",
       "id": 6
      },
      "attempts": {
       "type": "int64",
       "id": 7
      },
      "failedAttempts": {
       "type": "int64",
       "id": 8
      },
      "attemptTimes": {
       "type": "Times",
       "id": 9,
       "options": {
        "proto3_optional": true
       }
      },
      "requests": {
       "type": "int64",
       "id": 10
      },
      "refused": {
       "type": "int64",
       "id": 11
      },
      "answerTimes": {
       "type": "Times",
       "id": 12,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "Times": {
     "fields": {
      "count": {
       "type": "int64",
       "id": 1
      },
      "meanMs": {
       "type": "double",
       "id": 2
      },
      "p50Ms": {
       "type": "double",
       "id": 3
      },
      "p95Ms": {
       "type": "double",
       "id": 4
      },
      "p99Ms": {
       "type": "double",
       "id": 5
      }
     }
    },
    "ListSourcesRequest": {
     "fields": {}
    },
    "ListSourcesResponse": {
     "fields": {
      "sources": {
       "rule": "repeated",
       "type": "SourceStatus",
       "id": 1
      }
     }
    },
    "SourceStatus": {
     "oneofs": {
      "_lastReceivedAtMs": {
       "oneof": [
        "lastReceivedAtMs"
       ]
      },
      "_ackDeadlineMs": {
       "oneof": [
        "ackDeadlineMs"
       ]
      },
      "_silence": {
       "oneof": [
        "silence"
       ]
      },
      "_handshake": {
       "oneof": [
        "handshake"
       ]
      }
     },
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "provider": {
       "type": "string",
       "id": 2
      },
      "lastReceivedAtMs": {
       "type": "int64",
       "id": 3,
       "options": {
        "proto3_optional": true
       }
      },
      "day": {
       "type": "MetricPoint",
       "id": 4
      },
      "ackDeadlineMs": {
       "type": "int64",
       "id": 5,
       "options": {
        "proto3_optional": true
       }
      },
      "patience": {
       "type": "Patience",
       "id": 6
      },
      "silence": {
       "type": "Silence",
       "id": 7,
       "options": {
        "proto3_optional": true
       }
      },
      "handshake": {
       "type": "RecurringHandshake",
       "id": 8,
       "options": {
        "proto3_optional": true
       }
      },
      "quietTypes": {
       "rule": "repeated",
       "type": "Silence",
       "id": 9
      }
     }
    },
    "Patience": {
     "oneofs": {
      "_retries": {
       "oneof": [
        "retries"
       ]
      },
      "_outageFromMs": {
       "oneof": [
        "outageFromMs"
       ]
      },
      "_outageToMs": {
       "oneof": [
        "outageToMs"
       ]
      },
      "_nextRetryAtMs": {
       "oneof": [
        "nextRetryAtMs"
       ]
      },
      "_givesUpAtMs": {
       "oneof": [
        "givesUpAtMs"
       ]
      },
      "_switchesOffAtMs": {
       "oneof": [
        "switchesOffAtMs"
       ]
      }
     },
     "fields": {
      "retries": {
       "type": "bool",
       "id": 1,
       "options": {
        "proto3_optional": true
       }
      },
      "note": {
       "type": "string",
       "id": 2
      },
      "outageFromMs": {
       "type": "int64",
       "id": 3,
       "options": {
        "proto3_optional": true
       }
      },
      "outageToMs": {
       "type": "int64",
       "id": 4,
       "options": {
        "proto3_optional": true
       }
      },
      "nextRetryAtMs": {
       "type": "int64",
       "id": 5,
       "options": {
        "proto3_optional": true
       }
      },
      "givesUpAtMs": {
       "type": "int64",
       "id": 6,
       "options": {
        "proto3_optional": true
       }
      },
      "switchesOffAtMs": {
       "type": "int64",
       "id": 7,
       "options": {
        "proto3_optional": true
       }
      },
      "advice": {
       "type": "string",
       "id": 8
      }
     }
    },
    "Silence": {
     "fields": {
      "sinceMs": {
       "type": "int64",
       "id": 1
      },
      "type": {
       "type": "string",
       "id": 2
      },
      "expected": {
       "type": "double",
       "id": 3
      },
      "problem": {
       "type": "string",
       "id": 4
      }
     }
    },
    "RecurringHandshake": {
     "oneofs": {
      "_lastOkAtMs": {
       "oneof": [
        "lastOkAtMs"
       ]
      }
     },
     "fields": {
      "everyMs": {
       "type": "int64",
       "id": 1
      },
      "lastOkAtMs": {
       "type": "int64",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      },
      "problem": {
       "type": "string",
       "id": 3
      }
     }
    },
    "GetHealthRequest": {
     "fields": {}
    },
    "GetHealthResponse": {
     "oneofs": {
      "_lastProcessedAtMs": {
       "oneof": [
        "lastProcessedAtMs"
       ]
      }
     },
     "fields": {
      "status": {
       "type": "HealthStatus",
       "id": 1
      },
      "lastProcessedAtMs": {
       "type": "int64",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      },
      "failureRate": {
       "type": "double",
       "id": 3
      },
      "queueSize": {
       "type": "int64",
       "id": 4
      },
      "problems": {
       "rule": "repeated",
       "type": "string",
       "id": 5
      },
      "queueCountedMax": {
       "type": "int64",
       "id": 6
      },
      "notes": {
       "rule": "repeated",
       "type": "string",
       "id": 7
      },
      "faults": {
       "rule": "repeated",
       "type": "Fault",
       "id": 8
      }
     }
    },
    "HealthStatus": {
     "values": {
      "HEALTH_STATUS_UNSPECIFIED": 0,
      "HEALTH_STATUS_HEALTHY": 1,
      "HEALTH_STATUS_DEGRADED": 2,
      "HEALTH_STATUS_UNHEALTHY": 3
     }
    },
    "Fault": {
     "oneofs": {
      "_sinceMs": {
       "oneof": [
        "sinceMs"
       ]
      },
      "_untilMs": {
       "oneof": [
        "untilMs"
       ]
      }
     },
     "fields": {
      "whose": {
       "type": "string",
       "id": 1
      },
      "name": {
       "type": "string",
       "id": 2
      },
      "problem": {
       "type": "string",
       "id": 3
      },
      "advice": {
       "type": "string",
       "id": 4
      },
      "sinceMs": {
       "type": "int64",
       "id": 5,
       "options": {
        "proto3_optional": true
       }
      },
      "untilMs": {
       "type": "int64",
       "id": 6,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "BackUpRequest": {
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2
      }
     }
    },
    "BackUpResponse": {
     "fields": {
      "path": {
       "type": "string",
       "id": 1
      },
      "bytes": {
       "type": "int64",
       "id": 2
      }
     }
    },
    "ListStoreProblemsRequest": {
     "fields": {
      "pageToken": {
       "type": "string",
       "id": 1
      }
     }
    },
    "ListStoreProblemsResponse": {
     "fields": {
      "problems": {
       "rule": "repeated",
       "type": "string",
       "id": 1
      },
      "events": {
       "type": "int32",
       "id": 2
      },
      "deliveries": {
       "type": "int32",
       "id": 3
      },
      "nextPageToken": {
       "type": "string",
       "id": 4
      }
     }
    },
    "EraseSubjectRequest": {
     "fields": {
      "subject": {
       "type": "string",
       "id": 1
      },
      "source": {
       "type": "string",
       "id": 2
      },
      "dryRun": {
       "type": "bool",
       "id": 3
      },
      "reason": {
       "type": "string",
       "id": 4
      }
     }
    },
    "EraseSubjectResponse": {
     "fields": {
      "keys": {
       "rule": "repeated",
       "type": "SubjectKey",
       "id": 1
      },
      "inForceMs": {
       "type": "int64",
       "id": 2
      }
     }
    },
    "SubjectKey": {
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "month": {
       "type": "string",
       "id": 2
      }
     }
    },
    "ListQuarantineRequest": {
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2
      },
      "includeReleased": {
       "type": "bool",
       "id": 3
      },
      "pageSize": {
       "type": "int32",
       "id": 4
      },
      "pageToken": {
       "type": "string",
       "id": 5
      }
     }
    },
    "ListQuarantineResponse": {
     "fields": {
      "requests": {
       "rule": "repeated",
       "type": "QuarantinedRequest",
       "id": 1
      },
      "nextPageToken": {
       "type": "string",
       "id": 2
      },
      "notes": {
       "rule": "repeated",
       "type": "string",
       "id": 3
      }
     }
    },
    "QuarantinedRequest": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "source": {
       "type": "string",
       "id": 2
      },
      "provider": {
       "type": "string",
       "id": 3
      },
      "receivedAtMs": {
       "type": "int64",
       "id": 4
      },
      "reason": {
       "type": "string",
       "id": 5
      },
      "diagnosis": {
       "rule": "repeated",
       "type": "string",
       "id": 6
      },
      "address": {
       "type": "string",
       "id": 7
      },
      "addressChain": {
       "type": "string",
       "id": 8
      },
      "method": {
       "type": "string",
       "id": 9
      },
      "url": {
       "type": "string",
       "id": 10
      },
      "headers": {
       "type": "bytes",
       "id": 11
      },
      "body": {
       "type": "bytes",
       "id": 12
      },
      "releasedAs": {
       "type": "string",
       "id": 13
      },
      "bodyBytes": {
       "type": "int64",
       "id": 14
      },
      "encrypted": {
       "type": "bool",
       "id": 15
      },
      "unread": {
       "type": "bool",
       "id": 16
      }
     }
    },
    "GetQuarantinedRequest": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      }
     }
    },
    "GetQuarantinedResponse": {
     "fields": {
      "request": {
       "type": "QuarantinedRequest",
       "id": 1
      }
     }
    },
    "VerifyQuarantinedRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "ids": {
       "rule": "repeated",
       "type": "string",
       "id": 1
      },
      "release": {
       "type": "bool",
       "id": 2
      },
      "staleReason": {
       "type": "string",
       "id": 3
      },
      "reason": {
       "type": "string",
       "id": 4,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "VerifyQuarantinedResponse": {
     "fields": {
      "results": {
       "rule": "repeated",
       "type": "VerifyQuarantinedResult",
       "id": 1
      }
     }
    },
    "VerifyQuarantinedResult": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "outcome": {
       "type": "string",
       "id": 2
      },
      "eventId": {
       "type": "string",
       "id": 3
      }
     }
    },
    "ListSecretsRequest": {
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      }
     }
    },
    "ListSecretsResponse": {
     "fields": {
      "secrets": {
       "rule": "repeated",
       "type": "SecretStatus",
       "id": 1
      }
     }
    },
    "SecretStatus": {
     "oneofs": {
      "_untilMs": {
       "oneof": [
        "untilMs"
       ]
      },
      "_deliveredBy": {
       "oneof": [
        "deliveredBy"
       ]
      },
      "_deliveredAtMs": {
       "oneof": [
        "deliveredAtMs"
       ]
      }
     },
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "secretId": {
       "type": "string",
       "id": 2
      },
      "state": {
       "type": "string",
       "id": 3
      },
      "untilMs": {
       "type": "int64",
       "id": 4,
       "options": {
        "proto3_optional": true
       }
      },
      "use": {
       "type": "SecretUse",
       "id": 5
      },
      "share": {
       "type": "double",
       "id": 6
      },
      "safeToDrop": {
       "type": "bool",
       "id": 7
      },
      "advice": {
       "type": "string",
       "id": 8
      },
      "deliveredBy": {
       "type": "string",
       "id": 9,
       "options": {
        "proto3_optional": true
       }
      },
      "deliveredAtMs": {
       "type": "int64",
       "id": 10,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "SecretUse": {
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "secretId": {
       "type": "string",
       "id": 2
      },
      "uses": {
       "type": "int64",
       "id": 3
      },
      "firstUsedAtMs": {
       "type": "int64",
       "id": 4
      },
      "lastUsedAtMs": {
       "type": "int64",
       "id": 5
      }
     }
    },
    "OpenEnrolmentRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "openMs": {
       "type": "int64",
       "id": 2
      },
      "reason": {
       "type": "string",
       "id": 3,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "OpenEnrolmentResponse": {
     "fields": {
      "untilMs": {
       "type": "int64",
       "id": 1
      },
      "word": {
       "type": "string",
       "id": 2
      }
     }
    },
    "RevokeEnrolmentRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "RevokeEnrolmentResponse": {
     "fields": {
      "secrets": {
       "type": "int32",
       "id": 1
      }
     }
    },
    "ListAuditRequest": {
     "oneofs": {
      "_sinceMs": {
       "oneof": [
        "sinceMs"
       ]
      }
     },
     "fields": {
      "sinceMs": {
       "type": "int64",
       "id": 1,
       "options": {
        "proto3_optional": true
       }
      },
      "pageSize": {
       "type": "int32",
       "id": 2
      },
      "pageToken": {
       "type": "string",
       "id": 3
      }
     }
    },
    "ListAuditResponse": {
     "fields": {
      "entries": {
       "rule": "repeated",
       "type": "AuditRecord",
       "id": 1
      },
      "nextPageToken": {
       "type": "string",
       "id": 2
      }
     }
    },
    "AuditRecord": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "atMs": {
       "type": "int64",
       "id": 2
      },
      "caller": {
       "type": "string",
       "id": 3
      },
      "action": {
       "type": "string",
       "id": 4
      },
      "target": {
       "type": "string",
       "id": 5
      },
      "reason": {
       "type": "string",
       "id": 6
      },
      "outcome": {
       "type": "string",
       "id": 7
      }
     }
    },
    "ListFailuresRequest": {
     "oneofs": {
      "_sinceMs": {
       "oneof": [
        "sinceMs"
       ]
      }
     },
     "fields": {
      "subscription": {
       "type": "string",
       "id": 1
      },
      "states": {
       "rule": "repeated",
       "type": "string",
       "id": 2
      },
      "pageSize": {
       "type": "int32",
       "id": 3
      },
      "pageToken": {
       "type": "string",
       "id": 4
      },
      "sinceMs": {
       "type": "int64",
       "id": 5,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "ListFailuresResponse": {
     "fields": {
      "failures": {
       "rule": "repeated",
       "type": "FailureGroup",
       "id": 1
      },
      "nextPageToken": {
       "type": "string",
       "id": 2
      },
      "notes": {
       "rule": "repeated",
       "type": "string",
       "id": 3
      }
     }
    },
    "FailureGroup": {
     "oneofs": {
      "_stateAtMs": {
       "oneof": [
        "stateAtMs"
       ]
      }
     },
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "subscription": {
       "type": "string",
       "id": 2
      },
      "kind": {
       "type": "string",
       "id": 3
      },
      "errorClass": {
       "type": "string",
       "id": 4
      },
      "message": {
       "type": "string",
       "id": 5
      },
      "frame": {
       "type": "string",
       "id": 6
      },
      "target": {
       "type": "string",
       "id": 7
      },
      "fileSha256": {
       "type": "string",
       "id": 8
      },
      "firstAtMs": {
       "type": "int64",
       "id": 9
      },
      "lastAtMs": {
       "type": "int64",
       "id": 10
      },
      "attempts": {
       "type": "int64",
       "id": 11
      },
      "dead": {
       "type": "int64",
       "id": 12
      },
      "lastHour": {
       "type": "int64",
       "id": 13
      },
      "hourBefore": {
       "type": "int64",
       "id": 14
      },
      "state": {
       "type": "string",
       "id": 15
      },
      "stateAtMs": {
       "type": "int64",
       "id": 16,
       "options": {
        "proto3_optional": true
       }
      },
      "stateBy": {
       "type": "string",
       "id": 17
      },
      "stateReason": {
       "type": "string",
       "id": 18
      },
      "returned": {
       "type": "bool",
       "id": 19
      },
      "deliveryId": {
       "type": "string",
       "id": 20
      },
      "eventId": {
       "type": "string",
       "id": 21
      },
      "error": {
       "type": "string",
       "id": 22
      },
      "recent": {
       "rule": "repeated",
       "type": "int64",
       "id": 23
      }
     }
    },
    "GetFailureRequest": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      }
     }
    },
    "GetFailureResponse": {
     "fields": {
      "failure": {
       "type": "FailureGroup",
       "id": 1
      },
      "changesBefore": {
       "rule": "repeated",
       "type": "Change",
       "id": 2
      }
     }
    },
    "Change": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "atMs": {
       "type": "int64",
       "id": 2
      },
      "kind": {
       "type": "string",
       "id": 3
      },
      "subject": {
       "type": "string",
       "id": 4
      },
      "text": {
       "type": "string",
       "id": 5
      }
     }
    },
    "AcknowledgeFailureRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "AcknowledgeFailureResponse": {
     "fields": {
      "failure": {
       "type": "FailureGroup",
       "id": 1
      }
     }
    },
    "ResolveFailureRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "ResolveFailureResponse": {
     "fields": {
      "failure": {
       "type": "FailureGroup",
       "id": 1
      }
     }
    },
    "ListChangesRequest": {
     "oneofs": {
      "_fromMs": {
       "oneof": [
        "fromMs"
       ]
      },
      "_toMs": {
       "oneof": [
        "toMs"
       ]
      }
     },
     "fields": {
      "kinds": {
       "rule": "repeated",
       "type": "string",
       "id": 1
      },
      "subject": {
       "type": "string",
       "id": 2
      },
      "fromMs": {
       "type": "int64",
       "id": 3,
       "options": {
        "proto3_optional": true
       }
      },
      "toMs": {
       "type": "int64",
       "id": 4,
       "options": {
        "proto3_optional": true
       }
      },
      "pageSize": {
       "type": "int32",
       "id": 5
      },
      "pageToken": {
       "type": "string",
       "id": 6
      }
     }
    },
    "ListChangesResponse": {
     "fields": {
      "changes": {
       "rule": "repeated",
       "type": "Change",
       "id": 1
      },
      "nextPageToken": {
       "type": "string",
       "id": 2
      },
      "notes": {
       "rule": "repeated",
       "type": "string",
       "id": 3
      }
     }
    },
    "FindRequest": {
     "fields": {
      "text": {
       "type": "string",
       "id": 1
      }
     }
    },
    "FindResponse": {
     "fields": {
      "found": {
       "rule": "repeated",
       "type": "Found",
       "id": 1
      },
      "notes": {
       "rule": "repeated",
       "type": "string",
       "id": 2
      }
     }
    },
    "Found": {
     "fields": {
      "what": {
       "type": "string",
       "id": 1
      },
      "id": {
       "type": "string",
       "id": 2
      },
      "event": {
       "type": "EventSummary",
       "id": 3
      },
      "replay": {
       "type": "Replay",
       "id": 4
      },
      "quarantined": {
       "type": "QuarantinedRequest",
       "id": 5
      },
      "failure": {
       "type": "FailureGroup",
       "id": 6
      },
      "proposal": {
       "type": "Proposal",
       "id": 7
      },
      "change": {
       "type": "Change",
       "id": 8
      },
      "auditRecord": {
       "type": "AuditRecord",
       "id": 9
      }
     }
    },
    "Proposal": {
     "oneofs": {
      "_decidedAtMs": {
       "oneof": [
        "decidedAtMs"
       ]
      }
     },
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "atMs": {
       "type": "int64",
       "id": 2
      },
      "by": {
       "type": "string",
       "id": 3
      },
      "reason": {
       "type": "string",
       "id": 4
      },
      "expiresAtMs": {
       "type": "int64",
       "id": 5
      },
      "action": {
       "type": "ProposedAction",
       "id": 6
      },
      "summary": {
       "type": "string",
       "id": 7
      },
      "count": {
       "type": "int64",
       "id": 8
      },
      "bySubscription": {
       "rule": "repeated",
       "type": "ReplayCount",
       "id": 9
      },
      "state": {
       "type": "string",
       "id": 10
      },
      "decidedAtMs": {
       "type": "int64",
       "id": 11,
       "options": {
        "proto3_optional": true
       }
      },
      "decidedBy": {
       "type": "string",
       "id": 12
      },
      "decisionReason": {
       "type": "string",
       "id": 13
      },
      "outcome": {
       "type": "string",
       "id": 14
      }
     }
    },
    "ProposedAction": {
     "fields": {
      "replay": {
       "type": "ProposedReplay",
       "id": 1
      },
      "release": {
       "type": "ProposedRelease",
       "id": 2
      },
      "pause": {
       "type": "ProposedPause",
       "id": 3
      }
     }
    },
    "ProposedReplay": {
     "fields": {
      "filter": {
       "type": "ReplayFilter",
       "id": 1
      },
      "perSecond": {
       "type": "int32",
       "id": 2
      }
     }
    },
    "ProposedRelease": {
     "fields": {
      "ids": {
       "rule": "repeated",
       "type": "string",
       "id": 1
      }
     }
    },
    "ProposedPause": {
     "fields": {
      "subscription": {
       "type": "string",
       "id": 1
      }
     }
    },
    "FindInBodiesRequest": {
     "oneofs": {
      "_fromMs": {
       "oneof": [
        "fromMs"
       ]
      },
      "_toMs": {
       "oneof": [
        "toMs"
       ]
      }
     },
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "type": {
       "type": "string",
       "id": 2
      },
      "fromMs": {
       "type": "int64",
       "id": 3,
       "options": {
        "proto3_optional": true
       }
      },
      "toMs": {
       "type": "int64",
       "id": 4,
       "options": {
        "proto3_optional": true
       }
      },
      "where": {
       "type": "BodyField",
       "id": 5
      },
      "text": {
       "type": "string",
       "id": 6
      },
      "limit": {
       "type": "int32",
       "id": 7
      },
      "pageToken": {
       "type": "string",
       "id": 8
      }
     }
    },
    "BodyField": {
     "fields": {
      "pointer": {
       "type": "string",
       "id": 1
      },
      "value": {
       "type": "string",
       "id": 2
      }
     }
    },
    "FindInBodiesResponse": {
     "fields": {
      "events": {
       "rule": "repeated",
       "type": "EventSummary",
       "id": 1
      },
      "searched": {
       "type": "int64",
       "id": 2
      },
      "total": {
       "type": "int64",
       "id": 3
      },
      "countedMax": {
       "type": "int64",
       "id": 4
      },
      "skipped": {
       "type": "int64",
       "id": 5
      },
      "nextPageToken": {
       "type": "string",
       "id": 6
      },
      "searchedFromMs": {
       "type": "int64",
       "id": 7
      },
      "notes": {
       "rule": "repeated",
       "type": "string",
       "id": 8
      }
     }
    },
    "ProposeRequest": {
     "fields": {
      "action": {
       "type": "ProposedAction",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2
      }
     }
    },
    "ProposeResponse": {
     "fields": {
      "proposal": {
       "type": "Proposal",
       "id": 1
      },
      "notes": {
       "rule": "repeated",
       "type": "string",
       "id": 2
      }
     }
    },
    "ListProposalsRequest": {
     "fields": {
      "waitingOnly": {
       "type": "bool",
       "id": 1
      }
     }
    },
    "ListProposalsResponse": {
     "fields": {
      "proposals": {
       "rule": "repeated",
       "type": "Proposal",
       "id": 1
      }
     }
    },
    "ApproveProposalRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "ApproveProposalResponse": {
     "fields": {
      "proposal": {
       "type": "Proposal",
       "id": 1
      }
     }
    },
    "RejectProposalRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "RejectProposalResponse": {
     "fields": {
      "proposal": {
       "type": "Proposal",
       "id": 1
      }
     }
    },
    "ListNoticesRequest": {
     "fields": {}
    },
    "ListNoticesResponse": {
     "fields": {
      "recipients": {
       "rule": "repeated",
       "type": "Recipient",
       "id": 1
      },
      "notices": {
       "rule": "repeated",
       "type": "Notice",
       "id": 2
      }
     }
    },
    "Recipient": {
     "oneofs": {
      "_lastSentAtMs": {
       "oneof": [
        "lastSentAtMs"
       ]
      },
      "_nextTryAtMs": {
       "oneof": [
        "nextTryAtMs"
       ]
      }
     },
     "fields": {
      "name": {
       "type": "string",
       "id": 1
      },
      "kind": {
       "type": "string",
       "id": 2
      },
      "about": {
       "rule": "repeated",
       "type": "string",
       "id": 3
      },
      "lastSentAtMs": {
       "type": "int64",
       "id": 4,
       "options": {
        "proto3_optional": true
       }
      },
      "failures": {
       "type": "int32",
       "id": 5
      },
      "error": {
       "type": "string",
       "id": 6
      },
      "nextTryAtMs": {
       "type": "int64",
       "id": 7,
       "options": {
        "proto3_optional": true
       }
      },
      "untold": {
       "type": "int32",
       "id": 8
      }
     }
    },
    "Notice": {
     "oneofs": {
      "_endedAtMs": {
       "oneof": [
        "endedAtMs"
       ]
      }
     },
     "fields": {
      "kind": {
       "type": "string",
       "id": 1
      },
      "subject": {
       "type": "string",
       "id": 2
      },
      "text": {
       "type": "string",
       "id": 3
      },
      "advice": {
       "type": "string",
       "id": 4
      },
      "path": {
       "type": "string",
       "id": 5
      },
      "beganAtMs": {
       "type": "int64",
       "id": 6
      },
      "endedAtMs": {
       "type": "int64",
       "id": 7,
       "options": {
        "proto3_optional": true
       }
      },
      "told": {
       "rule": "repeated",
       "type": "string",
       "id": 8
      },
      "untold": {
       "rule": "repeated",
       "type": "string",
       "id": 9
      }
     }
    },
    "SendTestNoticeRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "recipient": {
       "type": "string",
       "id": 1
      },
      "reason": {
       "type": "string",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "SendTestNoticeResponse": {
     "fields": {
      "results": {
       "rule": "repeated",
       "type": "TestNoticeResult",
       "id": 1
      }
     }
    },
    "TestNoticeResult": {
     "fields": {
      "recipient": {
       "type": "string",
       "id": 1
      },
      "kind": {
       "type": "string",
       "id": 2
      },
      "ok": {
       "type": "bool",
       "id": 3
      },
      "answer": {
       "type": "string",
       "id": 4
      }
     }
    },
    "GetSetupRequest": {
     "fields": {}
    },
    "GetSetupResponse": {
     "fields": {
      "store": {
       "type": "string",
       "id": 1
      },
      "storeNowMs": {
       "type": "int64",
       "id": 2
      },
      "dispatcherNowMs": {
       "type": "int64",
       "id": 3
      },
      "durability": {
       "rule": "repeated",
       "type": "DurabilityFact",
       "id": 4
      },
      "rpc": {
       "type": "string",
       "id": 5
      },
      "trustedProxies": {
       "rule": "repeated",
       "type": "string",
       "id": 6
      },
      "bodyBytesMax": {
       "type": "int64",
       "id": 7
      },
      "bodyDeadlineMs": {
       "type": "int64",
       "id": 8
      },
      "publicUrls": {
       "rule": "repeated",
       "type": "PublicUrl",
       "id": 9
      }
     }
    },
    "DurabilityFact": {
     "fields": {
      "what": {
       "type": "string",
       "id": 1
      },
      "value": {
       "type": "string",
       "id": 2
      },
      "problem": {
       "type": "string",
       "id": 3
      },
      "severe": {
       "type": "bool",
       "id": 4
      }
     }
    },
    "PublicUrl": {
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "url": {
       "type": "string",
       "id": 2
      }
     }
    },
    "OpenTrialRequest": {
     "oneofs": {
      "_reason": {
       "oneof": [
        "reason"
       ]
      }
     },
     "fields": {
      "reason": {
       "type": "string",
       "id": 1,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "OpenTrialResponse": {
     "fields": {
      "path": {
       "type": "string",
       "id": 1
      },
      "secret": {
       "type": "string",
       "id": 2
      },
      "untilMs": {
       "type": "int64",
       "id": 3
      }
     }
    }
   }
  }
 },
 "hookgate.v1.IngestService": {
  "methods": {
   "Capture": {
    "requestType": "CaptureRequest",
    "requestStream": true,
    "responseType": "CaptureResponse",
    "responseStream": true
   },
   "Report": {
    "requestType": "ReportRequest",
    "responseType": "ReportResponse"
   }
  },
  "messages": {
   "nested": {
    "CaptureRequest": {
     "fields": {
      "captures": {
       "rule": "repeated",
       "type": "Capture",
       "id": 1
      }
     }
    },
    "Capture": {
     "fields": {
      "number": {
       "type": "int64",
       "id": 1
      },
      "event": {
       "type": "Event",
       "id": 2
      },
      "dedupe": {
       "type": "DedupeRule",
       "id": 3
      },
      "bodyWindowMs": {
       "type": "int64",
       "id": 4
      },
      "waitMs": {
       "type": "int32",
       "id": 5
      }
     }
    },
    "Event": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "source": {
       "type": "string",
       "id": 2
      },
      "provider": {
       "type": "string",
       "id": 3
      },
      "type": {
       "type": "string",
       "id": 4
      },
      "receivedAtMs": {
       "type": "int64",
       "id": 5
      },
      "providerEventId": {
       "type": "string",
       "id": 6
      },
      "secretId": {
       "type": "string",
       "id": 7
      },
      "address": {
       "type": "string",
       "id": 8
      },
      "headers": {
       "type": "bytes",
       "id": 9
      },
      "body": {
       "type": "bytes",
       "id": 10
      },
      "bodySha256": {
       "type": "bytes",
       "id": 11
      },
      "flags": {
       "rule": "repeated",
       "type": "string",
       "id": 12
      },
      "providerType": {
       "type": "string",
       "id": 13
      },
      "addressChain": {
       "type": "string",
       "id": 14
      },
      "protections": {
       "rule": "repeated",
       "type": "string",
       "id": 15
      }
     }
    },
    "DedupeRule": {
     "values": {
      "DEDUPE_RULE_UNSPECIFIED": 0,
      "DEDUPE_RULE_ID": 1,
      "DEDUPE_RULE_ID_AND_BODY": 2,
      "DEDUPE_RULE_BODY": 3,
      "DEDUPE_RULE_NONE": 4
     }
    },
    "CaptureResponse": {
     "oneofs": {
      "_problem": {
       "oneof": [
        "problem"
       ]
      }
     },
     "fields": {
      "window": {
       "type": "CaptureWindow",
       "id": 1
      },
      "results": {
       "rule": "repeated",
       "type": "CaptureResult",
       "id": 2
      },
      "problem": {
       "type": "string",
       "id": 3,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "CaptureWindow": {
     "fields": {
      "eventsMax": {
       "type": "int32",
       "id": 1
      },
      "bytesMax": {
       "type": "int64",
       "id": 2
      }
     }
    },
    "CaptureResult": {
     "fields": {
      "number": {
       "type": "int64",
       "id": 1
      },
      "outcome": {
       "type": "CaptureOutcome",
       "id": 2
      },
      "eventId": {
       "type": "string",
       "id": 3
      },
      "reason": {
       "type": "string",
       "id": 4
      }
     }
    },
    "CaptureOutcome": {
     "values": {
      "CAPTURE_OUTCOME_UNSPECIFIED": 0,
      "CAPTURE_OUTCOME_STORED": 1,
      "CAPTURE_OUTCOME_DUPLICATE": 2,
      "CAPTURE_OUTCOME_UNAVAILABLE": 3
     }
    },
    "ReportRequest": {
     "oneofs": {
      "_counts": {
       "oneof": [
        "counts"
       ]
      }
     },
     "fields": {
      "refused": {
       "rule": "repeated",
       "type": "QuarantinedRequest",
       "id": 1
      },
      "secretUses": {
       "rule": "repeated",
       "type": "SecretUse",
       "id": 2
      },
      "handshakes": {
       "rule": "repeated",
       "type": "HandshakeSeen",
       "id": 3
      },
      "enrolled": {
       "rule": "repeated",
       "type": "EnrolledSecret",
       "id": 4
      },
      "counts": {
       "type": "RequestCounts",
       "id": 5,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "QuarantinedRequest": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "source": {
       "type": "string",
       "id": 2
      },
      "provider": {
       "type": "string",
       "id": 3
      },
      "receivedAtMs": {
       "type": "int64",
       "id": 4
      },
      "reason": {
       "type": "string",
       "id": 5
      },
      "diagnosis": {
       "rule": "repeated",
       "type": "string",
       "id": 6
      },
      "address": {
       "type": "string",
       "id": 7
      },
      "addressChain": {
       "type": "string",
       "id": 8
      },
      "method": {
       "type": "string",
       "id": 9
      },
      "url": {
       "type": "string",
       "id": 10
      },
      "headers": {
       "type": "bytes",
       "id": 11
      },
      "body": {
       "type": "bytes",
       "id": 12
      },
      "releasedAs": {
       "type": "string",
       "id": 13
      },
      "bodyBytes": {
       "type": "int64",
       "id": 14
      },
      "encrypted": {
       "type": "bool",
       "id": 15
      },
      "unread": {
       "type": "bool",
       "id": 16
      }
     }
    },
    "SecretUse": {
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "secretId": {
       "type": "string",
       "id": 2
      },
      "uses": {
       "type": "int64",
       "id": 3
      },
      "firstUsedAtMs": {
       "type": "int64",
       "id": 4
      },
      "lastUsedAtMs": {
       "type": "int64",
       "id": 5
      }
     }
    },
    "HandshakeSeen": {
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "atMs": {
       "type": "int64",
       "id": 2
      },
      "ok": {
       "type": "bool",
       "id": 3
      }
     }
    },
    "EnrolledSecret": {
     "oneofs": {
      "_word": {
       "oneof": [
        "word"
       ]
      },
      "_address": {
       "oneof": [
        "address"
       ]
      }
     },
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "value": {
       "type": "string",
       "id": 2
      },
      "word": {
       "type": "string",
       "id": 3,
       "options": {
        "proto3_optional": true
       }
      },
      "address": {
       "type": "string",
       "id": 4,
       "options": {
        "proto3_optional": true
       }
      }
     }
    },
    "RequestCounts": {
     "fields": {
      "requests": {
       "rule": "repeated",
       "type": "RequestCount",
       "id": 1
      }
     }
    },
    "RequestCount": {
     "fields": {
      "source": {
       "type": "string",
       "id": 1
      },
      "outcome": {
       "type": "string",
       "id": 2
      },
      "requests": {
       "type": "int64",
       "id": 3
      },
      "timeMs": {
       "type": "double",
       "id": 4
      },
      "times": {
       "rule": "repeated",
       "type": "int64",
       "id": 5
      }
     }
    },
    "ReportResponse": {
     "fields": {
      "refusedKept": {
       "type": "int32",
       "id": 1
      },
      "enrolmentsOpen": {
       "rule": "repeated",
       "type": "string",
       "id": 2
      },
      "enrolled": {
       "rule": "repeated",
       "type": "EnrolledSecret",
       "id": 3
      },
      "trials": {
       "rule": "repeated",
       "type": "Trial",
       "id": 4
      }
     }
    },
    "Trial": {
     "fields": {
      "word": {
       "type": "string",
       "id": 1
      },
      "secret": {
       "type": "string",
       "id": 2
      },
      "leftMs": {
       "type": "int64",
       "id": 3
      }
     }
    }
   }
  }
 },
 "hookgate.v1.SubscriptionService": {
  "methods": {
   "Subscribe": {
    "requestType": "SubscribeRequest",
    "requestStream": true,
    "responseType": "SubscribeResponse",
    "responseStream": true
   }
  },
  "messages": {
   "nested": {
    "SubscribeRequest": {
     "fields": {
      "open": {
       "type": "OpenSubscription",
       "id": 1
      },
      "ackIds": {
       "rule": "repeated",
       "type": "string",
       "id": 2
      },
      "nacks": {
       "rule": "repeated",
       "type": "Nack",
       "id": 3
      },
      "extensions": {
       "rule": "repeated",
       "type": "Extension",
       "id": 4
      },
      "drain": {
       "type": "bool",
       "id": 5
      }
     }
    },
    "OpenSubscription": {
     "fields": {
      "subscription": {
       "type": "string",
       "id": 1
      },
      "types": {
       "rule": "repeated",
       "type": "string",
       "id": 2
      },
      "sources": {
       "rule": "repeated",
       "type": "string",
       "id": 3
      },
      "startPosition": {
       "type": "StartPosition",
       "id": 4
      },
      "startTimeMs": {
       "type": "int64",
       "id": 5
      },
      "outstandingEventsMax": {
       "type": "int32",
       "id": 6
      },
      "outstandingBytesMax": {
       "type": "int64",
       "id": 7
      },
      "change": {
       "type": "bool",
       "id": 8
      }
     }
    },
    "StartPosition": {
     "values": {
      "START_POSITION_UNSPECIFIED": 0,
      "START_POSITION_NOW": 1,
      "START_POSITION_EARLIEST": 2,
      "START_POSITION_TIME": 3
     }
    },
    "Nack": {
     "oneofs": {
      "_delayMs": {
       "oneof": [
        "delayMs"
       ]
      }
     },
     "fields": {
      "ackId": {
       "type": "string",
       "id": 1
      },
      "delayMs": {
       "type": "int64",
       "id": 2,
       "options": {
        "proto3_optional": true
       }
      },
      "reason": {
       "type": "string",
       "id": 3
      },
      "permanent": {
       "type": "bool",
       "id": 4
      }
     }
    },
    "Extension": {
     "fields": {
      "ackId": {
       "type": "string",
       "id": 1
      },
      "deadlineMs": {
       "type": "int64",
       "id": 2
      }
     }
    },
    "SubscribeResponse": {
     "fields": {
      "opened": {
       "type": "SubscriptionOpened",
       "id": 1
      },
      "events": {
       "rule": "repeated",
       "type": "SubscribedEvent",
       "id": 2
      },
      "expiredAckIds": {
       "rule": "repeated",
       "type": "string",
       "id": 3
      }
     }
    },
    "SubscriptionOpened": {
     "fields": {
      "created": {
       "type": "bool",
       "id": 1
      },
      "types": {
       "rule": "repeated",
       "type": "string",
       "id": 2
      },
      "sources": {
       "rule": "repeated",
       "type": "string",
       "id": 3
      },
      "ackDeadlineMs": {
       "type": "int64",
       "id": 4
      },
      "heartbeatMs": {
       "type": "int64",
       "id": 5
      }
     }
    },
    "SubscribedEvent": {
     "fields": {
      "ackId": {
       "type": "string",
       "id": 1
      },
      "deliveryId": {
       "type": "string",
       "id": 2
      },
      "attempt": {
       "type": "int32",
       "id": 3
      },
      "event": {
       "type": "Event",
       "id": 4
      },
      "traceparent": {
       "type": "string",
       "id": 5
      },
      "tracestate": {
       "type": "string",
       "id": 6
      }
     }
    },
    "Event": {
     "fields": {
      "id": {
       "type": "string",
       "id": 1
      },
      "source": {
       "type": "string",
       "id": 2
      },
      "provider": {
       "type": "string",
       "id": 3
      },
      "type": {
       "type": "string",
       "id": 4
      },
      "receivedAtMs": {
       "type": "int64",
       "id": 5
      },
      "providerEventId": {
       "type": "string",
       "id": 6
      },
      "secretId": {
       "type": "string",
       "id": 7
      },
      "address": {
       "type": "string",
       "id": 8
      },
      "headers": {
       "type": "bytes",
       "id": 9
      },
      "body": {
       "type": "bytes",
       "id": 10
      },
      "bodySha256": {
       "type": "bytes",
       "id": 11
      },
      "flags": {
       "rule": "repeated",
       "type": "string",
       "id": 12
      },
      "providerType": {
       "type": "string",
       "id": 13
      },
      "addressChain": {
       "type": "string",
       "id": 14
      },
      "protections": {
       "rule": "repeated",
       "type": "string",
       "id": 15
      }
     }
    }
   }
  }
 }
};
