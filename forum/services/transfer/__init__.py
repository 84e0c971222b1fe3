"""The forum as a file, and files as a forum: NDJSON out and in, and Discourse in.

The file is one JSON object a line, `type` first. `lines` says what is in them; a topic's posts follow it, so that any
part that ends before a topic is whole. Rights, passwords and what people read never leave; nothing that comes in tells
anybody anything. Counters and the search index are right after each batch, so an import may be interrupted and begun
again at any time: `ImportedRow` remembers what is here already.
"""
