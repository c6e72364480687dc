"""What a responder does, on real servers, looked at by a second client."""
