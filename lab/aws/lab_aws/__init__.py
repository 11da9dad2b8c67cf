"""The lab's AWS: moto, and what moto lacks."""
