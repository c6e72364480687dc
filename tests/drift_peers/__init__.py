"""What Halfway finds between two schemas beside what independent tools find, run as programs of their own."""
