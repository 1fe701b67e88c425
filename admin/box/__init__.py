"""How the box is: backups, restore, doctor, trail, the finish line of set-up."""
