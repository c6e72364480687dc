"""What a responder adds to the console that is heard: the same plans, phrases and journal as the dialogs have."""
