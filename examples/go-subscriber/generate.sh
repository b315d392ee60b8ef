#!/bin/sh
# Generates hookgatev1. Needs protoc (pip install grpcio-tools has it as python -m grpc_tools.protoc), protoc-gen-go and
# protoc-gen-go-grpc (go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.9 google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.5.1).
set -e
cd "$(dirname "$0")"
package=example.com/subscriber/hookgatev1
options=""
for proto in event subscription; do
  options="$options --go_opt=Mhookgate/v1/$proto.proto=$package --go-grpc_opt=Mhookgate/v1/$proto.proto=$package"
done
# shellcheck disable=SC2086
${PROTOC:-protoc} -I ../../protos --go_out=. --go_opt=module=example.com/subscriber \
  --go-grpc_out=. --go-grpc_opt=module=example.com/subscriber $options \
  hookgate/v1/event.proto hookgate/v1/subscription.proto
