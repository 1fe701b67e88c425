"""The server: its health, backups, the paper trail, and the steps of set-up."""
