"""What both doors share of HTTP: headers, who may post, addresses, icons, the server."""
