"""The kernel: what every app stands on and what knows no app.

Owns: domain events, errors, permission checks, page slots, account lifecycle hooks, Markdown, rate limits,
idempotency, the realtime log and socket, HTML and API translation. Its tables hold technical facts only.
Must never import: any app, or the project's URL configuration.
"""
