"""The commands of ``marsale``, one module each."""
