import queue
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
from hookgate.v1 import subscription_pb2 as pb
from hookgate.v1 import subscription_pb2_grpc as rpc

OPTIONS = [
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),  # events may be larger than gRPC's 4 MiB
    ("grpc.keepalive_time_ms", 20_000),  # a dispatcher that vanished is noticed
]
FINAL = {  # connecting again would not help
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.UNIMPLEMENTED,
}


def subscribe(address, token, name, types, handle):
    metadata = [("authorization", f"Bearer {token}")]
    opening = pb.OpenSubscription(subscription=name, types=types, outstanding_events_max=1)
    delay = 0.5
    while True:
        outbox = queue.SimpleQueue()
        outbox.put(pb.SubscribeRequest(open=opening))
        try:
            with grpc.insecure_channel(address, OPTIONS) as channel, ThreadPoolExecutor(1) as worker:
                stub = rpc.SubscriptionServiceStub(channel)
                current = ""
                for response in stub.Subscribe(iter(outbox.get, None), metadata=metadata):
                    delay = 0.5
                    for delivery in response.events:
                        current = delivery.ack_id
                        worker.submit(work, delivery, handle, outbox)
                    if not response.events:  # a heartbeat: answer it, with more time for the handler
                        more = [pb.Extension(ack_id=current)]
                        outbox.put(pb.SubscribeRequest(extensions=more))
        except grpc.RpcError as error:
            if error.code() in FINAL:
                raise
            print(f"{error.details()}: connecting again", file=sys.stderr)
        outbox.put(None)
        time.sleep(random.uniform(0.5, 1) * delay)
        delay = min(2 * delay, 10)


def work(delivery, handle, outbox):
    try:
        handle(delivery.event)
        outbox.put(pb.SubscribeRequest(ack_ids=[delivery.ack_id]))
    except Exception as error:
        nack = pb.Nack(ack_id=delivery.ack_id, reason=repr(error))
        outbox.put(pb.SubscribeRequest(nacks=[nack]))


def handle(event):
    print(event.id, event.type, event.body, flush=True)


with open(sys.argv[2]) as file:  # the dispatcher's DATA_DIR/rpc_token, or a token an operator gave you
    token = file.read().strip()
subscribe(sys.argv[1], token, sys.argv[3], sys.argv[4:], handle)
