"""The only part that knows the network: asks DOIs and URLs, and remembers what came."""
