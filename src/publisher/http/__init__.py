"""The only way to the web and to the domain name system, within limits of time and size."""
