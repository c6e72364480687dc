"""Ruby read without running a line of it: Rails' migrations as the SQL that Rails sends."""
