"""What a finished page or paper must hold."""
