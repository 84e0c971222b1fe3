"""The API's conventions (CONTRACT §1), each in one module: errors, lists, idempotency, ETags, schema."""
