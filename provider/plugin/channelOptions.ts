/** Of both ways: from the engine, and to it. */
export const channelOptions = {
  // As large as the engine's own: 400 MB.
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
  // A book about every call, for a service that nobody asks.
  "grpc.enable_channelz": 0,
};
