"""Each server's own spelling of types, defaults and generated names, as pure tables and functions.

A migration file says `varchar(40)` and the catalog says `character varying(40)`; a file leaves a constraint without a
name and the server makes one. What a file means and what a catalog holds can only be compared once both are in the
server's canonical spelling: dialects read raw text, this package knows the spelling, the core compares.
"""
