// Receives events from Hookgate, one after the other.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	pb "example.com/subscriber/hookgatev1"
)

// Events may be larger than gRPC's 4 MiB.
const messageBytesMax = 64 << 20

// handle does the work. What it returns without an error is delivered; the same event may come again, with the same id.
func handle(event *pb.Event) error {
	fmt.Println(event.GetId(), event.GetType(), string(event.GetBody()))
	return nil
}

func main() {
	address := flag.String("address", "127.0.0.1:50051", "the dispatcher")
	tokenFile := flag.String("token", "", "file with a token: the dispatcher's DATA_DIR/rpc_token, or one an operator gave you")
	name := flag.String("name", "books", "the subscription: a durable queue, shared by those with the same name")
	types := flag.String("types", "*", "types to receive, with commas")
	flag.Parse()
	token, err := os.ReadFile(*tokenFile)
	if err != nil {
		log.Fatal(err)
	}
	// Where the dispatcher has TLS: credentials.NewClientTLSFromFile.
	connection, err := grpc.NewClient(*address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(messageBytesMax)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second}))
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+strings.TrimSpace(string(token)))
	opening := &pb.OpenSubscription{
		Subscription:         *name,
		Types:                strings.Split(*types, ","),
		OutstandingEventsMax: 1,
	}
	client := pb.NewSubscriptionServiceClient(connection)
	for delay := 500 * time.Millisecond; ctx.Err() == nil; delay = min(2*delay, 10*time.Second) {
		received, err := subscribe(ctx, client, opening)
		if ctx.Err() != nil {
			return
		}
		if isFinal(err) {
			log.Fatal(err)
		}
		if received {
			delay = 500 * time.Millisecond
		}
		log.Printf("%v: connecting again", err)
		time.Sleep(time.Duration(float64(delay) * (0.5 + rand.Float64()/2)))
	}
}

// subscribe receives until the stream ends, and says whether anything came.
func subscribe(ctx context.Context, client pb.SubscriptionServiceClient, opening *pb.OpenSubscription) (bool, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := client.Subscribe(ctx)
	if err != nil {
		return false, err
	}
	if err := stream.Send(&pb.SubscribeRequest{Open: opening}); err != nil {
		return false, err
	}
	// What is sent goes through one goroutine: a stream takes one message at a time.
	answers := make(chan *pb.SubscribeRequest, 16)
	go func() {
		for {
			select {
			case answer := <-answers:
				if stream.Send(answer) != nil {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	put := func(answer *pb.SubscribeRequest) {
		select {
		case answers <- answer:
		case <-ctx.Done():
		}
	}
	current, received := "", false
	for {
		response, err := stream.Recv()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = errors.New("the dispatcher closed the stream")
			}
			return received, err
		}
		received = true
		for _, delivery := range response.GetEvents() {
			current = delivery.GetAckId()
			go func() { put(answer(delivery)) }()
		}
		if len(response.GetEvents()) == 0 && response.GetOpened() == nil {
			// A heartbeat: answered, with more time for what is handled.
			more := &pb.SubscribeRequest{}
			if current != "" {
				more.Extensions = []*pb.Extension{{AckId: current}}
			}
			put(more)
		}
	}
}

func answer(delivery *pb.SubscribedEvent) *pb.SubscribeRequest {
	if err := handle(delivery.GetEvent()); err != nil {
		nack := &pb.Nack{AckId: delivery.GetAckId(), Reason: err.Error()}
		return &pb.SubscribeRequest{Nacks: []*pb.Nack{nack}}
	}
	return &pb.SubscribeRequest{AckIds: []string{delivery.GetAckId()}}
}

// isFinal tells what connecting again does not mend.
func isFinal(err error) bool {
	switch status.Code(err) {
	case codes.FailedPrecondition, codes.InvalidArgument, codes.PermissionDenied, codes.Unauthenticated, codes.Unimplemented:
		return true
	}
	return false
}
